import type { Grade, GradeItem } from '../../state/gradebook.ts';
import { isCellHidden, topCategoryOf } from '../../state/grades.ts';
import type { SiteState } from '../../state/site-state.ts';

/** What one user has in one column, totals included. */
export type ColumnResult = {
  final: number | null;
  grademin: number;
  /** Of a total, what could be reached with what is graded so far; with nothing graded, with everything. */
  grademax: number;
  timecreated: number | null;
  timemodified: number | null;
  feedback: string;
  overridden: boolean;
  isHidden: boolean;
  /** Its share of the total above it; undefined where it has none. */
  weight?: number;
};

type GradeOf = (item: GradeItem) => Grade | undefined;

/**
 * Works out a user's results with Moodle's usual way to add up (“Natural”, empty grades left out): a total is the
 * sum of what is graded.
 *
 * @param gradeOf what the user was given in a column
 * @returns results by item
 */
export function aggregate(tree: GradeTree, gradeOf: GradeOf): ReadonlyMap<number, ColumnResult> {
  const results = new Map<number, ColumnResult>();
  addUp(tree, gradeOf, results);
  // Adding up makes a row for each column of whoever has one, and none of whoever has none.
  const hasRows = columnsOf(tree).some((item) => gradeOf(item) !== undefined);
  if (!hasRows) for (const result of results.values()) delete result.weight;
  return results;
}

function addUp(
  { total, children }: GradeTree,
  gradeOf: GradeOf,
  results: Map<number, ColumnResult>,
): ColumnResult {
  const all = children.map((child) =>
    isTree(child) ? addUp(child, gradeOf, results) : resultOf(child, gradeOf(child), results),
  );
  const counting = all.filter((_, index) => isCounting(children[index]));
  const graded = counting.filter(({ final }) => final !== null);
  const grademax = sum((graded.length > 0 ? graded : counting).map((result) => result.grademax));
  for (const result of counting)
    result.weight = result.final === null || grademax === 0 ? 0 : result.grademax / grademax;
  const times = counting.flatMap(({ timemodified }) => timemodified ?? []);
  const result = {
    final: graded.length > 0 ? sum(graded.map(({ final }) => final ?? 0)) : null,
    grademin: 0,
    grademax,
    timecreated: null,
    timemodified: times.length > 0 ? Math.max(...times) : null,
    feedback: '',
    overridden: false,
    isHidden: isCellHidden(total, undefined),
  };
  results.set(total.id, result);
  return result;
}

function resultOf(
  item: GradeItem,
  grade: Grade | undefined,
  results: Map<number, ColumnResult>,
): ColumnResult {
  const { id, grademin, grademax } = item;
  const result = {
    final: grade?.finalgrade ?? null,
    grademin,
    grademax,
    timecreated: grade?.timecreated ?? null,
    timemodified: grade?.timemodified ?? null,
    feedback: grade?.feedback ?? '',
    overridden: (grade?.overridden ?? 0) > 0,
    isHidden: isCellHidden(item, grade),
  };
  results.set(id, result);
  return result;
}

/** Words add up to nothing. */
function isCounting(child: GradeItem | GradeTree | undefined): boolean {
  return child !== undefined && (isTree(child) || child.gradetype !== 'text');
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A grade category with what lies in it; its total is a column as well. */
export type GradeTree = {
  total: GradeItem;
  /** In the order in which they were added. */
  children: (GradeItem | GradeTree)[];
};

export function isTree(node: GradeItem | GradeTree): node is GradeTree {
  return 'children' in node;
}

/** The columns of a course as they lie in its categories. */
export function gradeTreeOf(state: SiteState, courseid: number): GradeTree {
  const top = topCategoryOf(state, courseid);
  const items = state.gradebook.items.find('course', courseid);
  const categories = state.gradebook.categories.find('course', courseid);

  const treeOf = (categoryid: number): GradeTree => {
    const total = items.find((item) => isTotal(item) && item.iteminstance === categoryid);
    if (!total) throw new Error(`the grade category ${categoryid} has no total`);
    const below = categories.filter(({ parent }) => parent === categoryid).map(({ id }) => treeOf(id));
    const inside = items.filter((item) => item.categoryid === categoryid);
    return { total, children: [...inside, ...below].sort((a, b) => placeOf(a) - placeOf(b)) };
  };
  return treeOf(top);
}

/** The columns in the order of the report: a total stands after what it adds up. */
export function columnsOf({ total, children }: GradeTree): GradeItem[] {
  return [...children.flatMap((child) => (isTree(child) ? columnsOf(child) : [child])), total];
}

/** How many categories lie in each other, the course's own included. */
export function depthOf({ children }: GradeTree): number {
  return 1 + Math.max(0, ...children.filter(isTree).map(depthOf));
}

function isTotal({ itemtype }: GradeItem): boolean {
  return itemtype === 'course' || itemtype === 'category';
}

function placeOf(node: GradeItem | GradeTree): number {
  return isTree(node) ? node.total.id : node.id;
}
