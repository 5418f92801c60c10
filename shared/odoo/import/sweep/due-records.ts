import type { RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { desiredHash, readDesired } from '#shared/odoo/import/desired/desired.ts';
import { findingKey, type ImportState, type ImportStateStore } from '#shared/odoo/import/import-state.ts';
import type { ErpMapping, ErpMappingStore } from '#shared/odoo/import/mapping.ts';
import {
  comesFromMoodle,
  type ImportedModel,
  type ImportSweep,
  type ImportUnit,
  importedModels,
  importUnits,
} from '#shared/odoo/import/models.ts';
import { isDue } from '#shared/odoo/import/observed/as-desired.ts';
import { parentsFromMoodle } from '#shared/odoo/import/observed/parents.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import type { Parking } from '#shared/sync/units/parking.ts';
import type { WakeQueue } from '#shared/sync/units/work.ts';

/** What a sweep needs. It never calls the ERP. */
export interface ImportSweepPorts {
  records: RecordReader<ImportedModel> &
    RecordPages<ImportedModel> & {
      /** What came from a Moodle since a time (ISO 8601 in UTC), in the order in which it came; it may be a second old. */
      pulledSince(instance: string, since: string): AsyncIterable<RecordItem>;
    };
  mappings: ErpMappingStore;
  /** Ids of all Moodles. */
  instances: { ids(): Promise<string[]> };
  state: ImportStateStore;
  queue: { send(units: (ImportUnit | ImportSweep)[]): Promise<void> };
  wakes: WakeQueue;
  parking: Pick<Parking<ImportUnit>, 'oldest'>;
  clock: Clock;
  log: Log;
  completionField: string | undefined;
  /** Records looked at in one go. */
  pageSize: number;
}

/** The models that are brought to this ERP, parents before children. */
export function sweptModels({ completionField }: Pick<ImportSweepPorts, 'completionField'>): ImportedModel[] {
  return importedModels.filter((model) => model !== 'op.student.course' || completionField !== undefined);
}

/** Whether the ERP was seen to have no place for a model. One unit then asks whether it has one now. */
export function hasNoPlace(model: ImportedModel, { findings }: ImportState): boolean {
  return (['module-missing', 'no-place'] as const).some(
    (code) => findings[findingKey({ code, model })] !== undefined,
  );
}

/**
 * Queues those of some records that are not in the ERP as they should be.
 *
 * @param rowsOf reads their rows
 * @returns how many units were sent
 */
export async function queueDue(
  model: ImportedModel,
  records: readonly RecordItem[],
  ports: ImportSweepPorts,
  state: ImportState,
  rowsOf: ErpMappingStore['getMany'] = ports.mappings.getMany,
): Promise<number> {
  const units = importUnits(await dueOf(model, records, ports, rowsOf));
  const sent = hasNoPlace(model, state) ? units.slice(0, 1) : units;
  await ports.queue.send(sent);
  return sent.length;
}

async function dueOf(
  model: ImportedModel,
  records: readonly RecordItem[],
  { mappings, clock }: ImportSweepPorts,
  rowsOf: ErpMappingStore['getMany'],
): Promise<{ model: ImportedModel; id: string }[]> {
  const pulled = records.filter(comesFromMoodle).map((record) => {
    const reading = readDesired(model, record);
    const desired = 'desired' in reading ? reading.desired : undefined;
    return { id: record.id, asking: desired && { model, desired, hash: desiredHash(desired) } };
  });
  const rows = await rowsOf(
    model,
    pulled.map(({ id }) => id),
  );
  const parentRows = new Map<string, ErpMapping>();
  for (const [parent, ids] of parentsFromMoodle(pulled.flatMap(({ asking }) => asking?.desired ?? [])))
    for (const [id, row] of await mappings.getMany(parent, ids)) parentRows.set(id, row);
  const now = clock.now();
  return pulled
    .filter(({ id, asking }) =>
      isDue(asking, rows.get(id), parentRows.get(asking?.desired.parent?.id ?? ''), now),
    )
    .map(({ id }) => ({ model, id }));
}

/**
 * The records whose rows have one of these statuses and a failure.
 *
 * @returns those that are there, and the ids of those that are not in the table any more: the import forgets them
 */
export async function troubledRecords(
  model: ImportedModel,
  statuses: readonly RowStatus[],
  { mappings, records }: ImportSweepPorts,
): Promise<{ there: RecordItem[]; gone: string[] }> {
  const ids: string[] = [];
  for (const status of statuses)
    ids.push(...(await mappings.listAttention(model, status)).map(({ id }) => id));
  const there = ids.length > 0 ? await records.getMany(model, ids) : new Map<string, RecordItem>();
  return { there: [...there.values()], gone: ids.filter((id) => !there.has(id)) };
}
