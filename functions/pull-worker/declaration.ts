import { declare } from '#functions/declaration.ts';
import { pullQueue } from '#shared/store/queues/work-queues.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { brakes } from '#shared/store/tables/shared-limits.ts';
import { longestRun } from '#shared/sync/units/waits.ts';

/** pull-worker: brings what Moodle holds into the records table, task by task. */
export const pullWorker = declare({
  name: 'pull-worker',
  // What is left of a task goes on in one of its own after that.
  timeout: longestRun,
  // The report of a course with 2,000 students is 12 MB.
  memory: 1024,
  // A queue and workers of its own, so that a pull of a large university delays no push.
  source: { queue: 'PullQueue', workers: 2, failures: 'PullFailuresQueue' },
  uses: {
    records: recordsStore.only('getMany'),
    pulled: pulledRecords.only('put', 'putNew', 'setFields'),
    links: linksStore.only('sources'),
    // save: what is known of a sheet's session is taken back where Moodle holds something else.
    mappings: mappingsStore.only('getMany', 'page', 'save'),
    states: pullStates,
    instances: instancesStore.only('get', 'getBreaker'),
    brake: brakes,
    queue: pullQueue,
    tokens,
  },
});
