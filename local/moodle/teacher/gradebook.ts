import {
  addGradeCategory,
  addGradeItem,
  deleteGradeItem,
  gradeOf,
  type NewGradeItem,
  overrideGrade,
  setGrade,
} from '../state/grades.ts';
import type { ReportSettings } from '../state/records.ts';
import { requireRow, SiteVisitor } from './site-visitor.ts';

type NewColumn = { name: string; idnumber?: string; category?: number };
type GradeOptions = { feedback?: string; at?: number };

/** The gradebook's own columns, and grades that are typed into it. */
export class TeacherGradebook extends SiteVisitor {
  /** @returns the category's id, and that of its total's column */
  addCategory(courseid: number, name: string, parent?: number): { id: number; itemid: number } {
    return addGradeCategory(this.state, courseid, name, parent);
  }

  /** Adds a column of numbers. @returns its id */
  addItem(
    courseid: number,
    column: NewColumn & { grademin?: number; grademax?: number; gradepass?: number },
  ): number {
    const { grademin = 0, grademax = 100, gradepass = 0 } = column;
    return this.#add(courseid, column, { grademin, grademax, gradepass });
  }

  /** Adds a column of words; a grade is a word's place, from 1. @returns its id */
  addScaleItem(courseid: number, column: NewColumn & { scale: readonly string[] }): number {
    const { scale } = column;
    return this.#add(courseid, column, {
      gradetype: 'scale',
      scale,
      grademin: 1,
      grademax: scale.length,
    });
  }

  /** Adds a column for feedback only. @returns its id */
  addTextItem(courseid: number, column: NewColumn): number {
    return this.#add(courseid, column, { gradetype: 'text' });
  }

  /** Types a grade into any column; null takes it back. In an activity's column it overrides the activity. */
  grade(itemid: number, userid: number, finalgrade: number | null, options: GradeOptions = {}): void {
    const { itemtype } = requireRow(this.state.gradebook.items, itemid, 'grade item');
    const store = itemtype === 'mod' ? overrideGrade : setGrade;
    store(this.state, { itemid, userid, finalgrade, ...options });
  }

  /** Hides a column from students, for good or until a time, or shows it again. */
  hide(itemid: number, hidden: boolean | { until: number } = true): void {
    requireRow(this.state.gradebook.items, itemid, 'grade item');
    const value = typeof hidden === 'boolean' ? Number(hidden) : hidden.until;
    this.state.gradebook.items.update(itemid, { hidden: value });
  }

  /** Hides the grade of one student, or shows it again. */
  hideGrade(itemid: number, userid: number, hidden = true): void {
    const grade = gradeOf(this.state, itemid, userid);
    if (!grade) throw new Error(`user ${userid} has nothing in grade item ${itemid}`);
    this.state.gradebook.grades.update(grade.id, { hidden: Number(hidden) });
  }

  /**
   * Hides a category with its total and what lies in it, or shows it again. Quizzes decide for themselves whether their
   * column is hidden, and so does what is added later; students see none of it.
   */
  hideCategory(categoryid: number, hidden = true): void {
    const { categories, items } = this.state.gradebook;
    const { courseid, parent: above } = requireRow(categories, categoryid, 'grade category');
    categories.update(categoryid, { hidden: Number(hidden) });
    // What is shown shows the category around it; its total stays as it was.
    for (let at = hidden ? undefined : categories.get(above); at; at = categories.get(at.parent))
      categories.update(at.id, { hidden: 0 });
    for (const item of items.find('course', courseid)) {
      const isTotal = item.categoryid === null && item.iteminstance === categoryid;
      const isInside = item.categoryid === categoryid && item.itemmodule !== 'quiz';
      if (isTotal || isInside) items.update(item.id, { hidden: Number(hidden) });
    }
    for (const { id, parent } of categories.find('course', courseid))
      if (parent === categoryid) this.hideCategory(id, hidden);
  }

  /** Changes what the user report of a course shows. */
  setReport(courseid: number, shows: Partial<ReportSettings>): void {
    const { reportShows } = requireRow(this.state.courses, courseid, 'course');
    this.state.courses.update(courseid, { reportShows: { ...reportShows, ...shows } });
  }

  /** Says that a column has to be worked out again, as Moodle does while something is being changed; or that it was. */
  invalidate(itemid: number, needsupdate = true): void {
    this.state.gradebook.items.update(itemid, { needsupdate });
  }

  /** Takes back all grades of a course, as its reset does where grades are chosen. */
  reset(courseid: number): void {
    const { items, grades } = this.state.gradebook;
    for (const { id } of items.find('course', courseid).flatMap((item) => grades.find('item', item.id)))
      grades.update(id, { finalgrade: null, feedback: '', overridden: 0 });
  }

  setPassMark(itemid: number, gradepass: number): void {
    requireRow(this.state.gradebook.items, itemid, 'grade item');
    this.state.gradebook.items.update(itemid, { gradepass });
  }

  /** Deletes a column of the gradebook's own. */
  delete(itemid: number): void {
    const { itemtype } = requireRow(this.state.gradebook.items, itemid, 'grade item');
    if (itemtype !== 'manual') throw new Error(`grade item ${itemid} is not the gradebook's own`);
    deleteGradeItem(this.state, itemid);
  }

  #add(courseid: number, { name, idnumber, category }: NewColumn, kind: Partial<NewGradeItem>): number {
    return addGradeItem(this.state, courseid, {
      ...kind,
      itemtype: 'manual',
      itemname: name,
      idnumber: idnumber ?? null,
      categoryid: category ?? null,
    });
  }
}
