import { addGradeItem, type NewGradeItem, overrideGrade, setGrade } from '../state/grades.ts';
import { requireRow, SiteVisitor } from './site-visitor.ts';

export type NewColumn = { name: string; idnumber?: string; category?: number };
type GradeOptions = { feedback?: string; at?: number };

/** The gradebook's own columns, and grades that are typed into it. */
export class TeacherGradebook extends SiteVisitor {
  /** Adds a column of numbers. @returns its id */
  addItem(
    courseid: number,
    column: NewColumn & { grademin?: number; grademax?: number; gradepass?: number },
  ): number {
    const { grademin = 0, grademax = 100, gradepass = 0 } = column;
    return this.add(courseid, column, { grademin, grademax, gradepass });
  }

  /** Types a grade into any column; null takes it back. In an activity's column it overrides the activity. */
  grade(itemid: number, userid: number, finalgrade: number | null, options: GradeOptions = {}): void {
    const { itemtype } = requireRow(this.state.gradebook.items, itemid, 'grade item');
    const store = itemtype === 'mod' ? overrideGrade : setGrade;
    store(this.state, { itemid, userid, finalgrade, ...options });
  }

  protected add(
    courseid: number,
    { name, idnumber, category }: NewColumn,
    kind: Partial<NewGradeItem>,
  ): number {
    return addGradeItem(this.state, courseid, {
      ...kind,
      itemtype: 'manual',
      itemname: name,
      idnumber: idnumber ?? null,
      categoryid: category ?? null,
    });
  }
}
