import { eachMinute } from '#functions/at-most-each-minute.ts';
import { compose } from '#functions/compose.ts';
import { queueHandler } from '#functions/handlers.ts';
import { moodleClients } from '#functions/moodle-clients.ts';
import { worker } from '#functions/worker.ts';
import { moodleTarget, type PushWorkPorts } from '#shared/moodle/push/moodle-target.ts';
import { type PushMessage, pushMessageSchema } from '#shared/moodle/push/work-unit.ts';
import { services } from '#shared/moodle/services.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';
import { InstanceRowError } from '#shared/store/tables/instances-store.ts';
import { mostUnits, sharedBulkhead } from '#shared/sync/limits/bulkhead.ts';
import { pushWorker } from './declaration.ts';

const composed = compose(pushWorker);
const { parts, settings, clock, log, metrics } = composed;
const clientOf = moodleClients(parts.tokens, { log, metrics });
const activeInstances = eachMinute(async () => {
  const { instances } = await parts.instances.list();
  return instances.filter(({ status }) => status === 'active').length;
}, clock);
const mostOfInstance = async () => mostUnits(settings.PUSH_WORKERS, (await activeInstances()) > 1);
const bulkhead = sharedBulkhead(parts.instances, mostOfInstance, clock, log);
const ports: PushWorkPorts = { ...parts, bulkhead, services, clock, log };

const work = worker(composed, {
  ports,
  peerOf: ({ instance }: PushMessage) => ({ id: instance }),
  async open({ instance: id }: PushMessage, remaining) {
    const instance = await parts.instances.get(id);
    if (!instance || instance.status === 'disabled') {
      log.warn('Unit of an instance that is gone or disabled left out', { instance: id });
      return undefined;
    }
    if (instance.status === 'paused') return 'paused';
    metrics.addMetadata('instance', id);
    return moodleTarget(instance, await clientOf(instance, remaining), ports);
  },
  unusable: { errors: [InstanceRowError, TokenError], told: 'Instance misconfigured' },
  counted: { arrived: 'Pushed', unchanged: 'Skipped' },
  noteSuccess: parts.states.noteSuccess,
});

/** Works off the units of a batch. A unit that could not be worked off for a reason of ours comes back by itself. */
export const handler = queueHandler(composed, {
  schema: pushMessageSchema,
  failed: 'Unit not worked off',
  work,
});
