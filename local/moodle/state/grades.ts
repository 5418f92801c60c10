import { nowInSeconds } from '../now-in-seconds.ts';
import type { Grade, GradeItem } from './gradebook.ts';
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
  return state.gradebook.items.first('activity', `${modname}/${instance}`);
}

/** Deletes all that one user has in a course's gradebook. */
export function deleteGradesOf(state: SiteState, courseid: number, userid: number): void {
  const { items, grades } = state.gradebook;
  for (const { id: itemid } of items.find('course', courseid))
    grades.deleteAll('place', `${itemid}/${userid}`);
}

function insertCategory(state: SiteState, courseid: number, parent: number, fullname: string) {
  const { id } = state.gradebook.categories.insert({ courseid, parent, fullname, hidden: 0 });
  const total = { ...plainItem, courseid, categoryid: null, iteminstance: id };
  const itemtype = parent === 0 ? 'course' : 'category';
  return { id, itemid: state.gradebook.items.insert({ ...total, itemtype }).id };
}

/** A grade to be stored; null takes back what was there. */
export type NewGrade = {
  itemid: number;
  userid: number;
  finalgrade: number | null;
  feedback?: string;
  /** When it was given; now unless told. */
  at?: number;
  timecreated?: number;
};

/**
 * Stores a grade that comes from its activity or was typed into a column of the teacher's own. One that is stored
 * once more with nothing changed keeps its time; one that a teacher has overridden stays as the teacher wants it.
 */
export function setGrade(state: SiteState, grade: NewGrade): void {
  if (!gradeOf(state, grade.itemid, grade.userid)?.overridden) store(state, grade, 0);
}

/** Stores a grade over whatever the activity says. */
export function overrideGrade(state: SiteState, grade: NewGrade): void {
  store(state, grade, grade.at ?? nowInSeconds());
}

export function gradeOf(state: SiteState, itemid: number, userid: number): Grade | undefined {
  return state.gradebook.grades.first('place', `${itemid}/${userid}`);
}

function store(state: SiteState, grade: NewGrade, overridden: number): void {
  const { itemid, userid, finalgrade, at = nowInSeconds() } = grade;
  const before = gradeOf(state, itemid, userid);
  const feedback = grade.feedback ?? before?.feedback ?? '';
  const timecreated = grade.timecreated ?? before?.timecreated ?? null;
  const row = {
    itemid,
    userid,
    finalgrade,
    feedback,
    timecreated,
    timemodified: at,
    overridden,
    hidden: before?.hidden ?? 0,
  };
  if (!before) state.gradebook.grades.insert(row);
  else if (before.finalgrade !== finalgrade || before.feedback !== feedback)
    state.gradebook.grades.update(before.id, row);
}

/** Whether something is hidden now: 0 never, 1 always, else until that time, as Moodle keeps it. */
export function isHiddenNow(hidden: number): boolean {
  return hidden === 1 || hidden > nowInSeconds();
}

/** Whether the report says that a cell is hidden. What hides the category around it is not looked at. */
export function isCellHidden(item: GradeItem, grade: Grade | undefined): boolean {
  return isHiddenNow(item.hidden) || isHiddenNow(grade?.hidden ?? 0);
}
