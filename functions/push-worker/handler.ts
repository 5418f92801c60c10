import { eachMinute, successNotes } from '#functions/at-most-each-minute.ts';
import { compose } from '#functions/compose.ts';
import { type Delivery, queueHandler } from '#functions/handlers.ts';
import { countRun, hasArrived } from '#functions/metrics.ts';
import { moodleClients } from '#functions/moodle-clients.ts';
import { moodleTarget, type PushWorkPorts } from '#shared/moodle/push/moodle-target.ts';
import { type PushMessage, pushMessageSchema } from '#shared/moodle/push/work-unit.ts';
import { services } from '#shared/moodle/services.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';
import { InstanceRowError } from '#shared/store/tables/instances-store.ts';
import { mostUnits, sharedBulkhead } from '#shared/sync/limits/bulkhead.ts';
import { putAside } from '#shared/sync/units/parking.ts';
import { noteUnusable, wake, work } from '#shared/sync/units/work.ts';
import { pushWorker } from './declaration.ts';

const { parts, settings, clock, log, metrics } = compose(pushWorker);
const clientOf = moodleClients(parts.tokens, { log, metrics });
const noteSuccess = successNotes(parts.states.noteSuccess, { clock, log });
const activeInstances = eachMinute(async () => {
  const { instances } = await parts.instances.list();
  return instances.filter(({ status }) => status === 'active').length;
}, clock);
const mostOfInstance = async () => mostUnits(settings.PUSH_WORKERS, (await activeInstances()) > 1);
const bulkhead = sharedBulkhead(parts.instances, mostOfInstance, clock, log);
const ports: PushWorkPorts = { ...parts, bulkhead, services, clock, log };

/** Works off the units of a batch. A unit that could not be worked off for a reason of ours comes back by itself. */
export const handler = queueHandler(
  { log, metrics },
  { schema: pushMessageSchema, failed: 'Unit not worked off', work: workOff },
);

async function workOff(asked: PushMessage, { id, receiveCount, remaining }: Delivery): Promise<void> {
  const delivery = { id, isRedelivered: receiveCount > 1 };
  // On every line from here on, so that all that came of one unit can be found together.
  log.appendKeys({ unit: id, receive_count: receiveCount });
  const putOff = async () => {
    if ('ids' in asked) await putAside(asked, { id: asked.instance }, ports, delivery);
  };
  try {
    const instance = await parts.instances.get(asked.instance);
    if (!instance || instance.status === 'disabled') {
      log.warn('Unit of an instance that is gone or disabled left out', { instance: asked.instance });
      return;
    }
    if (instance.status === 'paused') return await putOff();
    const client = await clientOf(instance, remaining);
    const target = moodleTarget(instance, client, ports);
    if ('wake' in asked) return await wake(target, ports);
    const run = await work(asked, target, ports, delivery);
    metrics.addMetadata('instance', instance.id);
    countRun(metrics, run, { arrived: 'Pushed', unchanged: 'Skipped' });
    if (run && hasArrived(run)) await noteSuccess(instance.id);
  } catch (error) {
    if (!(error instanceof InstanceRowError || error instanceof TokenError)) throw error;
    // The operator has to put it right; until then the unit waits without losing an attempt.
    log.error('Instance misconfigured', error);
    await noteUnusable({ id: asked.instance }, error.message, ports);
    await putOff();
  }
}
