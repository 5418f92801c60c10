import { isWaitedFor } from '#shared/engine/breaker.ts';
import type { Clock, Log, RecordItem, RecordPages, RecordReader } from '#shared/engine/ports.ts';
import { troubledStatuses } from './attention.ts';
import { findingKey, type ImportState } from './import-state.ts';
import type { ErpMapping } from './mapping.ts';
import {
  comesFromMoodle,
  type ImportedModel,
  type ImportSweep,
  type ImportUnit,
  importedModels,
  importUnits,
  isErpId,
} from './models.ts';
import type { ErpMappingStore } from './ports.ts';
import { isDue } from './standing.ts';
import { readWanted, wantedHash } from './wanted.ts';

/** What a sweep needs. It never calls the ERP. */
export interface ImportSweepPorts {
  records: RecordReader<ImportedModel> & RecordPages<ImportedModel>;
  mappings: ErpMappingStore;
  state: { read(): Promise<ImportState> };
  queue: { send(units: ImportUnit[]): Promise<void> };
  clock: Clock;
  log: Log;
  completionField: string | undefined;
  /** Records looked at in one go. */
  pageSize: number;
}

/**
 * Compares all records from Moodle with what was brought to the ERP, and queues what the stream or a retry has missed.
 *
 * @param hasTime asked after each page
 * @returns the rest of the sweep, when there was no time for it
 */
export async function sweepImport(
  { position }: ImportSweep,
  ports: ImportSweepPorts,
  hasTime: () => boolean,
): Promise<ImportSweep | undefined> {
  const { breaker, findings, revision } = await ports.state.read();
  if (isWaitedFor({ ...breaker, revision }, ports.clock.now())) {
    ports.log.info('Sweep left out: the ERP is away and units wait for it already', {});
    return undefined;
  }
  const models = importedModels.filter((model) => model !== 'op.student.course' || ports.completionField);
  let queued = 0;
  for (const model of models.slice(position ? models.indexOf(position.model) : 0)) {
    const hasNoPlace = (['module-missing', 'no-place'] as const).some(
      (code) => findings[findingKey({ code, model })] !== undefined,
    );
    let after = position?.model === model ? position.after : undefined;
    do {
      const page = await ports.records.page(model, { after, limit: ports.pageSize });
      const units = importUnits(await dueOf(model, page.items, ports));
      // Where the ERP has no place for them, one unit asks whether it has one now.
      const sent = hasNoPlace ? units.slice(0, 1) : units;
      await ports.queue.send(sent);
      queued += sent.length;
      after = hasNoPlace && sent.length > 0 ? undefined : page.after;
      if (after !== undefined && !hasTime()) return { sweep: 'import', position: { model, after } };
    } while (after !== undefined);
    const next = models[models.indexOf(model) + 1];
    if (next && !hasTime()) return { sweep: 'import', position: { model: next } };
  }
  const gone = await goneRecords(models, ports);
  await ports.queue.send(importUnits(gone));
  ports.log.info('Sweep of the import done', { units: queued, gone: gone.length });
  return undefined;
}

async function dueOf(
  model: ImportedModel,
  records: readonly RecordItem[],
  { mappings, clock }: ImportSweepPorts,
): Promise<{ model: ImportedModel; id: string }[]> {
  const pulled = records.filter(comesFromMoodle).map((record) => {
    const reading = readWanted(model, record);
    const wanted = 'wanted' in reading ? reading.wanted : undefined;
    return { id: record.id, asking: wanted && { model, wanted, hash: wantedHash(wanted) } };
  });
  const rows = await mappings.getMany(
    model,
    pulled.map(({ id }) => id),
  );
  const parents = pulled
    .flatMap(({ asking }) => asking?.wanted.parent ?? [])
    .filter(({ id }) => !isErpId(id));
  const parentRows = new Map<string, ErpMapping>();
  for (const [parentModel, group] of Map.groupBy(parents, (parent) => parent.model)) {
    const found = await mappings.getMany(
      parentModel,
      group.map(({ id }) => id),
    );
    for (const [id, row] of found) parentRows.set(id, row);
  }
  const now = clock.now();
  return pulled
    .filter(({ id, asking }) =>
      isDue(asking, rows.get(id), parentRows.get(asking?.wanted.parent?.id ?? ''), now),
    )
    .map(({ id }) => ({ model, id }));
}

/** Rows that need a look whose record is not in the table any more: the import forgets them. */
async function goneRecords(
  models: readonly ImportedModel[],
  { mappings, records }: ImportSweepPorts,
): Promise<{ model: ImportedModel; id: string }[]> {
  const gone: { model: ImportedModel; id: string }[] = [];
  for (const model of models) {
    for (const status of troubledStatuses) {
      const ids = (await mappings.listAttention(model, status)).map(({ id }) => id);
      if (ids.length === 0) continue;
      const there = await records.getMany(model, ids);
      gone.push(...ids.filter((id) => !there.has(id)).map((id) => ({ model, id })));
    }
  }
  return gone;
}
