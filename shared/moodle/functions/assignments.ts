import * as z from 'zod';
import type { MoodleCaller } from '../caller.ts';
import { orZero } from '../or-zero.ts';
import { plainName } from '../plain-name.ts';
import { type Warning, warningsSchema } from '../warnings.ts';

const assignmentSchema = z.object({
  id: z.number(),
  cmid: z.number(),
  course: z.number(),
  name: plainName,
  /** The highest grade; negative: graded by words of a scale; 0: not graded. */
  grade: z.number(),
  /** Seconds since 1970; 0 for none. */
  allowsubmissionsfromdate: orZero,
  duedate: orZero,
});
export type Assignment = z.infer<typeof assignmentSchema>;

const assignmentsSchema = warningsSchema.extend({
  courses: z.array(z.object({ id: z.number(), assignments: z.array(assignmentSchema) })),
});

const gradeSchema = z.object({
  userid: z.number(),
  timemodified: z.number(),
  /** null: not graded, or taken back. Moodle says so with -1, or with nothing. */
  grade: z.string().transform((grade) => (grade.trim() === '' || Number(grade) < 0 ? null : Number(grade))),
});
export type AssignmentGrade = z.infer<typeof gradeSchema>;

const gradesSchema = warningsSchema.extend({
  assignments: z.array(z.object({ assignmentid: z.number(), grades: z.array(gradeSchema) })),
});

/**
 * `mod_assign_get_assignments`: the assignments of courses, hidden ones too. A course that is not there, or closed to
 * the token's user, is a warning (`itemid` is its id) and does not keep the others back.
 */
export async function getAssignments(
  client: MoodleCaller,
  courseids: readonly number[],
): Promise<{ assignments: Assignment[]; warnings: Warning[] }> {
  if (courseids.length === 0) return { assignments: [], warnings: [] };
  const { courses, warnings } = await client.call(
    'mod_assign_get_assignments',
    { courseids, includenotenrolledcourses: true },
    assignmentsSchema,
  );
  return { assignments: courses.flatMap(({ assignments }) => assignments), warnings };
}

/** The code with which Moodle says that an assignment has no grade since then. */
const nothingSince = '3';

/**
 * `mod_assign_get_grades`: what was graded in many assignments at a time or later, in one call. Grades that a teacher
 * set in the gradebook itself are not among them; the grade report has those.
 *
 * @param since seconds since 1970
 * @returns assignments with at least one such grade, and warnings for those that are closed to the token's user
 */
export async function getAssignmentGrades(
  client: MoodleCaller,
  assignmentids: readonly number[],
  since = 0,
): Promise<{ assignments: { assignmentid: number; grades: AssignmentGrade[] }[]; warnings: Warning[] }> {
  if (assignmentids.length === 0) return { assignments: [], warnings: [] };
  const answer = await client.call('mod_assign_get_grades', { assignmentids, since }, gradesSchema);
  const warnings = answer.warnings.filter(({ warningcode }) => warningcode !== nothingSince);
  return { assignments: answer.assignments, warnings };
}
