import { compose } from '#functions/compose.ts';
import { type Delivery, queueHandler } from '#functions/handlers.ts';
import { services } from '#shared/moodle/services.ts';
import { sweepInstance } from '#shared/moodle/sweep/sweep.ts';
import { isOutdated, type SweepPart, sweepPartSchema } from '#shared/moodle/sweep/sweep-part.ts';
import type { SweepPorts } from '#shared/moodle/sweep/sweep-ports.ts';
import { InstanceRowError } from '#shared/store/tables/instances-store.ts';
import { pushSweep } from './declaration.ts';

const { parts, settings, clock, log } = compose(pushSweep);
const { SWEEP_PAGE_SIZE: pageSize, SWEEP_RESERVE_SECONDS: reserve } = settings;
const ports: SweepPorts = { ...parts, wakes: parts.queue, services, clock, log, pageSize };

/** Makes the sweeps that the schedules ask for, one instance at a time. One that fails comes back by itself. */
export const handler = queueHandler({ log }, { schema: sweepPartSchema, failed: 'Sweep failed', work });

async function work(part: SweepPart, delivery: Delivery): Promise<void> {
  try {
    if (isOutdated(part, delivery, clock.now())) {
      log.info('Sweep left to the next one: it could not be started for an hour', { sweep: part.sweep });
    } else if (part.instance === undefined) await begin(part);
    else await sweep(part, part.instance, () => delivery.remaining() > reserve * 1000);
  } catch (error) {
    if (!(error instanceof InstanceRowError)) throw error;
    log.error('Instance left out', error);
  }
}

/** A sweep of all instances becomes one of each, so that one that fails or takes long holds up no other. */
async function begin({ sweep: name }: SweepPart): Promise<void> {
  const { instances, unreadable } = await parts.instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  const active = instances.filter(({ status }) => status === 'active');
  await parts.sweeps.send(active.map(({ id }) => ({ sweep: name, instance: id })));
}

async function sweep(part: SweepPart, id: string, hasTime: () => boolean): Promise<void> {
  const instance = await parts.instances.get(id);
  if (instance?.status !== 'active') return;
  const rest = await sweepInstance(part.sweep, instance, part.position, ports, hasTime);
  if (rest) await parts.sweeps.send([rest]);
}
