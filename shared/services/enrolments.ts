import type { Failure } from '#shared/engine/failures.ts';
import { failureOfProblems, missingDependency, scopeUnknown } from '#shared/engine/failures.ts';
import { companyInScope, scopeOfProgram } from '#shared/engine/scope.ts';
import type { World } from '#shared/engine/world.ts';
import type { Enrolment } from '#shared/oec/enrolment.ts';
import { studentIdnumber, subjectCourseIdnumber } from '#shared/oec/references.ts';
import { batchGroupIdnumber } from './batch-group.ts';
import { isUnreadable, noDoubts } from './doubts.ts';
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

async function prepare(world: World, studentIds: string[]): Promise<void> {
  await world.load('op.student', studentIds);
  const ids = await Promise.all(
    studentIds.map((id) => world.sources({ model: 'op.student', id }, 'op.student.course')),
  );
  const readings = await world.readMany('op.student.course', ids.flat());
  const records = readings.flatMap((reading) => (reading.state === 'valid' ? [reading.record] : []));
  await world.load(
    'op.batch',
    records.map(({ batchId }) => batchId),
  );
  const programs = await world.readMany(
    'op.course',
    records.map(({ programId }) => programId),
  );
  const subjectIds = programs.flatMap((program) =>
    program.state === 'valid' ? program.record.subjectIds : [],
  );
  await world.load('op.subject', [...subjectIds, ...records.flatMap((record) => record.subjectIds)]);
}

async function wanted(world: World, studentId: string): Promise<WantedCourses> {
  const courses: WantedCourses['courses'] = new Map();
  const leftOut: WantedCourses['leftOut'] = [];
  const doubts = noDoubts();
  const student = await world.read('op.student', studentId);
  const personActive =
    student.state === 'valid'
      ? student.record.active && companyInScope(world, student.record.companyId)
      : student.state === 'invalid' && !student.retired;
  if (!personActive) return { courses, leftOut, doubts, personActive };
  for (const id of await world.sources({ model: 'op.student', id: studentId }, 'op.student.course')) {
    const source = { model: 'op.student.course', id } as const;
    const reading = await world.read('op.student.course', id);
    if (reading.state === 'missing') continue;
    if (reading.state === 'invalid') {
      leftOut.push({ source, failure: failureOfProblems(reading.problems) });
      doubts.everything = true;
    } else if (reading.record.studentId === studentId) {
      const failure = await take(world, reading.record, { courses, doubts });
      if (failure) leftOut.push({ source, failure });
    }
  }
  return { courses, leftOut, doubts, personActive };
}

/** Adds an enrolment's courses; a failure if it, or a part of it, cannot be taken. */
async function take(
  world: World,
  enrolment: Enrolment,
  { courses, doubts }: Pick<WantedCourses, 'courses' | 'doubts'>,
): Promise<Failure | undefined> {
  if (enrolment.state === 'finished') return undefined;
  const { programId, batchId } = enrolment;
  const program = await world.read('op.course', programId);
  if (program.state === 'missing') {
    return missingDependency(
      `The enrolment names the program ${programId}, which the ERP's records do not hold.`,
      'course_id',
    );
  }
  if (program.state === 'invalid') {
    if (program.retired) return undefined;
    doubts.programs.add(programId);
    return missingDependency(`The enrolment's program ${programId} cannot be pushed.`, 'course_id');
  }
  const batch = await world.read('op.batch', batchId);
  if (batch.state === 'missing') {
    return missingDependency(
      `The enrolment names the batch ${batchId}, which the ERP's records do not hold.`,
      'batch_id',
    );
  }
  if (!program.record.active || (batch.state === 'valid' && !batch.record.active)) return undefined;
  if (batch.state === 'invalid' && batch.retired) return undefined;
  const scope = await scopeOfProgram(world, program.record);
  if (scope === 'outside') return undefined;
  if (scope === 'unknown') {
    doubts.programs.add(programId);
    return scopeUnknown();
  }
  const isChosen = enrolment.subjectIds.length > 0;
  const listed = new Set(program.record.subjectIds);
  const unlisted = enrolment.subjectIds.filter((id) => !listed.has(id));
  for (const subjectId of isChosen ? enrolment.subjectIds : program.record.subjectIds) {
    const subject = await world.read('op.subject', subjectId);
    const course = subjectCourseIdnumber(subjectId, programId);
    if (isUnreadable(subject) && listed.has(subjectId)) doubts.courses.add(course);
    if (subject.state !== 'valid' || !subject.record.active || !listed.has(subjectId)) continue;
    // Where no subjects are chosen, OpenEduCat's own registration gives the compulsory ones.
    if (!isChosen && subject.record.subjectType !== 'compulsory') continue;
    // A batch that cannot be pushed has no group; its students still need their courses.
    addCourse(courses, course, [batchGroupIdnumber(batchId, course)]);
  }
  if (unlisted.length === 0) return undefined;
  return failureOfProblems([
    {
      field: 'subject_ids',
      rule: 'format',
      reason: `The program ${programId} does not list the subject ${unlisted.join(', ')} of this enrolment.`,
    },
  ]);
}
