import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { toRecordChanges } from '#functions/record-changes.ts';
import { systemClock } from '#functions/system-clock.ts';
import { isPushedModel } from '#shared/models/models.ts';
import { followStream } from '#shared/moodle/stream.ts';
import { documentClient } from '#shared/store/documents.ts';
import { pushQueue } from '#shared/store/queues/push-queue.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'LINKS_TABLE',
  'MAPPINGS_TABLE',
  'INSTANCES_TABLE',
  'PUSH_QUEUE_URL',
]);
const log = new Logger();
const documents = documentClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const ports = {
  records: recordsStore(documents, environment.RECORDS_TABLE),
  links: linksStore(documents, environment.LINKS_TABLE),
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  brake: sharedBrake(instances, systemClock, log),
  queue: pushQueue(new SQSClient(awsOptions), environment.PUSH_QUEUE_URL),
  log,
};

/** Turns a batch of changes of the records table into work units. An error has the batch tried again, in halves. */
export const handler = middy<DynamoDBStreamEvent, void>()
  .use(injectLambdaContext(log))
  .handler(async (event: DynamoDBStreamEvent): Promise<void> => {
    const { instances: all, unreadable } = await instances.list();
    for (const error of unreadable) log.error('Instance left out', error);
    const pushed = all.filter(({ status }) => status !== 'disabled');
    await followStream(toRecordChanges(event, isPushedModel), pushed, ports);
  });
