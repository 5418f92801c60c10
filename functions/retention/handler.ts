import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSRecord } from 'aws-lambda';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { sqsHandler } from '#functions/sqs-handler.ts';
import { systemClock } from '#functions/system-clock.ts';
import { expire } from '#shared/retention/retention.ts';
import { retentionTaskSchema } from '#shared/retention/retention-task.ts';
import { documentClient } from '#shared/store/documents.ts';
import { retentionQueue } from '#shared/store/queues/retention-queue.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { expiringRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'LINKS_TABLE',
  'MAPPINGS_TABLE',
  'INSTANCES_TABLE',
  'RETENTION_QUEUE_URL',
  'RETENTION_DAYS',
]);
const log = new Logger();
const documents = documentClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const queue = retentionQueue(new SQSClient(awsOptions), environment.RETENTION_QUEUE_URL);
const ports = {
  records: recordsStore(documents, environment.RECORDS_TABLE),
  links: linksStore(documents, environment.LINKS_TABLE),
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  removePulled: expiringRecords(documents, environment.RECORDS_TABLE),
  log,
};
const day = 24 * 60 * 60_000;
/** What has to be left of the function's time to begin another page, in milliseconds. */
const reserve = 60_000;

/** Deletes what is held of people longer than it is needed. What is left when time runs out comes in a part of its own. */
export const handler = sqsHandler({ log }, work);

async function work(message: SQSRecord, context: Context): Promise<void> {
  const { position } = retentionTaskSchema.parse(JSON.parse(message.body));
  const before = systemClock.now() - Number(environment.RETENTION_DAYS) * day;
  const hasTime = () => context.getRemainingTimeInMillis() > reserve;
  try {
    const rest = await expire(position, before, { ...ports, instances: await instances.ids() }, hasTime);
    if (rest) await queue.send({ position: rest });
  } catch (error) {
    log.error('Nothing more expired', { position, error: error as Error });
    throw error;
  }
}
