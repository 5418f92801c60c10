import type { Enrolment } from '#shared/models/enrolment.ts';
import { subjectCourseOf } from '#shared/models/references.ts';
import {
  coursesOfEnrolment,
  type EnrolmentCourses,
  type EnrolmentEnd,
  type PassedOver,
} from '#shared/moodle/enrolments/enrolment-courses.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { type CourseReason, courseReason, type PersonsCourses } from './course-reason.ts';
import { ok, type Step, stop } from './step.ts';

/** A student's enrolments in the ERP, and all courses that they lead to or pass over. */
export async function studentCourses(view: RecordView, studentId: string): Promise<PersonsCourses> {
  const steps: Step[] = [];
  const reasons: CourseReason[] = [];
  let nowhere: Step | undefined;
  for (const id of await view.sources({ model: 'op.student', id: studentId }, 'op.student.course')) {
    const about = `enrolment ${id}`;
    const reading = await view.read('op.student.course', id);
    if (reading.state === 'missing') continue;
    if (reading.state === 'invalid') {
      steps.push(stop(about, reading.failure.reason, 'It counts as soon as it is corrected.'));
      continue;
    }
    if (reading.record.studentId !== studentId) continue;
    const led = await coursesOfEnrolment(view, reading.record);
    const step = stepOf(about, reading.record, led);
    steps.push(step);
    if (led.courses.length === 0) nowhere ??= { ...step, state: 'stop' };
    reasons.push(...(await reasonsOf(view, reading.record, led)));
  }
  nowhere ??= stop(
    'enrolments',
    `No enrolment (op.student.course) names the student ${studentId}.`,
    'Enrol the student in OpenEduCat, or have the ERP write the enrolment.',
  );
  return { steps, reasons, nowhere: steps.find(({ state }) => state === 'stop') ?? nowhere };
}

/** An enrolment that has ended, or leads nowhere, is in order by itself: another one may lead to the course. */
function stepOf(
  about: string,
  enrolment: Enrolment,
  { courses, passedOver, end, failure }: EnrolmentCourses,
): Step {
  const { programId, batchId, subjectIds, state } = enrolment;
  if (end) return { about, state: 'ok', ...endTexts(enrolment)[end] };
  const isPartial = courses.length > 0;
  if (failure && !isPartial) return stop(about, failure.reason, failure.advice);
  const chosen = subjectIds.length > 0 ? `the subjects ${subjectIds.join(', ')}` : 'the compulsory subjects';
  const place = batchId === undefined ? 'without a batch' : `and batch ${batchId}`;
  const what = `It is ${state}, in program ${programId} ${place}, for ${chosen}`;
  if (isPartial) {
    const rest = failure ? ` ${failure.reason}` : '';
    return ok(about, `${what}: ${courses.join(', ')}.${rest}`);
  }
  const isEarly = passedOver.some(({ because }) => because === 'early');
  const { early } = passedOverTexts(enrolment, '');
  if (isEarly) return ok(about, `${what}, and leads to no course yet. ${early.text}`, early.advice);
  return ok(
    about,
    `${what}, and leads to no course.`,
    `Look at the subjects of the program ${programId} in OpenEduCat.`,
  );
}

/** All subjects of the program and of the enrolment, each with what keeps the enrolment from leading there. */
async function reasonsOf(
  view: RecordView,
  enrolment: Enrolment,
  led: EnrolmentCourses,
): Promise<CourseReason[]> {
  const { programId, batchId, subjectIds } = enrolment;
  const batchIds = batchId === undefined ? [] : [batchId];
  const program = await view.read('op.course', programId);
  const listed = program.state === 'valid' ? program.record.subjectIds : [];
  const wanted = led.courses.map((course) => subjectCourseOf(course).subjectId);
  const passedOver = new Map(led.passedOver.map(({ subjectId, because }) => [subjectId, because]));
  return [...new Set([...listed, ...subjectIds])].map((subjectId) => {
    const taught = { subjectId, programId, period: led.period };
    if (wanted.includes(subjectId)) return courseReason(taught, batchIds);
    const because = passedOver.get(subjectId);
    return courseReason(taught, batchIds, obstacle(enrolment, led, subjectId, because));
  });
}

function obstacle(
  enrolment: Enrolment,
  { end, failure }: EnrolmentCourses,
  subjectId: string,
  because: PassedOver['because'] | undefined,
): CourseReason['obstacle'] {
  if (end) return endTexts(enrolment)[end];
  if (because) return passedOverTexts(enrolment, subjectId)[because];
  if (failure) return { text: failure.reason, advice: failure.advice };
  return {
    text: `The enrolment ${enrolment.id} chooses the subjects ${enrolment.subjectIds.join(', ')} only.`,
    advice: `Add the subject ${subjectId} to it in OpenEduCat, or leave its subjects empty for all compulsory ones.`,
  };
}

function endTexts({
  id,
  programId,
  batchId,
}: Enrolment): Record<EnrolmentEnd, { text: string; advice: string }> {
  return {
    finished: {
      text: `The enrolment ${id} is finished.`,
      advice: 'Set its state to running in OpenEduCat if the student still studies there.',
    },
    'program-archived': {
      text: `The program ${programId} of the enrolment ${id} is archived.`,
      advice: 'Unarchive the program in OpenEduCat if it is still taught.',
    },
    'batch-archived': {
      text: `The batch ${batchId} of the enrolment ${id} is archived.`,
      advice: 'Unarchive the batch in OpenEduCat if it still studies.',
    },
    over: {
      text: `The batch or term of the enrolment ${id} is over: its students have left its courses.`,
      advice: 'Correct the end date of the batch or term in OpenEduCat if it goes on.',
    },
    outside: {
      text: `The program ${programId} of the enrolment ${id} lies in none of the departments that this instance is for.`,
      advice: "Look for the student in another instance; this one's setting scope decides.",
    },
  };
}

function passedOverTexts(
  { id, programId }: Enrolment,
  subjectId: string,
): Record<PassedOver['because'], { text: string; advice: string }> {
  return {
    unlisted: {
      text: `The program ${programId} does not list the subject ${subjectId}, which the enrolment ${id} chooses.`,
      advice: "Add the subject to the program's subjects in OpenEduCat.",
    },
    unreadable: {
      text: `The subject ${subjectId} cannot be pushed as it is.`,
      advice: `\`oec-moodle records show op.subject ${subjectId}\` says what is wrong with it.`,
    },
    missing: {
      text: `The records table holds no subject ${subjectId}, which the program ${programId} lists.`,
      advice: 'Have the ERP write it.',
    },
    archived: {
      text: `The subject ${subjectId} is archived.`,
      advice: 'Unarchive the subject in OpenEduCat if it is still taught.',
    },
    early: {
      text: `The courses of the enrolment ${id} are not made yet: its batch or term begins later.`,
      advice:
        'Nothing: they are made some weeks before that begins; the setting courses.made_weeks_before says how many.',
    },
    elective: {
      text: `The subject ${subjectId} is elective, and the enrolment ${id} does not choose it.`,
      advice: "Add the subject to the enrolment's subjects in OpenEduCat.",
    },
  };
}
