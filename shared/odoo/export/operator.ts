import type { PushedModel } from '#shared/models/models.ts';
import { releaseBrake } from '#shared/sync/limits/brake.ts';
import type { StateStore } from '#shared/sync/limits/shared-state.ts';
import { changeExportState } from './export-state.ts';
import { changeModelState } from './model-state.ts';

/**
 * The operator's word that what the ERP no longer has may be deleted, all of it, until a time. The next run compares
 * everything and does it.
 *
 * @param until,now milliseconds since 1970
 */
export async function releaseDeletions(
  states: StateStore,
  models: readonly PushedModel[],
  until: number,
  now: number,
): Promise<void> {
  for (const model of models) {
    await changeModelState(states, model, (state) => ({
      ...state,
      brake: releaseBrake(state.brake, until),
    }));
  }
  await wantComparison(states, now);
}

/**
 * The operator's word that the ERP's records count as they are until a time: in an older state than the table's, and
 * under ids that were other records'. The next run compares everything and takes them over.
 *
 * @param until,now milliseconds since 1970
 */
export async function acceptRecords(
  states: StateStore,
  models: readonly PushedModel[],
  until: number,
  now: number,
): Promise<void> {
  const accepted_until = new Date(until).toISOString();
  for (const model of models) {
    await changeModelState(states, model, (state) => ({ ...state, accepted_until }));
  }
  await wantComparison(states, now);
}

/** Has the next run compare all records, from the beginning. @param now milliseconds since 1970 */
export async function wantComparison(states: StateStore, now: number): Promise<void> {
  const comparing_since = new Date(now).toISOString();
  await changeExportState(states, (state) => ({ ...state, comparing_since }));
}
