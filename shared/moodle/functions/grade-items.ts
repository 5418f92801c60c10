import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { orEmpty, orNull } from '#shared/moodle/client/schemas.ts';

const itemSchema = z.object({
  id: z.number(),
  itemname: orNull(z.string()),
  /** `mod`, `manual`, or `course` and `category` for totals. */
  itemtype: z.string(),
  /** Such as `quiz`; null where it is no activity. */
  itemmodule: orNull(z.string()),
  /** Of a total the grade category that it adds up. */
  iteminstance: orNull(z.number()),
  itemnumber: orNull(z.number()),
  /** The grade category it lies in; null for totals. */
  categoryid: orNull(z.number()),
  cmid: orNull(z.number()),
  /** Absent where the report's settings show no grades: that says nothing of a grade. */
  graderaw: z.number().nullish(),
  /** True while Moodle has not worked the column out again: the cells are empty then. */
  gradeneedsupdate: orNull(z.boolean()),
  /** null in courses whose report shows no range. */
  grademin: orNull(z.number()),
  grademax: orNull(z.number()),
  /** Seconds since 1970; null where there is no grade, also where one was taken back. */
  gradedategraded: orNull(z.number()),
  gradeishidden: orNull(z.boolean()).transform((hidden) => hidden ?? false),
  outcomeid: orNull(z.number()),
  /** What teachers wrote, as HTML. */
  feedback: orNull(z.string()),
  gradeformatted: orNull(z.string()),
  rangeformatted: orNull(z.string()),
  percentageformatted: orNull(z.string()),
  weightraw: orNull(z.number()),
  status: orNull(z.string()),
});

/**
 * Characters of feedback. A text of Moodle's may hold pictures, and a table's item no more than 400 kB: one that is too
 * large would keep the whole course from coming.
 */
const longestFeedback = 65_536;

/** Whether a column holds numbers, words of a scale, or nothing but feedback. */
type GradeType = 'value' | 'scale' | 'text';

/** One cell of the report. */
export type GradeItem = ReturnType<typeof toGradeItem>;

/** What one user has in a course. Names are left where they are. */
export type UserGrades = { courseid: number; userid: number; useridnumber: string; gradeitems: GradeItem[] };

/**
 * `gradereport_user_get_grade_items`: the columns of a course's gradebook for all its students, or for one user. Costs
 * Moodle about 10 ms a student in any case; ask for large courses in slices by group, and for one user only where
 * fewer than three are wanted. Students whose enrolment is suspended are missing, unless asked for by id; suspended
 * accounts are there.
 *
 * @param options.userid anybody with an account, enrolled or not
 * @param options.feedback also what teachers wrote: it is personal. One too long is left out
 */
export async function getGradeItems(
  client: MoodleCaller,
  courseid: number,
  { userid, groupid, feedback = false }: { userid?: number; groupid?: number; feedback?: boolean } = {},
): Promise<UserGrades[]> {
  const cell = itemSchema.transform((item) => toGradeItem(item, feedback));
  const user = z.object({
    courseid: z.number(),
    userid: z.number(),
    useridnumber: orEmpty,
    gradeitems: z.array(cell),
  });
  const schema = z.object({ usergrades: z.array(user) });
  const report = await client.call('gradereport_user_get_grade_items', { courseid, userid, groupid }, schema);
  return report.usergrades;
}

function toGradeItem(
  {
    graderaw,
    gradeneedsupdate,
    gradeformatted,
    rangeformatted,
    percentageformatted,
    weightraw,
    status,
    feedback,
    ...fields
  }: z.infer<typeof itemSchema>,
  withFeedback: boolean,
) {
  const ends = rangeformatted?.split('&ndash;') ?? [];
  const [first, last] = ends.map(decimalIn);
  const isShort = feedback !== null && feedback.length <= longestFeedback;
  return {
    ...fields,
    /** null: there is no grade. undefined: the report does not say. Of a scale it is the place of a word, from 1. */
    graderaw: gradeneedsupdate ? undefined : graderaw,
    /** undefined where the report shows no range. */
    gradetype: rangeformatted === null ? undefined : gradetypeOf(ends, fields),
    /** The grade as people see it, where that is a number: of a scale the word. */
    shown: decimalIn(withoutIcons(gradeformatted ?? ''))?.value ?? null,
    /** What the range shows, where those are numbers: of a scale its first and last word. */
    range: first && last ? ([first.value, last.value] as const) : null,
    /** The grade in per cent of the range, as shown, and by how much that may have been rounded. */
    percentage: decimalIn(percentageformatted?.replace('%', '') ?? '') ?? null,
    /** Whether Moodle says that it passes; null where nothing is said of passing. */
    passed: passedIn(gradeformatted ?? ''),
    /** Whether Moodle keeps a row for it: of one that was unenrolled it keeps none, of a grade taken back it does. */
    hasRow: weightraw !== null || status !== null,
    ...(withFeedback && { feedback: isShort ? feedback : '' }),
  };
}

/** A number with a decimal point or comma, and by how much rounding to its last digit may have moved it. */
function decimalIn(text: string): { value: number; error: number } | undefined {
  const [, whole, decimals = ''] = /^\s*(-?\d+)(?:[.,](\d+))?\s*$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { value: Number(`${whole}.${decimals || 0}`), error: 0.5 / 10 ** decimals.length };
}

/**
 * Read from the range, such as `0–100` or `Poor–Good`: Moodle 4.5 answers the outcome's id as `scaleid`, so nothing
 * else tells. The words of a scale may be digits (`-3–12`, `6–1`): then they are not the lowest and highest grade,
 * which of a scale are 1 and the number of its words.
 */
function gradetypeOf(
  ends: string[],
  { grademin, grademax }: Pick<z.infer<typeof itemSchema>, 'grademin' | 'grademax'>,
): GradeType {
  if (ends.every((end) => end === '')) return 'text';
  const limits = [grademin, grademax];
  const isRange = ends.every((end, index) => {
    const shown = decimalIn(end);
    const limit = limits[index];
    return shown && typeof limit === 'number' && Math.abs(shown.value - limit) <= shown.error + tiny;
  });
  return isRange ? 'value' : 'scale';
}

/** More than floating point numbers go astray, less than any grade. */
const tiny = 1e-9;

/** Pass and fail are icons in front of the grade, whose titles are of the site's language. */
const passIcon = /\bfa-check\b|\/i\/valid\b/;
const failIcon = /\bfa-(?:xmark|times)\b|\/i\/invalid\b/;

function passedIn(gradeformatted: string): boolean | null {
  if (passIcon.test(gradeformatted)) return true;
  return failIcon.test(gradeformatted) ? false : null;
}

function withoutIcons(html: string): string {
  return html.replace(/<[^<>]*>/g, '');
}
