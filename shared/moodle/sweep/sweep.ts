import { type PushedModel, sweptModels } from '#shared/models/models.ts';
import { type SweepName, servicesOver } from '#shared/models/services.ts';
import { type Instance, takesService } from '#shared/moodle/instance/instance.ts';
import { isAway } from '#shared/sync/units/work.ts';
import { repairSomeLinks } from './link-repair.ts';
import { ModelSweep } from './sweep-model.ts';
import { type SweepPart, type SweepPosition, startOf } from './sweep-part.ts';
import type { SweepPorts } from './sweep-ports.ts';
import { SweepRecords } from './sweep-records.ts';

/**
 * Compares all records of some models with their mappings and queues what is not in Moodle as it should be: what
 * the stream has missed, retries that were lost, records that are gone, and what may go on.
 *
 * @param position where an earlier part has stopped; the beginning unless given
 * @param hasTime asked after each page
 * @returns the rest of the sweep, when there was no time for it
 */
export async function sweepInstance(
  sweep: SweepName,
  instance: Instance,
  position: SweepPosition | undefined,
  ports: SweepPorts,
  hasTime: () => boolean,
): Promise<SweepPart | undefined> {
  const breaker = await ports.instances.getBreaker(instance.id);
  if (await isAway(instance, breaker, ports, position === undefined)) {
    ports.log.info('Sweep left out: the instance is away', { instance: instance.id, sweep });
    return undefined;
  }
  const records = new SweepRecords(ports.records, async (model, items) => {
    const missing = await repairSomeLinks(model, items, ports.links, ports.clock.now());
    if (missing > 0) ports.log.warn('Links were missing and are put back', { model, links: missing });
  });
  const models: readonly PushedModel[] = sweptModels[sweep];
  for (const model of models.slice(position ? models.indexOf(position.model) : 0)) {
    const start = position?.model === model ? position : startOf(model);
    const own = servicesOver(model).filter((name) => takesService(instance, name));
    if (own.length === 0) continue;
    const services = own.map((name) => ports.services.byName(name));
    const rest = await new ModelSweep(instance, services, records, ports, start).run(hasTime);
    if (rest) return { sweep, instance: instance.id, position: rest };
    const next = models[models.indexOf(model) + 1];
    if (next && !hasTime()) return { sweep, instance: instance.id, position: startOf(next) };
  }
  return undefined;
}
