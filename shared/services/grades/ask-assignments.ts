import { noteRefusal, refusalIn } from '#shared/engine/pull-courses.ts';
import type { PullSession } from '#shared/engine/pull-service.ts';
import { getAssignmentGrades } from '#shared/moodle/functions/assignments.ts';
import type { GradedAssignment } from './assignment-changes.ts';
import { type AssignmentsAnswer, askedSince, type PlannedAssignments } from './assignments-course.ts';

/** Assignments of one call: an answer without news is small however many are asked for. */
export const assignmentsInCall = 50;

/**
 * What Moodle answers about courses, with one call for 50 assignments. A call that it refuses is made again in halves,
 * until the course at fault is alone; that one has no answer.
 */
export async function askForGrades(
  courses: PlannedAssignments[],
  session: PullSession,
): Promise<Map<string, AssignmentsAnswer>> {
  const [first, ...others] = courses;
  if (!first) return new Map();
  try {
    return await askTogether(courses, session);
  } catch (error) {
    if (others.length === 0 || !refusalIn(error)) {
      noteRefusal(error, { course: first.idnumber }, session);
      return new Map();
    }
    const half = Math.ceil(courses.length / 2);
    return new Map([
      ...(await askForGrades(courses.slice(0, half), session)),
      ...(await askForGrades(courses.slice(half), session)),
    ]);
  }
}

async function askTogether(
  courses: PlannedAssignments[],
  session: PullSession,
): Promise<Map<string, AssignmentsAnswer>> {
  const since = Math.min(...courses.map(askedSince));
  const ids = courses.flatMap(({ assignments }) => assignments.map(({ id }) => id));
  const graded = new Map<number, GradedAssignment>();
  const closed = new Map<number, string>();
  for (let start = 0; start < ids.length; start += assignmentsInCall) {
    const part = ids.slice(start, start + assignmentsInCall);
    const { assignments, warnings } = await getAssignmentGrades(session.client, part, since);
    for (const assignment of assignments) graded.set(assignment.assignmentid, assignment);
    for (const { itemid, warningcode } of warnings) if (itemid) closed.set(itemid, warningcode);
  }
  return new Map(
    courses.map((course) => {
      const refused = course.assignments.filter(({ id }) => closed.has(id));
      for (const { id } of refused) noteClosed(course, id, closed.get(id), session);
      const assignments = course.assignments.flatMap(({ id }) => graded.get(id) ?? []);
      return [course.idnumber, { assignments, isWhole: refused.length === 0 }];
    }),
  );
}

function noteClosed(
  { idnumber: course }: PlannedAssignments,
  assignment: number,
  code: string | undefined,
  { instance, log, count }: PullSession,
): void {
  const about = { instance: instance.id, course, assignment, function: 'mod_assign_get_grades', code };
  log.warn('Refused by Moodle: the pull goes on without it', about);
  count('PullsRefused', 1);
}
