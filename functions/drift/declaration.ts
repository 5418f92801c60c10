import { declare } from '#functions/declaration.ts';
import { driftQueue, pushQueue } from '#shared/store/queues/work-queues.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';

/** drift: once a day compares what each Moodle holds with the mappings, in a queue of its own: it delays no push and no pull. */
export const drift = declare({
  name: 'drift',
  // A comparison of a large Moodle goes on in a part of its own after that.
  timeout: 600,
  // It keeps what is believed of everybody's courses.
  memory: 1769,
  source: { queue: 'DriftQueue', workers: 2, failures: 'ScheduleFailuresQueue' },
  schedules: [
    {
      id: 'DriftSchedule',
      when: ({ schedules }) => schedules.drift,
      description: 'Compares the Moodles whose hour it is with the mappings',
    },
  ],
  uses: {
    records: recordsStore.only('getMany'),
    links: linksStore.only('sources'),
    mappings: mappingsStore.only('getMany', 'listByPrefix', 'page', 'save'),
    instances: instancesStore.only('get', 'list', 'getBrake', 'getBreaker'),
    states: instanceStates.only('noteCompared'),
    queue: pushQueue,
    tasks: driftQueue,
    tokens,
  },
});
