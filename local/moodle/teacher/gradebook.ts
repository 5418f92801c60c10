import { addGradeCategory, addGradeItem, deleteGradeItem, type NewGradeItem } from '../state/grade-items.ts';
import { overrideGrade, setGrade } from '../state/set-grade.ts';
import type { SiteState } from '../state/site-state.ts';
import { requireRow } from './require-row.ts';

type NewColumn = { name: string; idnumber?: string; category?: number };
type GradeOptions = { feedback?: string; at?: number };

/** The gradebook's own columns, and grades that are typed into it. */
export class TeacherGradebook {
  readonly #state: SiteState;

  constructor(state: SiteState) {
    this.#state = state;
  }

  /** @returns the category's id, and that of its total's column */
  addCategory(courseid: number, name: string, parent?: number): { id: number; itemid: number } {
    return addGradeCategory(this.#state, courseid, name, parent);
  }

  /** Adds a column of numbers. @returns its id */
  addItem(courseid: number, column: NewColumn & { grademin?: number; grademax?: number }): number {
    const { grademin = 0, grademax = 100 } = column;
    return this.#add(courseid, column, { grademin, grademax });
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
    const { itemtype } = requireRow(this.#state.gradebook.items, itemid, 'grade item');
    const store = itemtype === 'mod' ? overrideGrade : setGrade;
    store(this.#state, { itemid, userid, finalgrade, ...options });
  }

  /** Hides a column from students, or shows it again. */
  hide(itemid: number, hidden = true): void {
    requireRow(this.#state.gradebook.items, itemid, 'grade item');
    this.#state.gradebook.items.update(itemid, { hidden });
  }

  setPassMark(itemid: number, gradepass: number): void {
    requireRow(this.#state.gradebook.items, itemid, 'grade item');
    this.#state.gradebook.items.update(itemid, { gradepass });
  }

  /** Deletes a column of the gradebook's own. */
  delete(itemid: number): void {
    const { itemtype } = requireRow(this.#state.gradebook.items, itemid, 'grade item');
    if (itemtype !== 'manual') throw new Error(`grade item ${itemid} is not the gradebook's own`);
    deleteGradeItem(this.#state, itemid);
  }

  #add(courseid: number, { name, idnumber, category }: NewColumn, kind: Partial<NewGradeItem>): number {
    return addGradeItem(this.#state, courseid, {
      ...kind,
      itemtype: 'manual',
      itemname: name,
      idnumber: idnumber ?? null,
      categoryid: category ?? null,
    });
  }
}
