import { failureOfProblems, missingDependency } from '#shared/engine/failures.ts';
import { companyInScope, programInScope } from '#shared/engine/scope.ts';
import type { World } from '#shared/engine/world.ts';
import { facultyIdnumber, subjectCourseIdnumber } from '#shared/oec/references.ts';
import type { Session } from '#shared/oec/session.ts';
import { addCourse, personCourses, type WantedCourses } from './person-courses.ts';

/**
 * op.session and op.faculty's faculty_subject_ids → the teacher role in the courses of the teacher's timetable and
 * in all courses of the teacher's subjects.
 */
export const teaching = personCourses({
  name: 'teaching',
  model: 'op.faculty',
  role: 'teacher',
  toPerson: facultyIdnumber,
  prepare: async (world, facultyIds) => {
    await world.load('op.faculty', facultyIds);
    const ids = await Promise.all(
      facultyIds.map((id) => world.sources({ model: 'op.faculty', id }, 'op.session')),
    );
    await world.load('op.session', ids.flat());
  },
  wanted,
});

async function wanted(world: World, facultyId: string): Promise<WantedCourses> {
  const courses: WantedCourses['courses'] = new Map();
  const leftOut: WantedCourses['leftOut'] = [];
  const teacher = await world.read('op.faculty', facultyId);
  const personActive =
    teacher.state === 'valid'
      ? teacher.record.active && companyInScope(world, teacher.record.companyId)
      : teacher.state === 'invalid' && !teacher.retired;
  if (!personActive) return { courses, leftOut, personActive };
  for (const id of await world.sources({ model: 'op.faculty', id: facultyId }, 'op.session')) {
    const source = { model: 'op.session', id } as const;
    const reading = await world.read('op.session', id);
    if (reading.state === 'missing') continue;
    if (reading.state === 'invalid') {
      leftOut.push({ source, failure: failureOfProblems(reading.problems) });
    } else if (reading.record.facultyId === facultyId && isTaught(reading.record)) {
      const { programId, subjectId } = reading.record;
      if (await addIfOpen(world, courses, subjectId, programId)) continue;
      const program = await world.read('op.course', programId);
      if (program.state === 'valid' && program.record.subjectIds.includes(subjectId)) continue;
      leftOut.push({
        source,
        failure: missingDependency(
          `The program ${programId} of this timetable session does not list its subject ${subjectId}.`,
          'subject_id',
        ),
      });
    }
  }
  const subjectIds = teacher.state === 'valid' ? teacher.record.subjectIds : [];
  for (const subjectId of subjectIds) {
    for (const programId of await world.sources({ model: 'op.subject', id: subjectId }, 'op.course')) {
      await addIfOpen(world, courses, subjectId, programId);
    }
  }
  return { courses, leftOut, personActive };
}

function isTaught(session: Session): boolean {
  return session.active && session.state !== 'cancel';
}

/** Adds the course of a subject in a program if there is one in this instance. */
async function addIfOpen(
  world: World,
  courses: WantedCourses['courses'],
  subjectId: string,
  programId: string,
): Promise<boolean> {
  const [program, subject] = await Promise.all([
    world.read('op.course', programId),
    world.read('op.subject', subjectId),
  ]);
  if (program.state !== 'valid' || subject.state !== 'valid') return false;
  if (!program.record.active || !subject.record.active || !program.record.subjectIds.includes(subjectId))
    return false;
  if (!(await programInScope(world, program.record))) return false;
  addCourse(courses, subjectCourseIdnumber(subjectId, programId));
  return true;
}
