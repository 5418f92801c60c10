import * as z from 'zod';
import { pushedModels } from '#shared/models/models.ts';
import { findingSchema } from '#shared/moodle/health/health.ts';
import { transportName } from '#shared/odoo/client/transport.ts';
import { changeShared, type StateStore, stateAt } from '#shared/sync/limits/shared-state.ts';

/** Something about the export that a person should know. `failed` keeps records from Moodle. Holds no personal data. */
export const exportFindingSchema = findingSchema.extend({
  severity: z.enum(['warning', 'failed']),
  /** The model that it is about; missing where it is about the ERP as a whole. */
  model: z.string().optional(),
  field: z.string().optional(),
  /** How many records, and some of their ids. */
  count: z.number().optional(),
  ids: z.array(z.string()).optional(),
});
export type ExportFinding = z.infer<typeof exportFindingSchema>;

/** How one model stands, for people to look at. */
const modelSummarySchema = z.object({
  /** `missing`: the ERP has no such model, or lacks what is needed. `reading`: not all has been read yet. */
  status: z.enum(['missing', 'refused', 'reading', 'complete']),
  /** Up to which date of the ERP everything has been read. */
  watermark: z.string().optional(),
  /** Of a reading that is under way, the highest id that has been read. */
  position: z.number().optional(),
  /** How many records the ERP had at the last comparison, and when that was. */
  records: z.number().optional(),
  compared_at: z.string().optional(),
  /** How many records wait for the operator's word to be deleted. */
  held: z.number().optional(),
  released_until: z.string().optional(),
  accepted_until: z.string().optional(),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

/** What the export knows of the ERP as a whole. Times are ISO 8601 in UTC by our clock. Holds no personal data. */
export const exportStateSchema = z.object({
  revision: z.number().default(0),
  /** Which run is under way, and until when it can last at the most. */
  lease: z.object({ holder: z.string(), until: z.string() }).optional(),
  /** When it ran for the first time: where there has been no success yet, its age counts from here. */
  watched_since: z.string().optional(),
  /** The end of the last run that read all changes of all models. */
  last_success: z.string().optional(),
  /** What went wrong last. It is history once a later run has succeeded. */
  last_error: z.object({ at: z.string(), code: z.string(), message: z.string() }).optional(),
  /** Since when a comparison of all records is under way or wanted. */
  comparing_since: z.string().optional(),
  /** The end of the last comparison of all records. */
  last_comparison: z.string().optional(),
  /** Since when the ERP is known to have gone back in time. */
  back_since: z.string().optional(),
  /** What the last run has read, written and deleted, and how many calls it made. */
  last_run: z
    .object({ read: z.number(), written: z.number(), deleted: z.number(), calls: z.number() })
    .optional(),
  /** How the ERP was called in the last run that read all changes. */
  transport: transportName.optional(),
  findings: z.array(exportFindingSchema).default([]),
  models: z.partialRecord(z.enum(pushedModels), modelSummarySchema).default({}),
});
export type ExportState = z.infer<typeof exportStateSchema>;

const exportStateIn = (states: StateStore) => stateAt(states, 'export', exportStateSchema);

export function readExportState(states: StateStore): Promise<ExportState> {
  return exportStateIn(states).read();
}

/** Changes the state: nothing is written where `next` answers the very same object. @throws SharedStateError */
export function changeExportState(
  states: StateStore,
  next: (state: ExportState) => ExportState,
): Promise<{ before: ExportState; after: ExportState }> {
  return changeShared(exportStateIn(states), next);
}

/** What a run asks for. */
export type RunRequest = {
  holder: string;
  /** Milliseconds that the run can last at the most. */
  milliseconds: number;
  /** Whether all records are to be compared. */
  isComparing: boolean;
};

/**
 * The state when a run wants to begin: with its lease, or, where another run is under way, only with what it was to do.
 *
 * @param now milliseconds since 1970
 */
export function begun(state: ExportState, request: RunRequest, now: number): ExportState {
  const at = new Date(now).toISOString();
  const wanted =
    request.isComparing && state.comparing_since === undefined ? { ...state, comparing_since: at } : state;
  if (isRunning(state, now)) return wanted;
  return {
    ...wanted,
    watched_since: state.watched_since ?? at,
    lease: { holder: request.holder, until: new Date(now + request.milliseconds).toISOString() },
  };
}

/** Whether a run is under way. One that was killed counts as such for as long as it could have lasted. */
export function isRunning({ lease }: ExportState, now: number): boolean {
  return lease !== undefined && now < Date.parse(lease.until);
}

/** Seconds since the export last succeeded, or since it has been watched where it never has. */
export function secondsSinceExport(state: ExportState, now: number): number {
  const since = state.last_success ?? state.watched_since;
  return since === undefined ? 0 : Math.max(0, Math.round((now - Date.parse(since)) / 1000));
}
