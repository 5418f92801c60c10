import { topCategoryOf } from '../../state/grade-items.ts';
import type { GradeItem } from '../../state/gradebook.ts';
import type { SiteState } from '../../state/site-state.ts';

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
