import type { GradeItem } from './gradebook.ts';
import type { SiteState } from './site-state.ts';

/** A column with nothing special about it; what it is for is added by the caller. */
const plainItem = {
  itemname: null,
  itemmodule: null,
  iteminstance: null,
  idnumber: null,
  gradetype: 'value',
  scale: [],
  grademin: 0,
  grademax: 100,
  gradepass: 0,
  hidden: 0,
  needsupdate: false,
} as const;

export type NewGradeItem = Partial<Omit<GradeItem, 'id' | 'courseid'>> & { itemtype: 'mod' | 'manual' };

/** The course's own grade category, made with its total when first asked for, as in Moodle. */
export function topCategoryOf(state: SiteState, courseid: number): number {
  const { categories } = state.gradebook;
  const found = categories.find('course', courseid).find(({ parent }) => parent === 0);
  return found?.id ?? insertCategory(state, courseid, 0, '?').id;
}

/** Adds a category below another one. @returns the category and the item of its total */
export function addGradeCategory(
  state: SiteState,
  courseid: number,
  fullname: string,
  parent = topCategoryOf(state, courseid),
): { id: number; itemid: number } {
  return insertCategory(state, courseid, parent, fullname);
}

/** Adds a column, in the course's own category unless told otherwise. @returns its id */
export function addGradeItem(state: SiteState, courseid: number, item: NewGradeItem): number {
  const categoryid = item.categoryid ?? topCategoryOf(state, courseid);
  return state.gradebook.items.insert({ ...plainItem, ...item, courseid, categoryid }).id;
}

/** The column of an activity, which one that is not graded does not have. */
export function itemOfActivity(state: SiteState, modname: string, instance: number): GradeItem | undefined {
  return state.gradebook.items.find('activity', `${modname}/${instance}`)[0];
}

/** Deletes a column with everybody's grades in it. */
export function deleteGradeItem(state: SiteState, itemid: number): void {
  for (const { id } of state.gradebook.grades.find('item', itemid)) state.gradebook.grades.delete(id);
  state.gradebook.items.delete(itemid);
}

/** Deletes all that one user has in a course's gradebook. */
export function deleteGradesOf(state: SiteState, courseid: number, userid: number): void {
  const { items, grades } = state.gradebook;
  for (const { id: itemid } of items.find('course', courseid))
    for (const { id } of grades.find('place', `${itemid}/${userid}`)) grades.delete(id);
}

function insertCategory(state: SiteState, courseid: number, parent: number, fullname: string) {
  const { id } = state.gradebook.categories.insert({ courseid, parent, fullname, hidden: 0 });
  const total = { ...plainItem, courseid, categoryid: null, iteminstance: id };
  const itemtype = parent === 0 ? 'course' : 'category';
  return { id, itemid: state.gradebook.items.insert({ ...total, itemtype }).id };
}
