import * as z from 'zod';
import { findingSchema } from '#shared/engine/health.ts';
import { changeShared } from '#shared/engine/shared-state.ts';
import type { PushedModel } from '#shared/oec/models.ts';
import type { ErpStates } from '#shared/store/erp-states.ts';

/*
 * What the command reads and writes of the export's states (shared/erp-export): `export` for the whole, `export/{model}`
 * for each model. What it does not know it leaves as it is.
 */

const exportFindingSchema = findingSchema.extend({
  model: z.string().optional(),
  count: z.number().optional(),
  ids: z.array(z.string()).optional(),
});

const modelSummarySchema = z.object({
  /** `missing`: the ERP has no such model, or lacks what is needed. `reading`: not all has been read yet. */
  status: z.enum(['missing', 'refused', 'reading', 'complete']),
  /** Up to which date of the ERP everything has been read. */
  watermark: z.string().optional(),
  /** Of a reading that is under way, the highest id that has been read. */
  position: z.number().optional(),
  /** How many records the ERP had at the last comparison. */
  records: z.number().optional(),
  compared_at: z.string().optional(),
  /** How many records wait for the operator's word to be deleted. */
  held: z.number().optional(),
  released_until: z.string().optional(),
  accepted_until: z.string().optional(),
});

const exportStateSchema = z.looseObject({
  revision: z.number().default(0),
  /** When it ran for the first time. */
  watched_since: z.string().optional(),
  /** The end of the last run that read all changes of all models. */
  last_success: z.string().optional(),
  last_error: z.object({ at: z.string(), code: z.string(), message: z.string() }).optional(),
  comparing_since: z.string().optional(),
  /** The end of the last comparison of all records. */
  last_comparison: z.string().optional(),
  findings: z.array(exportFindingSchema).default([]),
  models: z.record(z.string(), modelSummarySchema).default({}),
});
export type ExportState = z.infer<typeof exportStateSchema>;

const modelStateSchema = z.looseObject({
  revision: z.number().default(0),
  brake: z.looseObject({}).prefault({}),
});
type ModelState = z.infer<typeof modelStateSchema>;

const exportKey = 'export';

export async function readExportState(states: Pick<ErpStates, 'read'>): Promise<ExportState> {
  return exportStateSchema.parse((await states.read(exportKey)) ?? {});
}

/**
 * Seconds since the export last succeeded, or since it has been watched where it never has.
 *
 * @param now milliseconds since 1970
 */
export function secondsSinceExport(state: ExportState, now: number): number {
  const since = state.last_success ?? state.watched_since;
  return since === undefined ? 0 : Math.max(0, Math.round((now - Date.parse(since)) / 1000));
}

/**
 * The operator's word that what the ERP no longer has may be deleted, all of it, until a time. The next run compares
 * everything and does it.
 *
 * @param until,now milliseconds since 1970
 */
export function releaseDeletions(
  states: ErpStates,
  models: readonly PushedModel[],
  until: number,
  now: number,
): Promise<void> {
  const released_until = new Date(until).toISOString();
  return giveWord(states, models, now, (state) => ({ ...state, brake: { ...state.brake, released_until } }));
}

/**
 * The operator's word that the ERP's records count as they are until a time: in an older state than the table's, and
 * under ids that were other records'. The next run compares everything and takes them over.
 *
 * @param until,now milliseconds since 1970
 */
export function acceptRecords(
  states: ErpStates,
  models: readonly PushedModel[],
  until: number,
  now: number,
): Promise<void> {
  const accepted_until = new Date(until).toISOString();
  return giveWord(states, models, now, (state) => ({ ...state, accepted_until }));
}

async function giveWord(
  states: ErpStates,
  models: readonly PushedModel[],
  now: number,
  change: (state: ModelState) => ModelState,
): Promise<void> {
  for (const model of models) {
    const key = `export/${model}`;
    const read = async () => modelStateSchema.parse((await states.read(key)) ?? {});
    await changeShared({ read, save: (state) => states.save(key, state) }, change);
  }
  const comparing_since = new Date(now).toISOString();
  await changeShared(
    { read: () => readExportState(states), save: (state) => states.save(exportKey, state) },
    (state) => ({ ...state, comparing_since }),
  );
}
