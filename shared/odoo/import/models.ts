import * as z from 'zod';
import { isEcho, type RecordChange } from '#shared/models/changes/record-change.ts';
import { parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { completionAttribute } from '#shared/moodle/completion/moodle-completion.ts';
import { isPulledModel } from '#shared/moodle/pulls/pull-ports.ts';
import { unitSize } from '#shared/moodle/push/work-unit.ts';

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

/**
 * A message of ErpQueue. It names records and never carries them: they are read as they are now, so order, duplicates
 * and replays cannot bring back old marks.
 */
export const importUnitSchema = z.object({
  model: z.enum(importedModels),
  ids: z.array(z.string().min(1)).min(1).max(unitSize),
  /** Only on a retry: the `failure_id`s of the rows that it is for. Others have changed since and are left out. */
  retry_of: z.array(z.string()).optional(),
});
export type ImportUnit = z.infer<typeof importUnitSchema>;

/** A message of ErpQueue that asks for a sweep, or, with a position, for the rest of one of all records. */
export const importSweepSchema = z.object({
  sweep: z.literal('import'),
  position: z.object({ model: z.enum(importedModels), after: z.string().optional() }).optional(),
});
export type ImportSweep = z.infer<typeof importSweepSchema>;

/** Cuts records into units, parents before children, without duplicates. */
export function importUnits(records: Iterable<{ model: ImportedModel; id: string }>): ImportUnit[] {
  const byModel = Map.groupBy(records, ({ model }) => model);
  return importedModels.flatMap((model) => {
    const ids = [...new Set((byModel.get(model) ?? []).map(({ id }) => id))];
    return Array.from({ length: Math.ceil(ids.length / unitSize) }, (_, part) => ({
      model,
      ids: ids.slice(part * unitSize, (part + 1) * unitSize),
    }));
  });
}
