import type { Enrolment } from '#shared/models/enrolment.ts';
import { type CoursePeriod, subjectCourseIdnumber } from '#shared/models/references.ts';
import { type Doubts, isUnreadable, noDoubts } from '#shared/moodle/accounts/doubts.ts';
import { scopeUnknown } from '#shared/moodle/failures.ts';
import { scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import {
  areInTime,
  isMade,
  type Phase,
  periodOf,
  periodWords,
  phaseOf,
  readPeriod,
} from '#shared/moodle/structure/course-periods.ts';
import { type Failure, missingDependency } from '#shared/sync/failure.ts';

/** Why an enrolment leads to no course, as far as that is in order. */
export type EnrolmentEnd = 'finished' | 'program-archived' | 'batch-archived' | 'over' | 'outside';

/** A subject whose course an enrolment does not lead to. */
export interface PassedOver {
  subjectId: string;
  because: 'unlisted' | 'unreadable' | 'missing' | 'archived' | 'elective' | 'early';
}

/** The courses in which an enrolment puts its student in an instance, and why it is no others. */
export interface EnrolmentCourses {
  /** Idnumbers. */
  courses: string[];
  /** Whose courses these are, where they are not the program's own. */
  period?: CoursePeriod | undefined;
  passedOver: PassedOver[];
  /** Whether the student studies in the program and the batch, whichever courses that gives. */
  isStudying?: boolean;
  end?: EnrolmentEnd;
  /** Why the enrolment, or a part of it, cannot be taken in. */
  failure?: Failure | undefined;
}

/**
 * Where an enrolment leads: to its subjects, or to the program's compulsory ones where none is chosen.
 *
 * @param doubts noted where it cannot be told whether something is asked for: it stays as it is
 */
export async function coursesOfEnrolment(
  view: RecordView,
  enrolment: Enrolment,
  doubts = noDoubts(),
): Promise<EnrolmentCourses> {
  const led: EnrolmentCourses = { courses: [], passedOver: [] };
  if (enrolment.state === 'finished') return { ...led, end: 'finished' };
  const { programId, batchId } = enrolment;
  const program = await view.read('op.course', programId);
  if (program.state === 'missing') return { ...led, failure: notHeld(`program ${programId}`, 'course_id') };
  if (program.state === 'invalid') {
    if (program.retired) return { ...led, end: 'program-archived' };
    doubts.programs.add(programId);
    const failure = missingDependency(`The enrolment's program ${programId} cannot be pushed.`, 'course_id');
    return { ...led, failure };
  }
  const batch = batchId === undefined ? undefined : await view.read('op.batch', batchId);
  if (batch?.state === 'missing') return { ...led, failure: notHeld(`batch ${batchId}`, 'batch_id') };
  if (!program.record.active) return { ...led, end: 'program-archived' };
  const isBatchOver = batch?.state === 'valid' ? !batch.record.active : batch?.retired;
  if (isBatchOver) return { ...led, end: 'batch-archived' };
  const scope = await scopeOfProgram(view, program.record);
  if (scope === 'outside') return { ...led, end: 'outside' };
  if (scope === 'unknown') {
    doubts.programs.add(programId);
    return { ...led, failure: scopeUnknown() };
  }
  led.period = await periodOf(view, enrolment);
  const time =
    led.period ??
    (batchId !== undefined && areInTime(view) ? ({ per: 'batch', id: batchId } as const) : undefined);
  if (led.period && (await readPeriod(view, led.period)).state === 'missing') {
    doubts.programs.add(programId);
    const field = led.period.per === 'term' ? 'academic_term_id' : 'academic_years_id';
    return { ...led, failure: notHeld(periodWords(led.period), field) };
  }
  const phase = time ? await phaseOf(view, time) : 'running';
  if (phase === 'over') return { ...led, end: 'over' };
  led.isStudying = true;
  await chooseSubjects(view, enrolment, { listedIds: program.record.subjectIds, phase }, led, doubts);
  const unlisted = led.passedOver.filter(({ because }) => because === 'unlisted');
  if (unlisted.length === 0) return led;
  const ids = unlisted.map(({ subjectId }) => subjectId).join(', ');
  const missing = missingDependency(
    `The program ${programId} does not list the subject ${ids} of this enrolment (any more). Only that is left out.`,
    'subject_ids',
  );
  const advice = 'Add the subject to the program in OpenEduCat, or take it out of the enrolment.';
  return { ...led, failure: { ...missing, advice } };
}

function notHeld(what: string, field: string): Failure {
  return missingDependency(`The enrolment names the ${what}, which the ERP's records do not hold.`, field);
}

/** @param program.listedIds the subjects of the enrolment's program @param program.phase of its batch */
async function chooseSubjects(
  view: RecordView,
  { programId, subjectIds }: Enrolment,
  { listedIds, phase }: { listedIds: string[]; phase: Phase },
  { courses, passedOver, period }: EnrolmentCourses,
  doubts: Doubts,
): Promise<void> {
  const isChosen = subjectIds.length > 0;
  const listed = new Set(listedIds);
  for (const subjectId of isChosen ? subjectIds : listedIds) {
    const subject = await view.read('op.subject', subjectId);
    const course = subjectCourseIdnumber(subjectId, programId, period);
    const passOver = (because: PassedOver['because']) => passedOver.push({ subjectId, because });
    if (isUnreadable(subject) && listed.has(subjectId)) doubts.courses.add(course);
    if (!listed.has(subjectId)) passOver('unlisted');
    else if (subject.state === 'missing') passOver('missing');
    else if (subject.state === 'invalid') passOver(subject.retired ? 'archived' : 'unreadable');
    else if (!subject.record.active) passOver('archived');
    // Where no subjects are chosen, OpenEduCat's own registration gives the compulsory ones.
    else if (!isChosen && subject.record.subjectType !== 'compulsory') passOver('elective');
    else if (period && !(await isMade(view, course, phase))) passOver('early');
    else courses.push(course);
  }
}
