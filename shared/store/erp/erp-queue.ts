import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import {
  type ImportSweep,
  type ImportUnit,
  importSweepSchema,
  importUnitSchema,
} from '#shared/odoo/import/models.ts';
import { type FailureQueue, failureQueue } from '#shared/store/queues/permanent-failures.ts';
import type { RetryKind } from '#shared/store/queues/retry-schedules.ts';
import { type UnitQueue, unitQueue } from '#shared/store/queues/unit-queue.ts';

/** What erp-import takes from ErpQueue. */
export type ErpMessage = ImportUnit | ImportSweep;
export const erpMessageSchema = importUnitSchema.or(importSweepSchema);

/** ErpQueue. One ERP, one queue: it needs no message groups. */
export function erpQueue(client: SQSClient, queueUrl: string): UnitQueue<ErpMessage> {
  return unitQueue(client, queueUrl);
}

/** Retries of erp-import's units. */
export const erpRetries: RetryKind<ImportUnit> = { nameOf: ({ model }) => ['erp', model] };

/** ErpFailures, as the place where an operator finds what all attempts have failed. */
export function erpFailures(client: SQSClient, queueUrl: string): FailureQueue<ErpMapping, ErpMessage> {
  return failureQueue<ErpMapping, ErpMessage>(client, queueUrl, {
    recordIdOf: ({ id }) => id,
    unitOf: ({ model, id }) => ({ model, ids: [id] }),
    unitSchema: erpMessageSchema,
  });
}
