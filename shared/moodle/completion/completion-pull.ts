import * as z from 'zod';
import { failureOf, isInstanceFailure } from '#shared/moodle/failures.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { mappedCourses } from '#shared/moodle/pulls/mapped-courses.ts';
import type { PlanPorts, PullService, PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { inGroups } from '#shared/sync/each-page.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { lookAtStudent } from './completion-look.ts';
import { enrolledStudents, type StudentToAsk, studentToAsk, studentToAskSchema } from './completion-plan.ts';
import { CriteriaNotes, lacksCriteria } from './course-criteria.ts';

/** Students of a task: some seconds of calls, and no message of SQS that is too long. */
const studentsOfTask = 100;

/** Calls at a time in a task. Two tasks run at once, and the cores of a Moodle are few. */
const lanes = 2;

const taskSchema = z.object({ students: z.array(studentToAskSchema) });

/**
 * Course completion → `moodle_completion` of op.student.course. One call for each student answers for all courses,
 * and only students of whom something can have changed are asked about.
 */
export const completionPull: PullService = {
  name: 'completion',
  isWanted: () => true,

  async *plan(instance, ports) {
    for await (const students of inGroups(studentsToAsk(instance, ports), studentsOfTask)) yield { students };
  },

  async run(task, session) {
    const { students } = taskSchema.parse(task);
    const criteria = new CriteriaNotes(session);
    const rest = await inLanes(students, { lanes, hasTime: session.hasTime }, (student) =>
      unlessRefused(session, student, () => lookAtStudent(session, criteria, student)),
    );
    return rest.length > 0 ? { students: rest } : undefined;
  },
};

async function* studentsToAsk(
  instance: Instance,
  { mappings, clock, isByHand = false }: PlanPorts,
): AsyncIterable<StudentToAsk> {
  const now = clock.now();
  const courses = new Map<string, boolean>();
  for await (const { idnumber, state } of mappedCourses(instance.id, mappings, 'completion')) {
    courses.set(idnumber, lacksCriteria(state, now));
  }
  for await (const student of enrolledStudents(instance.id, mappings)) {
    const toAsk = studentToAsk(student, courses, now, isByHand);
    if (toAsk) yield toAsk;
  }
}

/** A student whom Moodle refuses to tell of stops no other one; what says something about the instance does. */
async function unlessRefused(
  { instance, log, count }: PullSession,
  student: StudentToAsk,
  look: () => Promise<void>,
): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (isInstanceFailure(error)) throw error;
    const { code } = failureOf(error);
    log.warn('Completion not pulled', { instance: instance.id, student: student.id, code });
    count('PullsRefused', 1);
  }
}
