import { declare } from '#functions/declaration.ts';
import { retentionQueue } from '#shared/store/queues/work-queues.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';

/** retention: once a week deletes what is held of people longer than it is needed (docs/data-protection.md). */
export const retention = declare({
  name: 'retention',
  // Millions of marks are gone through in several parts.
  timeout: 600,
  // One run at a time would be enough; an event source takes no fewer than two.
  source: { queue: 'RetentionQueue', workers: 2, failures: 'ScheduleFailuresQueue' },
  schedules: [
    {
      id: 'RetentionSchedule',
      when: ({ schedules }) => schedules.retention,
      description: 'Deletes what is held of people longer than it is needed',
    },
  ],
  uses: {
    records: recordsStore.only('getMany', 'page'),
    pulled: pulledRecords.only('expire'),
    links: linksStore.only('sources'),
    mappings: mappingsStore.only('getMany', 'page', 'remove'),
    instances: instancesStore.only('ids'),
    queue: retentionQueue,
  },
  settings: { RETENTION_DAYS: ({ retentionDays }) => Number(retentionDays) },
});
