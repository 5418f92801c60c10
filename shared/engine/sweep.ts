import type { BrakeStore } from './brake.ts';
import { type BreakerStore, isWaitedFor } from './breaker.ts';
import type { ServiceName } from './entity.ts';
import type { Instance } from './instance.ts';
import { type LinkKeeper, repairSomeLinks } from './link-repair.ts';
import type {
  Brake,
  Clock,
  LinkReader,
  Log,
  MappingPages,
  MappingStore,
  PushQueue,
  RecordPages,
  RecordReader,
} from './ports.ts';
import type { ServiceRegistry } from './push-service.ts';
import { type SweepName, type SweepPart, type SweepPosition, startOf, sweepServices } from './sweep-part.ts';
import { SweepRecords } from './sweep-records.ts';
import { ServiceSweep } from './sweep-service.ts';

/** What a sweep needs. It never calls Moodle. */
export interface SweepPorts {
  records: RecordReader & RecordPages;
  links: LinkReader & LinkKeeper;
  mappings: MappingStore & MappingPages;
  instances: BrakeStore &
    BreakerStore & { setHolds(instance: string, service: ServiceName, holds: number): Promise<void> };
  brake: Brake;
  queue: PushQueue;
  services: ServiceRegistry;
  clock: Clock;
  log: Log;
  /** Records or mappings looked at in one go. */
  pageSize: number;
}

/**
 * Compares all records of some services with their mappings and queues what is not in Moodle as it should be: what
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
  if (isWaitedFor(await ports.instances.getBreaker(instance.id), ports.clock.now())) {
    ports.log.info('Sweep left out: the instance is away and units wait for it already', {
      instance: instance.id,
      sweep,
    });
    return undefined;
  }
  const records = new SweepRecords(ports.records, async (model, items) => {
    const missing = await repairSomeLinks(model, items, ports.links, ports.clock.now());
    if (missing > 0) ports.log.warn('Links were missing and are put back', { model, links: missing });
  });
  const names: readonly ServiceName[] = sweepServices[sweep];
  for (const name of names.slice(position ? names.indexOf(position.service) : 0)) {
    const start = position?.service === name ? position : startOf(name);
    const service = new ServiceSweep(instance, ports.services.byName(name), records, ports, start);
    const rest = await service.run(hasTime);
    if (rest) return { sweep, instance: instance.id, position: rest };
    const next = names[names.indexOf(name) + 1];
    if (next && !hasTime()) return { sweep, instance: instance.id, position: startOf(next) };
  }
  return undefined;
}
