import type { RecordItem } from '#shared/models/records.ts';
import { troubledStatuses } from '#shared/odoo/import/attention.ts';
import { type ImportState, theErp } from '#shared/odoo/import/import-state.ts';
import { type ImportedModel, type ImportSweep, importUnits } from '#shared/odoo/import/models.ts';
import { inGroups } from '#shared/sync/each-page.ts';
import { changeShared } from '#shared/sync/limits/shared-state.ts';
import { isAway } from '#shared/sync/units/work.ts';
import { hasNoPlace, type ImportSweepPorts, queueDue, sweptModels, troubledRecords } from './due-records.ts';

/** Half an hour less than a day: a sweep that is started each hour is made a little earlier or later. */
const dayMilliseconds = 23.5 * 60 * 60_000;

/**
 * Compares records from Moodle with what was brought to the ERP, and queues what the stream or a retry has missed:
 * each hour what was pulled since the last time and what has not arrived, once a day everything. A record that changes
 * no more costs a read a day, and not one an hour for ever.
 *
 * @param hasTime asked after each page
 * @returns the rest of the sweep, when there was no time for it
 */
export async function sweepImport(
  { position }: ImportSweep,
  ports: ImportSweepPorts,
  hasTime: () => boolean,
): Promise<ImportSweep | undefined> {
  const state = await ports.state.read();
  const now = ports.clock.now();
  const breaker = { ...state.breaker, revision: state.revision };
  if (await isAway(theErp, breaker, ports, position === undefined)) {
    ports.log.info('Sweep left out: the ERP is away', {});
    if (position) await giveUp(ports);
    return undefined;
  }
  if (position) return sweepAll(position, ports, hasTime);
  const at = new Date(now).toISOString();
  const isForAll = state.swept_all === undefined || Date.parse(state.swept_all) + dayMilliseconds <= now;
  if (isForAll) {
    // Noted at the beginning: a sweep of millions of records is still at it when the next hour's comes.
    await changeShared(ports.state, (before) => ({ ...before, swept_all: at, swept_recent: at }));
    return sweepAll(undefined, ports, hasTime);
  }
  const isDone = await sweepRecent(state.swept_recent ?? state.swept_all!, ports, hasTime);
  if (isDone) await changeShared(ports.state, (before) => ({ ...before, swept_recent: at }));
  else await giveUp(ports);
  return undefined;
}

/** What was not looked at is looked at with everything else by the next sweep. */
async function giveUp({ state }: ImportSweepPorts): Promise<void> {
  await changeShared(state, (before) => ({ ...before, swept_all: undefined }));
}

/**
 * Looks through all records from Moodle and their rows, both by pages.
 *
 * @param position where an earlier part has stopped; the beginning unless given
 * @returns the rest, when there was no time for it
 */
export async function sweepAll(
  position: ImportSweep['position'],
  ports: ImportSweepPorts,
  hasTime: () => boolean,
): Promise<ImportSweep | undefined> {
  const state = await ports.state.read();
  const models = sweptModels(ports);
  let queued = 0;
  for (const model of models.slice(position ? models.indexOf(position.model) : 0)) {
    let after = position?.model === model ? position.after : undefined;
    do {
      const page = await ports.records.page(model, { after, limit: ports.pageSize });
      const sent = await queueDue(model, page.items, ports, state, ports.mappings.getNear);
      queued += sent;
      after = sent > 0 && hasNoPlace(model, state) ? undefined : page.after;
      if (after !== undefined && !hasTime()) return { sweep: 'import', position: { model, after } };
    } while (after !== undefined);
    const next = models[models.indexOf(model) + 1];
    if (next && !hasTime()) return { sweep: 'import', position: { model: next } };
  }
  const gone: { model: ImportedModel; id: string }[] = [];
  for (const model of models) {
    const ids = (await troubledRecords(model, troubledStatuses, ports)).gone;
    gone.push(...ids.map((id) => ({ model, id })));
  }
  await ports.queue.send(importUnits(gone));
  ports.log.info('Sweep of the import done', { units: queued, gone: gone.length });
  return undefined;
}

/** A pull writes its records at the latest so long after the time that it gives them, which is how long it can run. */
const overlapMilliseconds = 15 * 60_000;

/** The statuses that time, or another record's arrival, brings to an end. Of the others only a change of the record. */
const passingStatuses = ['conflict', 'failed', 'waiting'] as const;

/**
 * Looks at what was pulled since the last time, and at what waits for its time or for another record.
 *
 * @param since ISO 8601 in UTC
 * @returns whether there was time for all of it
 */
export async function sweepRecent(
  since: string,
  ports: ImportSweepPorts,
  hasTime: () => boolean,
): Promise<boolean> {
  const state = await ports.state.read();
  const from = new Date(Date.parse(since) - overlapMilliseconds).toISOString();
  const counts = { records: 0, units: 0 };
  for (const instance of await ports.instances.ids()) {
    for await (const page of inGroups(ports.records.pulledSince(instance, from), ports.pageSize)) {
      counts.records += page.length;
      counts.units += await queueRecent(page, ports, state);
      if (!hasTime()) return false;
    }
  }
  for (const model of sweptModels(ports)) {
    const { there, gone } = await troubledRecords(model, passingStatuses, ports);
    counts.units += await queueDue(model, there, ports, state);
    await ports.queue.send(importUnits(gone.map((id) => ({ model, id }))));
  }
  ports.log.info('Sweep of what was pulled of late done', counts);
  return true;
}

async function queueRecent(
  items: readonly RecordItem[],
  ports: ImportSweepPorts,
  state: ImportState,
): Promise<number> {
  const byModel = Map.groupBy(items, ({ model }) => model);
  let units = 0;
  for (const model of sweptModels(ports))
    units += await queueDue(model, byModel.get(model) ?? [], ports, state);
  return units;
}
