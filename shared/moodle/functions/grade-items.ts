import * as z from 'zod';
import type { MoodleCaller } from '../caller.ts';
import { orNull } from '../or-null.ts';

const itemSchema = z.object({
  id: z.number(),
  itemname: orNull(z.string()),
  /** `mod`, `manual`, or `course` and `category` for totals. */
  itemtype: z.string(),
  /** Such as `quiz`; null where it is no activity. */
  itemmodule: orNull(z.string()),
  iteminstance: orNull(z.number()),
  itemnumber: orNull(z.number()),
  cmid: orNull(z.number()),
  /** null where there is no grade, and in courses whose report shows none. */
  graderaw: orNull(z.number()),
  /** null in courses whose report shows no range. */
  grademin: orNull(z.number()),
  grademax: orNull(z.number()),
  /** Seconds since 1970; null where there is no grade, also where one was taken back. */
  gradedategraded: orNull(z.number()),
  gradeishidden: orNull(z.boolean()).transform((hidden) => hidden ?? false),
  outcomeid: orNull(z.number()),
  rangeformatted: orNull(z.string()),
});

/** The same with what teachers wrote, as HTML: personal, so only for those who ask for it. */
const itemWithFeedbackSchema = itemSchema.extend({
  feedback: orNull(z.string()).transform((feedback) => feedback ?? ''),
});

export type GradeItem = z.infer<typeof itemSchema> & { gradetype: GradeType; feedback?: string };

/** Whether a column holds numbers, words of a scale, or nothing but feedback. */
export type GradeType = 'value' | 'scale' | 'text';

/** What one user has in a course. Names are left where they are. */
export type UserGrades = { courseid: number; userid: number; useridnumber: string; gradeitems: GradeItem[] };

/**
 * `gradereport_user_get_grade_items`: the columns of a course's gradebook for all its students, or for one user. Costs
 * Moodle about 10 ms a student in any case; ask for large courses in slices by group, and for one user only where
 * fewer than three are wanted. Students whose enrolment is suspended are missing, unless asked for by id; suspended
 * accounts are there.
 *
 * @param options.userid anybody with an account, enrolled or not
 * @param options.feedback also what teachers wrote
 */
export async function getGradeItems(
  client: MoodleCaller,
  courseid: number,
  { userid, groupid, feedback = false }: { userid?: number; groupid?: number; feedback?: boolean } = {},
): Promise<UserGrades[]> {
  const schema = feedback ? reportSchema(itemWithFeedbackSchema) : reportSchema(itemSchema);
  const report = await client.call('gradereport_user_get_grade_items', { courseid, userid, groupid }, schema);
  return report.usergrades;
}

function reportSchema(item: typeof itemSchema | typeof itemWithFeedbackSchema) {
  const gradeitem = item.transform((fields) => ({
    ...fields,
    gradetype: gradetypeOf(fields.rangeformatted),
  }));
  return z.object({
    usergrades: z.array(
      z.object({
        courseid: z.number(),
        userid: z.number(),
        useridnumber: orNull(z.string()).transform((idnumber) => idnumber ?? ''),
        gradeitems: z.array(gradeitem),
      }),
    ),
  });
}

/**
 * Read from the range, such as `0–100` or `Poor–Good`: Moodle 4.5 answers the outcome's id as `scaleid`, so nothing
 * else tells. A scale whose words are numbers passes for numbers, which is what it is.
 */
function gradetypeOf(rangeformatted: string | null): GradeType {
  if (rangeformatted === null) return 'value';
  const ends = rangeformatted.split('&ndash;');
  if (ends.every((end) => end === '')) return 'text';
  return ends.every((end) => /^-?[\d.,\s]+$/.test(end)) ? 'value' : 'scale';
}
