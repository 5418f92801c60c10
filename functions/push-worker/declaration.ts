import { declare } from '#functions/declaration.ts';
import { permanentFailures } from '#shared/store/queues/permanent-failures.ts';
import { pushRetries } from '#shared/store/queues/retry-schedules.ts';
import { pushQueue } from '#shared/store/queues/work-queues.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { parkedUnits } from '#shared/store/tables/parked-units.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { brakes, breakers } from '#shared/store/tables/shared-limits.ts';
import { longestRun } from '#shared/sync/units/waits.ts';

/** push-worker: works off work units by calling Moodle, several at a time. */
export const pushWorker = declare({
  name: 'push-worker',
  timeout: longestRun,
  // The mapping does not look at reserved concurrency: without a maximum it would fetch more than can be worked off, and
  // what is throttled ends in the dead-letter queue though nothing is wrong with it.
  source: {
    queue: 'PushQueue',
    workers: ({ workers }) => workers,
    reserved: ({ reservedConcurrency }) => reservedConcurrency,
    failures: 'PermanentlyFailedQueue',
  },
  uses: {
    records: recordsStore.only('getMany'),
    links: linksStore.only('sources'),
    mappings: mappingsStore.only('getMany', 'listByPrefix', 'listAttention', 'save', 'remove'),
    instances: instancesStore.only('get', 'list', 'getBulkhead', 'saveBulkhead'),
    states: instanceStates.only('noteSuccess'),
    brake: brakes,
    breaker: breakers,
    parking: parkedUnits,
    wakes: pushQueue,
    later: pushRetries,
    permanentFailures: permanentFailures.only('send'),
    tokens,
  },
  settings: { PUSH_WORKERS: ({ workers }) => workers },
});
