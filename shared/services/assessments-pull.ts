import * as z from 'zod';
import { mappedCourses, pullStateOf } from '#shared/engine/mapped-courses.ts';
import { eachCourse } from '#shared/engine/pull-courses.ts';
import type { PlanPorts, PullService } from '#shared/engine/pull-service.ts';
import { askForGrades, assignmentsInCall } from './grades/ask-assignments.ts';
import {
  type AssignmentsNote,
  type PlannedAssignments,
  pullAssignments,
} from './grades/assignments-course.ts';
import type { GradebookNote } from './grades/gradebook-course.ts';

const taskSchema = z.object({
  courses: z.array(
    z.object({
      idnumber: z.string(),
      moodle_id: z.number(),
      assignments: z.array(z.object({ id: z.number(), name: z.string(), max: z.number() })),
      since: z.number().optional(),
      digest: z.string().optional(),
    }),
  ),
});

/**
 * The grades of assignments: op.exam.attendees for each. Which assignments there are, the gradebook's pull has noted;
 * one call asks for what was graded in many of them since the last time. Quizzes are pulled with the gradebook.
 */
export const assessmentsPull: PullService = {
  name: 'assessments',
  isWanted: () => true,

  async *plan(instance, ports) {
    for (const courses of inCalls(await coursesToAsk(instance.id, ports))) yield { courses };
  },

  async run(task, session) {
    const { courses } = taskSchema.parse(task);
    const answers = await askForGrades(courses, session);
    const rest = await eachCourse(courses, session, async (course) => {
      const answer = answers.get(course.idnumber);
      if (answer) await pullAssignments(course, answer, session);
      return true;
    });
    return rest.length > 0 ? { courses: rest } : undefined;
  },
};

/**
 * Courses with assignments, those without a grade first, then by the time of their last one: a call asks for all its
 * courses since the same time, so the closer these are, the less is answered that is known.
 */
async function coursesToAsk(instance: string, { mappings }: PlanPorts): Promise<PlannedAssignments[]> {
  const courses: PlannedAssignments[] = [];
  for await (const { idnumber, moodleId, state, mapping } of mappedCourses(
    instance,
    mappings,
    'assessments',
  )) {
    const { assignments = [] }: GradebookNote = pullStateOf(mapping, 'gradebook') ?? {};
    const { since, digest }: AssignmentsNote = state ?? {};
    if (assignments.length > 0) courses.push({ idnumber, moodle_id: moodleId, assignments, since, digest });
  }
  return courses.sort((a, b) => (a.since ?? 0) - (b.since ?? 0));
}

/** Courses of one call each; one that has more assignments than a call takes is alone. */
export function inCalls(courses: PlannedAssignments[]): PlannedAssignments[][] {
  const calls: PlannedAssignments[][] = [];
  let asked = assignmentsInCall;
  for (const course of courses) {
    const { length } = course.assignments;
    if (asked + length > assignmentsInCall) {
      calls.push([]);
      asked = 0;
    }
    calls.at(-1)?.push(course);
    asked += length;
  }
  return calls;
}
