import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { compose } from '#functions/compose.ts';
import { type Delivery, queueHandler } from '#functions/handlers.ts';
import { moodleClients } from '#functions/moodle-clients.ts';
import { reserveForCourse } from '#functions/reserves.ts';
import {
  compareWithMoodle,
  type DriftTask,
  driftTaskSchema,
  hourOfInstance,
} from '#shared/moodle/drift/drift.ts';
import { services } from '#shared/moodle/services.ts';
import { drift } from './declaration.ts';

const { parts, clock, log, metrics } = compose(drift);
const clientOf = moodleClients(parts.tokens, { log, metrics });

/** Between two parts, so that a large Moodle is read over an hour or two and not at once. */
const pauseSeconds = 300;

/** Compares Moodles with the mappings, one at a time. A part that fails comes back by itself. */
export const handler = queueHandler(
  { log, metrics },
  {
    schema: driftTaskSchema,
    failed: 'Moodle not compared',
    work: ({ instance, position }, delivery) =>
      instance === undefined ? begin() : compare(instance, position, delivery),
  },
);

async function begin(): Promise<void> {
  const { instances, unreadable } = await parts.instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  const hour = new Date(clock.now()).getUTCHours();
  const due = instances.filter(({ id, status }) => status === 'active' && hourOfInstance(id) === hour);
  await parts.tasks.send(due.map(({ id }) => ({ instance: id })));
}

async function compare(id: string, position: DriftTask['position'], { remaining }: Delivery): Promise<void> {
  const instance = await parts.instances.get(id);
  if (instance?.status !== 'active') return;
  metrics.addMetadata('instance', id);
  if ((await parts.instances.getBreaker(id)).opened_at !== undefined) {
    log.info('Comparison left out: the instance is away', { instance: id });
    return;
  }
  const client = await clientOf(instance, remaining);
  const { findings, rest } = await compareWithMoodle(
    instance,
    position,
    {
      ...parts,
      client,
      services,
      clock,
      log,
      holdsOf: async (service) => (await parts.instances.getBrake(id, service)).holds,
    },
    { repairs: true, hasTime: () => remaining() > reserveForCourse },
  );
  metrics.addMetric('DriftFound', MetricUnit.Count, findings.length);
  metrics.addMetric('DriftHeld', MetricUnit.Count, findings.filter(({ action }) => action === 'hold').length);
  const kinds = Map.groupBy(findings, ({ kind, action }) => `${kind} ${action}`);
  log.info('Moodle compared', {
    instance: id,
    found: Object.fromEntries([...kinds].map(([name, { length }]) => [name, length])),
    calls: client.statistics.calls,
    isDone: rest === undefined,
  });
  if (rest) await parts.tasks.send([{ instance: id, position: rest }], pauseSeconds);
  else await parts.states.noteCompared(id, new Date(clock.now()).toISOString());
}
