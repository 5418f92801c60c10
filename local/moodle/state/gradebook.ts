import type { Journal } from '#local/state/journal.ts';
import { MoodleTable } from './table.ts';

export type GradeCategory = {
  readonly id: number;
  courseid: number;
  /** 0 for the course's own category, which holds everything. */
  parent: number;
  fullname: string;
  /** Hides all that lies in it, whatever is said of that itself; 0 or 1. */
  hidden: number;
};

/** A column of the gradebook. The totals of a course and its categories are columns too. */
export type GradeItem = {
  readonly id: number;
  courseid: number;
  /** The category it lies in; null for totals. */
  categoryid: number | null;
  itemtype: 'course' | 'category' | 'mod' | 'manual';
  itemname: string | null;
  itemmodule: string | null;
  /** Of an activity its instance, of a total its grade category. */
  iteminstance: number | null;
  idnumber: string | null;
  gradetype: 'value' | 'scale' | 'text';
  /** The words of a scale from worst to best; empty for other types. */
  scale: readonly string[];
  grademin: number;
  grademax: number;
  /** 0 for none. */
  gradepass: number;
  /** 0 shown, 1 hidden, else hidden until this time. */
  hidden: number;
  /** Whether Moodle has yet to work it out again: its cells are empty then. */
  needsupdate: boolean;
};

/** What one user has in one column. Totals have no rows: they are worked out when asked for. */
export type Grade = {
  readonly id: number;
  itemid: number;
  userid: number;
  finalgrade: number | null;
  feedback: string;
  /** When the work was handed in; null where nothing was. */
  timecreated: number | null;
  timemodified: number;
  /** When a teacher set it in the gradebook over what the activity says; 0 for never. */
  overridden: number;
  /** Of this one grade, as for columns. */
  hidden: number;
};

export function gradebookTables(journal: Journal) {
  return {
    categories: new MoodleTable<GradeCategory, 'course'>(journal, { course: 'courseid' }),
    items: new MoodleTable<GradeItem, 'course' | 'activity'>(journal, {
      course: 'courseid',
      activity: (item) => (item.itemtype === 'mod' ? `${item.itemmodule}/${item.iteminstance}` : undefined),
    }),
    grades: new MoodleTable<Grade, 'item' | 'place'>(journal, {
      item: 'itemid',
      place: ['itemid', 'userid'],
    }),
  };
}
