import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';

const passMarkSchema = z.object({ gradetopass: z.number().nullish() });

/**
 * `mod_quiz_get_user_best_grade`, of which only the quiz's own pass mark is wanted: the grade report says of each grade
 * whether it passes, but not by which mark. The best grade itself is what the quiz says, and not what counts.
 *
 * @param userid anybody with an account
 * @returns null where no pass mark is set
 */
export async function getQuizPassMark(
  client: MoodleCaller,
  quizid: number,
  userid: number,
): Promise<number | null> {
  const { gradetopass } = await client.call(
    'mod_quiz_get_user_best_grade',
    { quizid, userid },
    passMarkSchema,
  );
  return gradetopass ?? null;
}
