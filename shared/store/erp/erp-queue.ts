import type * as z from 'zod';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import {
  type ImportUnit,
  importSweepSchema,
  importUnitSchema,
  importWakeSchema,
} from '#shared/odoo/import/models.ts';
import { queueStore } from '#shared/store/part.ts';
import { type FailureQueue, failureActions, failureQueue } from '#shared/store/queues/permanent-failures.ts';
import { retriesTo } from '#shared/store/queues/retry-schedules.ts';
import { openQueue, type UnitQueue } from '#shared/store/queues/unit-queue.ts';
import type { WakeQueue } from '#shared/sync/units/work.ts';

/** What erp-import takes from ErpQueue. */
const importWorkSchema = importUnitSchema.or(importSweepSchema);
export type ImportWork = z.infer<typeof importWorkSchema>;
export const erpMessageSchema = importWakeSchema.or(importWorkSchema);
export type ErpMessage = z.infer<typeof erpMessageSchema>;

/** ErpQueue. One ERP, one queue: it needs no message groups. */
export const erpQueue = queueStore(
  'ErpQueue',
  { send: 'SendMessage', wake: 'SendMessage' },
  (client, url): UnitQueue<ErpMessage> & WakeQueue => {
    const queue = openQueue<ErpMessage>(client, url);
    return { ...queue, wake: (_erp, delaySeconds) => queue.send([{ wake: true }], delaySeconds) };
  },
);

/** Retries of erp-import's units. */
export const erpRetries = retriesTo<ImportUnit>('ErpRetries', erpQueue, ({ model }) => ['erp', model]);

/** ErpFailures, as the place where an operator finds what all attempts have failed. */
export const erpFailures = queueStore(
  'ErpFailuresQueue',
  failureActions,
  (client, url): FailureQueue<ErpMapping, ImportWork> =>
    failureQueue(client, url, {
      recordIdOf: ({ id }) => id,
      unitOf: ({ model, id }) => ({ model, ids: [id] }),
      unitSchema: importWorkSchema,
    }),
);
