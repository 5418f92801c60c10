import type { Enrolment } from '#shared/models/enrolment.ts';
import { studentIdnumber } from '#shared/models/references.ts';
import { noDoubts } from '#shared/moodle/accounts/doubts.ts';
import { failureOfProblems } from '#shared/moodle/failures.ts';
import { companyInScope } from '#shared/moodle/instance/scope.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { batchGroupIdnumber } from '#shared/moodle/structure/batch-group.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { coursesOfEnrolment } from './enrolment-courses.ts';
import { addCourse, personCourses, type WantedCourses } from './person-courses.ts';

/** op.student.course → the student role in the courses of the enrolment's subjects, and the group of its batch there. */
export const enrolments = personCourses({
  name: 'enrolments',
  model: 'op.student',
  role: 'student',
  toPerson: studentIdnumber,
  prepare,
  wanted,
});

async function prepare(view: RecordView, studentIds: string[]): Promise<void> {
  await view.load('op.student', studentIds);
  const ids = await Promise.all(
    studentIds.map((id) => view.sources({ model: 'op.student', id }, 'op.student.course')),
  );
  const readings = await view.readMany('op.student.course', ids.flat());
  const records = readings.flatMap((reading) => (reading.state === 'valid' ? [reading.record] : []));
  await view.load(
    'op.batch',
    records.flatMap(({ batchId }) => batchId ?? []),
  );
  const programs = await view.readMany(
    'op.course',
    records.map(({ programId }) => programId),
  );
  const subjectIds = programs.flatMap((program) =>
    program.state === 'valid' ? program.record.subjectIds : [],
  );
  await view.load('op.subject', [...subjectIds, ...records.flatMap((record) => record.subjectIds)]);
}

async function wanted(view: RecordView, studentId: string): Promise<WantedCourses> {
  const courses: WantedCourses['courses'] = new Map();
  const leftOut: WantedCourses['leftOut'] = [];
  const doubts = noDoubts();
  const student = await view.read('op.student', studentId);
  const personActive =
    student.state === 'valid'
      ? student.record.active && companyInScope(view, student.record.companyId)
      : student.state === 'invalid' && !student.retired;
  if (!personActive) return { courses, leftOut, doubts, personActive };
  for (const id of await view.sources({ model: 'op.student', id: studentId }, 'op.student.course')) {
    const source = { model: 'op.student.course', id } as const;
    const reading = await view.read('op.student.course', id);
    if (reading.state === 'missing') continue;
    if (reading.state === 'invalid') {
      leftOut.push({ source, failure: failureOfProblems(reading.problems) });
      doubts.everything = true;
    } else if (reading.record.studentId === studentId) {
      const failure = await take(view, reading.record, { courses, doubts });
      if (failure) leftOut.push({ source, failure });
    }
  }
  return { courses, leftOut, doubts, personActive };
}

/** Adds an enrolment's courses; a failure if it, or a part of it, cannot be taken. */
async function take(
  view: RecordView,
  enrolment: Enrolment,
  { courses, doubts }: Pick<WantedCourses, 'courses' | 'doubts'>,
): Promise<Failure | undefined> {
  const led = await coursesOfEnrolment(view, enrolment);
  // A batch that cannot be pushed has no group; its students still need their courses.
  const { batchId } = enrolment;
  for (const course of led.courses) {
    addCourse(courses, course, batchId === undefined ? [] : [batchGroupIdnumber(batchId, course)]);
  }
  for (const programId of led.doubts.programs) doubts.programs.add(programId);
  for (const course of led.doubts.courses) doubts.courses.add(course);
  return led.failure;
}
