import type { ImportedModel } from './models.ts';

/** How the records of a model are found in the ERP, and what of them counts. */
export interface ImportKind {
  /** The many2one that names what the record hangs on. */
  parentField?: string;
  /** The field with the record's unique code. */
  code?: string;
  /** Fields that tell that a record with the code is the one that is meant: `course_id`, say. */
  sameIn?: readonly string[];
  /** Made once: after that the record is the ERP's, which may rename and reschedule it. */
  isMadeOnce: boolean;
  /** Of one that is made once, what follows Moodle as long as nobody has changed it in the ERP. */
  follows?: readonly string[];
  /** States in which nothing is written any more. */
  closedIn: readonly string[];
  /** Further fields that are read of the record where others hang on it. */
  parentFields?: readonly string[];
}

export const kinds: Readonly<Record<ImportedModel, ImportKind>> = {
  'op.exam.session': {
    code: 'exam_code',
    sameIn: ['course_id'],
    isMadeOnce: true,
    closedIn: ['done', 'cancel'],
    parentFields: ['start_date', 'end_date'],
  },
  'op.exam': {
    parentField: 'session_id',
    code: 'exam_code',
    sameIn: ['subject_id'],
    isMadeOnce: true,
    follows: ['total_marks', 'min_marks'],
    closedIn: ['done', 'cancel'],
    parentFields: ['total_marks', 'session_id', 'batch_id'],
  },
  'op.exam.attendees': { parentField: 'exam_id', isMadeOnce: false, closedIn: [] },
  'op.result.line': { parentField: 'exam_id', isMadeOnce: false, closedIn: [] },
  'op.attendance.register': {
    code: 'code',
    sameIn: ['course_id', 'subject_id'],
    isMadeOnce: true,
    closedIn: [],
  },
  // A sheet has no code: it is known by its register and day, and by not being another session's.
  'op.attendance.sheet': {
    parentField: 'register_id',
    isMadeOnce: true,
    // A session that is moved to another day.
    follows: ['attendance_date'],
    closedIn: ['cancel'],
    parentFields: ['attendance_date'],
  },
  'op.attendance.line': { parentField: 'attendance_id', isMadeOnce: false, closedIn: [] },
  'op.student.course': { isMadeOnce: false, closedIn: [] },
};
