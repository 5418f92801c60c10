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
