import * as z from 'zod';
import type { MoodleCaller } from '../caller.ts';
import { orZero } from '../or-zero.ts';
import { plainName } from '../plain-name.ts';
import { type Warning, warningsSchema } from '../warnings.ts';

const quizSchema = z.object({
  id: z.number(),
  /** The `cmid` of other answers. */
  coursemodule: z.number(),
  course: z.number(),
  name: plainName,
  // Absent without the capability mod/quiz:view; a quiz without its highest grade would mislead.
  grade: z.number(),
  /** Seconds since 1970; 0 for none. */
  timeopen: orZero,
  timeclose: orZero,
});
export type Quiz = z.infer<typeof quizSchema>;

const quizzesSchema = warningsSchema.extend({ quizzes: z.array(quizSchema) });

const bestGradeSchema = z
  .object({ hasgrade: z.boolean(), grade: z.number().nullish(), gradetopass: z.number().nullish() })
  .transform(({ hasgrade, grade, gradetopass }) => ({
    grade: hasgrade ? (grade ?? null) : null,
    gradetopass: gradetopass ?? null,
  }));
/** null: no attempt was finished; no pass mark is set. */
export type QuizBestGrade = z.infer<typeof bestGradeSchema>;

/**
 * `mod_quiz_get_quizzes_by_courses`: the quizzes of courses. A course that is not there is a warning (`itemid` is its
 * id) and does not keep the others back.
 */
export async function getQuizzes(
  client: MoodleCaller,
  courseids: readonly number[],
): Promise<{ quizzes: Quiz[]; warnings: Warning[] }> {
  if (courseids.length === 0) return { quizzes: [], warnings: [] };
  return client.call('mod_quiz_get_quizzes_by_courses', { courseids }, quizzesSchema);
}

/**
 * `mod_quiz_get_user_best_grade`: one call of about 19 ms for each quiz and user. The grade report gives the grades of
 * a whole course; what it lacks is the pass mark. A grade that a teacher set in the gradebook itself is not seen here.
 */
export function getQuizBestGrade(
  client: MoodleCaller,
  quizid: number,
  userid: number,
): Promise<QuizBestGrade> {
  return client.call('mod_quiz_get_user_best_grade', { quizid, userid }, bestGradeSchema);
}
