import { dayOf, daysBefore } from '#shared/models/fields/school-day.ts';
import { type CoursePeriod, subjectCourseIdnumber, subjectCourseOf } from '#shared/models/references.ts';
import { prefixes } from '#shared/models/services.ts';
import { haveCoursesTime, type Instance } from '#shared/moodle/instance/instance.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { batchGroupIdnumber, batchGroupOf } from './batch-group.ts';

/*
 * Courses in time: where an instance has courses for each batch or term (`course_per`), they are made some weeks before it
 * begins, shown to students on a day before that, and left as they are once it is over.
 */

/** How far a period is: its courses are not to be made yet, not to be shown yet, in use, or over. */
export type Phase = 'early' | 'hidden' | 'running' | 'over';

/** When a batch, a term or a year begins and ends. Days are `2026-09-01`. */
export interface Period {
  startDate: string | undefined;
  endDate: string | undefined;
  /** Of a batch. */
  active?: boolean;
}

type PeriodReading =
  | { state: 'valid'; record: Period }
  | { state: 'invalid'; failure: Failure; retired: boolean }
  | { state: 'missing' };

/** The record that says when a period begins and ends. */
export function readPeriod(view: RecordView, { per, id }: CoursePeriod): Promise<PeriodReading> {
  return view.read(models[per], id);
}

const models = { batch: 'op.batch', term: 'op.academic.term', year: 'op.academic.year' } as const;

/** A period in a sentence. */
export function periodWords({ per, id }: CoursePeriod): string {
  return `${per === 'batch' ? 'batch' : `academic ${per}`} ${id}`;
}

/** How far a period is today at the school. One of which nobody knows when it is, is running. */
export async function phaseOf(view: RecordView, period: CoursePeriod): Promise<Phase> {
  const reading = await readPeriod(view, period);
  if (reading.state === 'missing') return 'over';
  if (reading.state === 'invalid') return reading.retired ? 'over' : 'running';
  const { active = true, startDate: start, endDate: end } = reading.record;
  const { courses } = view.instance;
  const today = todayIn(view);
  const hasEnded = end !== undefined && end < today && !(start !== undefined && end < start);
  if (!active || hasEnded) return 'over';
  if (start === undefined) return 'running';
  if (today < daysBefore(start, courses.made_weeks_before * 7)) return 'early';
  return today < daysBefore(start, courses.shown_days_before) ? 'hidden' : 'running';
}

function todayIn({ now, instance }: RecordView): string {
  return dayOf(now / 1000, instance.time_zone);
}

/** Whether courses of the instance begin and end with somebody's time: then students leave them at its end. */
export function areInTime({ instance }: RecordView): boolean {
  return haveCoursesTime(instance) && instance.course_per !== 'program';
}

/** Where somebody studies or teaches in a program, as a record of the ERP says it. */
interface Studies {
  programId: string;
  batchId?: string | undefined;
  termId?: string | undefined;
  yearId?: string | undefined;
}

/**
 * For what students of a program and batch have courses. A batch stays as it has begun: it is in the courses in which
 * Moodle has its groups, whatever was set since.
 */
export async function coursesArePer(
  view: RecordView,
  { programId, batchId }: Studies,
): Promise<NonNullable<Instance['course_per']>> {
  // Where it was never set there are no others, and nothing is to be read.
  const { course_per: set } = view.instance;
  if (set === undefined || batchId === undefined) return set ?? 'program';
  const groups = await view.idnumbersInMoodle(batchGroupIdnumber(batchId, prefixes.subjects));
  const courses = groups
    .map((group) => subjectCourseOf(batchGroupOf(group).course!))
    .filter((course) => course.programId === programId);
  const period = courses.find((course) => course.period)?.period;
  if (period) return period.per === 'batch' ? 'batch' : 'term';
  // Until it begins, the groups of a batch are empty.
  return courses.length > 0 && (await hasBegun(view, batchId)) ? 'program' : set;
}

async function hasBegun(view: RecordView, batchId: string): Promise<boolean> {
  const batch = await view.read('op.batch', batchId);
  const start = batch.state === 'valid' ? batch.record.startDate : undefined;
  return start === undefined || start < todayIn(view);
}

/** The period whose courses an enrolment leads to; undefined where these are the program's own. */
export async function periodOf(view: RecordView, studies: Studies): Promise<CoursePeriod | undefined> {
  const { batchId, termId, yearId } = studies;
  const per = await coursesArePer(view, studies);
  if (per === 'program') return undefined;
  if (per === 'batch') return batchId === undefined ? undefined : { per, id: batchId };
  if (termId !== undefined) return { per, id: termId };
  return yearId === undefined ? undefined : { per: 'year', id: yearId };
}

/** A course by what it is for, and how far that is. */
export interface CourseInTime {
  period?: CoursePeriod | undefined;
  phase: Phase;
}

/** In which courses a subject is taught to a batch. @param day of the lesson: which term's it is */
export async function coursesOfBatch(
  view: RecordView,
  subjectId: string,
  studies: Studies,
  day: string | undefined,
): Promise<CourseInTime[]> {
  if ((await coursesArePer(view, studies)) === 'term') {
    const terms = await termsInMoodle(view, subjectId, studies.programId, day);
    // Who is in no term is in the program's course, as far as there is anybody.
    return terms.length > 0 ? terms : [{ phase: 'early' }];
  }
  const period = await periodOf(view, studies);
  return [{ period, phase: period ? await phaseOf(view, period) : 'running' }];
}

/** The terms and years for which a subject has a course: these are made for whoever is enrolled in one. */
async function termsInMoodle(
  view: RecordView,
  subjectId: string,
  programId: string,
  day?: string,
): Promise<CourseInTime[]> {
  const idnumbers = await view.idnumbersInMoodle(`${subjectCourseIdnumber(subjectId, programId)}_`);
  const terms: (CourseInTime & { start: string })[] = [];
  for (const { period } of idnumbers.map(subjectCourseOf)) {
    if (period === undefined || period.per === 'batch') continue;
    const reading = await readPeriod(view, period);
    const { startDate = '', endDate = '~' } = reading.state === 'valid' ? reading.record : {};
    if (day === undefined || (startDate <= day && day <= endDate))
      terms.push({ period, phase: await phaseOf(view, period), start: startDate });
  }
  // A quarter before the half-year around it.
  return terms.sort((a, b) => (a.start < b.start ? 1 : -1));
}

/**
 * In which courses a subject is taught in a program; without a period, the program's own course: it is over with the last
 * batch that is in it.
 */
export async function coursesOfProgram(
  view: RecordView,
  subjectId: string,
  programId: string,
): Promise<CourseInTime[]> {
  const { course_per: set } = view.instance;
  if (set === undefined) return [{ phase: 'running' }];
  const batchIds = await view.sources({ model: 'op.course', id: programId }, 'op.batch');
  const batches = await view.readMany('op.batch', batchIds);
  const courses: CourseInTime[] = [];
  const kinds = new Set<string>([set]);
  for (const [index, batchId] of batchIds.entries()) {
    const batch = batches[index]!;
    // A link can be older than the record.
    if (batch.state === 'valid' && batch.record.programId !== programId) continue;
    const per = await coursesArePer(view, { programId, batchId });
    const phase = await phaseOf(view, { per: 'batch', id: batchId });
    if (per === 'batch') courses.push({ period: { per, id: batchId }, phase });
    else if (phase !== 'over') kinds.add(per);
  }
  const own: CourseInTime = { phase: kinds.has('program') ? 'running' : 'over' };
  const terms = kinds.has('term') ? await termsInMoodle(view, subjectId, programId) : [];
  return [own, ...courses, ...terms];
}

/** Whether a course is made for a period, or is there already. @param course its idnumber */
export async function isMade(view: RecordView, course: string, phase: Phase): Promise<boolean> {
  if (phase === 'hidden' || phase === 'running') return true;
  return (await view.mapping(course))?.moodle_id !== undefined;
}
