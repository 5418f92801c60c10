import * as z from 'zod';
import type { ErpStates } from '#shared/store/erp-states.ts';

/* What the command reads of the import's state (shared/erp-import): `import` in the ErpState table. */

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

const importFindingSchema = z.object({
  code: z.string(),
  model: z.string(),
  field: z.string().optional(),
  reason: z.string(),
  advice: z.string(),
});

const importStateSchema = z.looseObject({
  /** Times are milliseconds since 1970. */
  breaker: z
    .object({
      opened_at: z.number().optional(),
      code: z.string().optional(),
      probe_at: z.number().optional(),
    })
    .prefault({}),
  /** When a record was last brought to the ERP, to the minute. */
  last_success: z.string().optional(),
  /** By their key. */
  findings: z.record(z.string(), importFindingSchema).default({}),
});
export type ImportState = z.infer<typeof importStateSchema>;

export async function readImportState(states: Pick<ErpStates, 'read'>): Promise<ImportState> {
  return importStateSchema.parse((await states.read('import')) ?? {});
}
