import * as z from 'zod';
import { isEcho, type RecordChange } from '#shared/models/changes/record-change.ts';
import { parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { completionAttribute } from '#shared/moodle/completion/moodle-completion.ts';
import { isPulledModel } from '#shared/moodle/pulls/pull-ports.ts';
import { type UnitNaming, unitFields, unitsOf } from '#shared/sync/units/unit.ts';

/** The models whose records are brought to the ERP, parents before children. */
export const importedModels = [
  'op.exam.session',
  'op.exam',
  'op.exam.attendees',
  'op.result.line',
  'op.attendance.register',
  'op.attendance.sheet',
  'op.attendance.line',
  'op.student.course',
] as const;
export type ImportedModel = (typeof importedModels)[number];

/** Those whose records exist because of Moodle and are about one person. */
export const marksModels = [
  'op.result.line',
  'op.exam.attendees',
  'op.attendance.line',
] as const satisfies ImportedModel[];

/** Whether records of this model can come from Moodle. */
export function isImportedModel(model: string): model is ImportedModel {
  return (importedModels as readonly string[]).includes(model);
}

/**
 * Whether a record holds something that came from Moodle: it exists because of Moodle, or it is the ERP's own (with a
 * number for its id) and a pull has set fields of it.
 */
export function comesFromMoodle({ model, id, ...fields }: RecordItem): boolean {
  if (model === 'op.student.course') return fields[completionAttribute] !== undefined;
  if (!isPulledModel(model)) return false;
  return !isErpId(id) || (model === 'op.attendance.line' && saysWhatMoodleSaid({ model, id, ...fields }));
}

/** Whether the import has something to do after a change: a pull wrote it, or what came from Moodle is gone. */
export function concernsImport({ before, after }: Pick<RecordChange, 'before' | 'after'>): boolean {
  return after ? isEcho({ before, after }) : before !== undefined && comesFromMoodle(before);
}

/** Whether a line of the ERP's own is as a pull has set it. Once the ERP has edited it, it is the ERP's word again. */
function saysWhatMoodleSaid(item: RecordItem): boolean {
  if (item.taken_at === undefined) return false;
  const reading = parseRecord('op.attendance.line', item);
  return !reading.ok || (reading.record.acronym ?? false) === item.moodle_status;
}

/** Whether an id is one of the ERP's own. */
export function isErpId(id: string): boolean {
  return /^\d+$/.test(id);
}

/** A message of ErpQueue: records of a model from Moodle that are to be brought to the ERP. */
export const importUnitSchema = z.object({ model: z.enum(importedModels), ...unitFields });
export type ImportUnit = z.infer<typeof importUnitSchema>;

/** A message of ErpQueue that asks for a sweep, or, with a position, for the rest of one of all records. */
export const importSweepSchema = z.object({
  sweep: z.literal('import'),
  position: z.object({ model: z.enum(importedModels), after: z.string().optional() }).optional(),
});
export type ImportSweep = z.infer<typeof importSweepSchema>;

/** Has a worker ask whether the ERP is back, if it is time, and let in what waits for it. */
export const importWakeSchema = z.strictObject({ wake: z.literal(true) });
export type ImportWake = z.infer<typeof importWakeSchema>;

/** A record from Moodle on its way to the ERP, or its row. */
export interface ImportRef {
  model: ImportedModel;
  id: string;
}

/** How records are named in the units of the import. */
export const importNaming: UnitNaming<ImportUnit, ImportRef> = {
  kinds: importedModels,
  kindOf: ({ model }) => model,
  idOf: ({ id }) => id,
  unit: (model, ids) => ({ model: model as ImportedModel, ids }),
};

/** Cuts records into units, parents before children, without duplicates. */
export function importUnits(records: Iterable<ImportRef>): ImportUnit[] {
  return unitsOf(importNaming, records);
}

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
