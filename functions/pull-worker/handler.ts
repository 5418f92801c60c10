import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSRecord } from 'aws-lambda';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { moodleClients } from '#functions/moodle-clients.ts';
import { reserveForCourse } from '#functions/reserve.ts';
import { sqsHandler } from '#functions/sqs-handler.ts';
import { systemClock } from '#functions/system-clock.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { runPull } from '#shared/moodle/pulls/pull.ts';
import { type PullCount, pullTaskSchema } from '#shared/moodle/pulls/pull-service.ts';
import { documentClient } from '#shared/store/documents.ts';
import { pullQueue } from '#shared/store/queues/pull-queue.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'LINKS_TABLE',
  'MAPPINGS_TABLE',
  'INSTANCES_TABLE',
  'PULL_QUEUE_URL',
  'SECRET_PREFIX',
]);
const log = new Logger();
const metrics = new Metrics();
const documents = documentClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const ports = {
  records: recordsStore(documents, environment.RECORDS_TABLE),
  pulled: pulledRecords(documents, environment.RECORDS_TABLE, systemClock.now),
  links: linksStore(documents, environment.LINKS_TABLE),
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  states: pullStates(documents, environment.MAPPINGS_TABLE, systemClock.now),
  instances,
  brake: sharedBrake(instances, systemClock, log),
  queue: pullQueue(new SQSClient(awsOptions), environment.PULL_QUEUE_URL),
  clock: systemClock,
  log,
};
const tokensOf = tokens(new SecretsManagerClient(awsOptions), environment.SECRET_PREFIX);
const clientOf = moodleClients(tokensOf, { log, metrics });

/** Works off pull tasks. One that fails comes back, and is in PullFailures after the last time. */
export const handler = sqsHandler({ log, metrics }, workOff);

async function workOff(message: SQSRecord, context: Context): Promise<void> {
  const task = pullTaskSchema.parse(JSON.parse(message.body));
  log.appendKeys({ task: message.messageId, pull: task.pull });
  const remaining = () => context.getRemainingTimeInMillis();
  try {
    const instance = await instances.get(task.instance);
    if (instance?.status !== 'active') return;
    metrics.addMetadata('instance', instance.id);
    const client = await clientOf(instance, remaining);
    const isRedelivered = Number(message.attributes.ApproximateReceiveCount) > 1;
    const session = {
      ...ports,
      count: (name: PullCount, count: number) => metrics.addMetric(name, MetricUnit.Count, count),
      hasTime: () => remaining() > reserveForCourse,
    };
    await runPull(pullServices[task.pull], task, instance, client, session, isRedelivered);
  } catch (error) {
    log.error('Task not worked off', { instance: task.instance, error: error as Error });
    throw error;
  }
}
