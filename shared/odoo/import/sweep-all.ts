import { troubledStatuses } from './attention.ts';
import { hasNoPlace, type ImportSweepPorts, queueDue, sweptModels, troubledRecords } from './due-records.ts';
import { type ImportedModel, type ImportSweep, importUnits } from './models.ts';

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
