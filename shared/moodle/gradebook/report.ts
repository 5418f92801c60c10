import type { GradeItem, UserGrades } from '#shared/moodle/functions/grade-items.ts';
import type { Activity } from '#shared/moodle/pulls/pulled-ids.ts';
import { type Json, payloadHash } from '#shared/sync/hash.ts';

/** What one student has in one column, as the student may see it. */
export interface ReportedGrade {
  itemid: number;
  activity: Activity;
  /** Its activity's id in the course; null for a column of the gradebook's own. */
  cmid: number | null;
  name: string;
  /** null: there is no grade. */
  raw: number | null;
  min: number;
  max: number;
  /** What Moodle says of passing; null for nothing. */
  passed: boolean | null;
  /** Seconds since 1970. */
  gradedAt: number | null;
  /** Whether Moodle keeps a row for it, empty or not. */
  hasRow: boolean;
  /** Only where the instance asks for it. */
  feedback?: string;
}

/** An account in the report, with the ID number that it shows. */
export interface ReportedAccount {
  userid: number;
  idnumber: string;
  grades: ReportedGrade[];
}

/** The grade report of a course, reduced to what can become a record. */
export interface Report {
  accounts: ReportedAccount[];
  /** Grades that OpenEduCat has no place for: words of a scale, or a range that cannot be told. */
  skipped: number;
  /** False where the course's or the site's settings keep all grades out of the report. */
  showsGrades: boolean;
  /** Whether it tells for which cells Moodle keeps a row: a setting of the report can keep that out. */
  showsRows: boolean;
}

/** Totals are left out: the ERP adds up by rules of its own. */
const totals = new Set(['course', 'category']);

/** Reduces a grade report to grades that students may see, of columns that OpenEduCat has a place for. */
export function readReport(users: UserGrades[]): Report {
  const maxima = highestGrades(users.flatMap(({ gradeitems }) => gradeitems));
  let skipped = 0;
  const accounts = users.map(({ userid, useridnumber, gradeitems }): ReportedAccount => {
    const shown = shownTo(gradeitems);
    const grades = shown.flatMap((item) => {
      const grade = gradeOf(item, maxima);
      if (!grade && typeof item.graderaw === 'number') skipped += 1;
      return grade ?? [];
    });
    return { userid, idnumber: useridnumber, grades };
  });
  const columns = users
    .flatMap(({ gradeitems }) => gradeitems)
    .filter(({ itemtype }) => !totals.has(itemtype));
  return {
    accounts,
    skipped,
    showsGrades: columns.length === 0 || columns.some(({ graderaw }) => graderaw !== undefined),
    showsRows: columns.some(({ hasRow }) => hasRow),
  };
}

/**
 * The columns of which a student may see the grade. Moodle hides a category with all that lies in it, but says of an
 * item that was added later, and of a quiz, that it is not hidden: so a category whose total is hidden hides what the
 * report has between its first and its last column, categories inside it included.
 */
function shownTo(items: GradeItem[]): GradeItem[] {
  const hidden = new Set<number>();
  for (const total of items.filter(
    ({ itemtype, gradeishidden }) => itemtype === 'category' && gradeishidden,
  )) {
    const places = items.flatMap((item, place) =>
      item === total || item.categoryid === total.iteminstance ? place : [],
    );
    for (let place = places[0]!; place <= places.at(-1)!; place += 1) hidden.add(place);
  }
  return items.filter(
    ({ itemtype, gradeishidden }, place) => !totals.has(itemtype) && !gradeishidden && !hidden.has(place),
  );
}

function gradeOf(item: GradeItem, maxima: ReadonlyMap<number, number>): ReportedGrade | undefined {
  const mark = markIn(item, maxima);
  if (!mark || mark.max <= 0) return undefined;
  const { id: itemid, itemname, cmid, passed, gradedategraded, hasRow, feedback } = item;
  return {
    itemid,
    activity: activityOf(item),
    cmid,
    name: itemname ?? '',
    ...mark,
    passed,
    gradedAt: gradedategraded,
    hasRow,
    ...(feedback !== undefined && { feedback }),
  };
}

/** What a column of the gradebook grades. Further columns of an activity, such as outcomes, are on their own. */
export function activityOf(
  item: Pick<GradeItem, 'id' | 'itemmodule' | 'iteminstance' | 'itemnumber'>,
): Activity {
  const { itemmodule: module, iteminstance: id } = item;
  const isFirst = (item.itemnumber ?? 0) === 0;
  if ((module === 'quiz' || module === 'assign') && id !== null && isFirst) return { module, id };
  return { module: 'item', id: item.id };
}

/**
 * The grade as a number with its range; undefined where the report does not say, or where it is a word. Of a scale whose
 * words are rising digits it is the number that is shown: Moodle's own is the place of the word. Falling ones (`6–1`)
 * are left out, since OpenEduCat takes more for better.
 */
function markIn(
  { id, graderaw, gradetype, shown, range, grademin, grademax }: GradeItem,
  maxima: ReadonlyMap<number, number>,
): { raw: number | null; min: number; max: number } | undefined {
  if (graderaw === undefined) return undefined;
  if (gradetype === 'value' && grademax !== null) return { raw: graderaw, min: grademin ?? 0, max: grademax };
  const max = maxima.get(id);
  if (gradetype === undefined) return max === undefined ? undefined : { raw: graderaw, min: 0, max };
  if (gradetype !== 'scale' || !range || range[0] >= range[1]) return undefined;
  const [lowest, highest] = range;
  if (graderaw === null) return { raw: null, min: lowest, max: highest };
  return shown === null ? undefined : { raw: shown, min: lowest, max: highest };
}

/** Steps in which highest grades are looked for, the roundest first. */
const steps = [1, 0.5, 0.1, 0.01];

/**
 * The highest grade of each column whose report shows no range, from the percentages beside the grades: 88 is 88.00 %,
 * so it is 100. A column of words, or without a grade above 0, is left out.
 */
function highestGrades(cells: GradeItem[]): Map<number, number> {
  const found = new Map<number, number>();
  const rangeless = cells.filter(({ gradetype }) => gradetype === undefined);
  for (const [id, column] of Map.groupBy(rangeless, (cell) => cell.id)) {
    const graded = column.filter(({ graderaw }) => typeof graderaw === 'number');
    const highest = graded.every(isNumber) ? highestOf(graded) : undefined;
    if (highest !== undefined) found.set(id, highest);
  }
  return found;
}

/** A number is shown as it is, to some decimals; the word of a scale is not its place. */
function isNumber({ graderaw, shown }: GradeItem): boolean {
  return shown !== null && Math.abs(shown - (graderaw ?? 0)) <= 0.5;
}

function highestOf(cells: GradeItem[]): number | undefined {
  let lowest = 0;
  let highest = Number.POSITIVE_INFINITY;
  for (const { graderaw, percentage } of cells) {
    if (!graderaw || !percentage || percentage.value <= percentage.error) continue;
    lowest = Math.max(lowest, (graderaw * 100) / (percentage.value + percentage.error));
    highest = Math.min(highest, (graderaw * 100) / (percentage.value - percentage.error));
  }
  if (highest === Number.POSITIVE_INFINITY) return undefined;
  const middle = (lowest + highest) / 2;
  return steps
    .map((step) => Number((Math.round(middle / step) * step).toFixed(2)))
    .find((candidate) => lowest <= candidate && candidate <= highest);
}

/**
 * Tells whether a report says the same as the last one. Cells without a grade are part of it, and so is what decides
 * whose they are: an account that comes to bear the number of a student brings grades that were there before.
 */
export function reportDigest({ accounts }: Report): string {
  const inOrder = accounts.toSorted((a, b) => a.userid - b.userid);
  const tuples = inOrder.map(
    ({ userid, idnumber, grades }): Json => [
      userid,
      idnumber,
      grades
        .toSorted((a, b) => a.itemid - b.itemid)
        .map(({ itemid, raw, min, max, passed, feedback = '' }) => [itemid, raw, min, max, passed, feedback]),
    ],
  );
  return payloadHash({ tuples });
}
