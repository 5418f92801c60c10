import { declare } from '#functions/declaration.ts';
import { pushedModels } from '#shared/models/models.ts';
import { pushQueue } from '#shared/store/queues/work-queues.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { brakes } from '#shared/store/tables/shared-limits.ts';

/** record-stream: turns changes of records into work units. */
export const recordStream = declare({
  name: 'record-stream',
  // A thousand changes of a first import take seconds; a batch that is cut off would only be read again in halves.
  timeout: 300,
  source: {
    stream: 'RecordsTable',
    patterns: () => [{ dynamodb: { Keys: { model: { S: [...pushedModels] } } } }],
    failures: 'StreamFailuresQueue',
  },
  uses: {
    records: recordsStore.only('getMany'),
    links: linksStore.only('sources', 'write'),
    mappings: mappingsStore.only('getMany'),
    instances: instancesStore.only('list'),
    brake: brakes,
    queue: pushQueue,
  },
});
