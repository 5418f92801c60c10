import type { RecordItem } from '#shared/models/records.ts';
import { inGroups } from '#shared/moodle/pulls/mapped-courses.ts';
import { type ImportSweepPorts, queueDue, sweptModels, troubledRecords } from './due-records.ts';
import type { ImportState } from './import-state.ts';
import { importUnits } from './models.ts';

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
