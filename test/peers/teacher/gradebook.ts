import { addGradeCategory, gradeOf } from '#local/moodle/state/grades.ts';
import type { ReportSettings } from '#local/moodle/state/records.ts';
import { type NewColumn, TeacherGradebook } from '#local/moodle/teacher/gradebook.ts';
import { requireRow } from '#local/moodle/teacher/site-visitor.ts';
import { deleteGradeItem } from './deleting.ts';

/** Columns of other kinds, categories, and what hides or deletes them. */
export class Gradebook extends TeacherGradebook {
  /** @returns the category's id, and that of its total's column */
  addCategory(courseid: number, name: string, parent?: number): { id: number; itemid: number } {
    return addGradeCategory(this.state, courseid, name, parent);
  }

  /** Adds a column of words; a grade is a word's place, from 1. @returns its id */
  addScaleItem(courseid: number, column: NewColumn & { scale: readonly string[] }): number {
    const { scale } = column;
    return this.add(courseid, column, {
      gradetype: 'scale',
      scale,
      grademin: 1,
      grademax: scale.length,
    });
  }

  /** Adds a column for feedback only. @returns its id */
  addTextItem(courseid: number, column: NewColumn): number {
    return this.add(courseid, column, { gradetype: 'text' });
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
}
