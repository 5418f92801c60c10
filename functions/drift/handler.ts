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
import { compareWithMoodle } from '#shared/moodle/drift/drift.ts';
import { type DriftTask, driftTaskSchema, hourOfInstance } from '#shared/moodle/drift/drift-task.ts';
import { services } from '#shared/moodle/services.ts';
import { documentClient } from '#shared/store/documents.ts';
import { driftQueue } from '#shared/store/queues/drift-queue.ts';
import { pushQueue } from '#shared/store/queues/push-queue.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'LINKS_TABLE',
  'MAPPINGS_TABLE',
  'INSTANCES_TABLE',
  'PUSH_QUEUE_URL',
  'DRIFT_QUEUE_URL',
  'SECRET_PREFIX',
]);
const log = new Logger();
const metrics = new Metrics();
const documents = documentClient(awsOptions);
const sqs = new SQSClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const states = instanceStates(documents, environment.INSTANCES_TABLE);
const queue = driftQueue(sqs, environment.DRIFT_QUEUE_URL);
const ports = {
  records: recordsStore(documents, environment.RECORDS_TABLE),
  links: linksStore(documents, environment.LINKS_TABLE),
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  services,
  queue: pushQueue(sqs, environment.PUSH_QUEUE_URL),
  clock: systemClock,
  log,
};
const tokensOf = tokens(new SecretsManagerClient(awsOptions), environment.SECRET_PREFIX);
const clientOf = moodleClients(tokensOf, { log, metrics });

/** Between two parts, so that a large Moodle is read over an hour or two and not at once. */
const pauseSeconds = 300;

/** Compares Moodles with the mappings, one at a time. A part that fails comes back by itself. */
export const handler = sqsHandler({ log, metrics }, work);

async function work(message: SQSRecord, context: Context): Promise<void> {
  const task = driftTaskSchema.parse(JSON.parse(message.body));
  try {
    if (task.instance === undefined) await begin();
    else await compare(task.instance, task.position, () => context.getRemainingTimeInMillis());
  } catch (error) {
    log.error('Moodle not compared', { instance: task.instance, error: error as Error });
    throw error;
  }
}

async function begin(): Promise<void> {
  const { instances: all, unreadable } = await instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  const hour = new Date(systemClock.now()).getUTCHours();
  for (const { id, status } of all)
    if (status === 'active' && hourOfInstance(id) === hour) await queue.send({ instance: id }, 0);
}

async function compare(id: string, position: DriftTask['position'], remaining: () => number): Promise<void> {
  const instance = await instances.get(id);
  if (instance?.status !== 'active') return;
  metrics.addMetadata('instance', id);
  if ((await instances.getBreaker(id)).opened_at !== undefined) {
    log.info('Comparison left out: the instance is away', { instance: id });
    return;
  }
  const client = await clientOf(instance, remaining);
  const { findings, rest } = await compareWithMoodle(
    instance,
    position,
    { ...ports, client, holdsOf: async (service) => (await instances.getBrake(id, service)).holds },
    { repairs: true, hasTime: () => remaining() > reserveForCourse },
  );
  metrics.addMetric('DriftFound', MetricUnit.Count, findings.length);
  metrics.addMetric('DriftHeld', MetricUnit.Count, findings.filter(({ action }) => action === 'hold').length);
  log.info('Moodle compared', {
    instance: id,
    found: Object.fromEntries(
      [...Map.groupBy(findings, ({ kind, action }) => `${kind} ${action}`)].map(([name, { length }]) => [
        name,
        length,
      ]),
    ),
    calls: client.statistics.calls,
    isDone: rest === undefined,
  });
  if (rest) await queue.send({ instance: id, position: rest }, pauseSeconds);
  else await states.noteCompared(id, new Date(systemClock.now()).toISOString());
}
