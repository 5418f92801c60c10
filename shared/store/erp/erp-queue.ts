import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import {
  type ImportSweep,
  type ImportUnit,
  importSweepSchema,
  importUnitSchema,
} from '#shared/odoo/import/models.ts';
import { queueStore } from '#shared/store/part.ts';
import { type FailureQueue, failureActions, failureQueue } from '#shared/store/queues/permanent-failures.ts';
import { retriesTo } from '#shared/store/queues/retry-schedules.ts';
import { unitQueue } from '#shared/store/queues/unit-queue.ts';

/** What erp-import takes from ErpQueue. */
export type ErpMessage = ImportUnit | ImportSweep;
export const erpMessageSchema = importUnitSchema.or(importSweepSchema);

/** ErpQueue. One ERP, one queue: it needs no message groups. */
export const erpQueue = unitQueue<ErpMessage>('ErpQueue');

/** Retries of erp-import's units. */
export const erpRetries = retriesTo<ImportUnit>('ErpRetries', erpQueue, ({ model }) => ['erp', model]);

/** ErpFailures, as the place where an operator finds what all attempts have failed. */
export const erpFailures = queueStore(
  'ErpFailuresQueue',
  failureActions,
  (client, url): FailureQueue<ErpMapping, ErpMessage> =>
    failureQueue(client, url, {
      recordIdOf: ({ id }) => id,
      unitOf: ({ model, id }) => ({ model, ids: [id] }),
      unitSchema: erpMessageSchema,
    }),
);
