import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSRecord } from 'aws-lambda';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { sqsHandler } from '#functions/sqs-handler.ts';
import { systemClock } from '#functions/system-clock.ts';
import { services } from '#shared/moodle/services.ts';
import { type SweepPorts, sweepInstance } from '#shared/moodle/sweep/sweep.ts';
import { isOutdated, type SweepPart, sweepPartSchema } from '#shared/moodle/sweep/sweep-part.ts';
import { documentClient } from '#shared/store/documents.ts';
import { pushQueue } from '#shared/store/queues/push-queue.ts';
import { sweepQueue } from '#shared/store/queues/sweep-queue.ts';
import { InstanceRowError, instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { parkedUnits } from '#shared/store/tables/parked-units.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'LINKS_TABLE',
  'MAPPINGS_TABLE',
  'INSTANCES_TABLE',
  'PUSH_QUEUE_URL',
  'SWEEP_QUEUE_URL',
  'SWEEP_PAGE_SIZE',
  'SWEEP_RESERVE_SECONDS',
]);
const log = new Logger();
const documents = documentClient(awsOptions);
const sqs = new SQSClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const queue = pushQueue(sqs, environment.PUSH_QUEUE_URL);
const ports: SweepPorts = {
  records: recordsStore(documents, environment.RECORDS_TABLE),
  links: linksStore(documents, environment.LINKS_TABLE),
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  instances,
  brake: sharedBrake(instances, systemClock, log),
  queue,
  wakes: queue,
  parking: parkedUnits(documents, environment.MAPPINGS_TABLE),
  services,
  clock: systemClock,
  log,
  pageSize: Number(environment.SWEEP_PAGE_SIZE),
};
const parts = sweepQueue(sqs, environment.SWEEP_QUEUE_URL);
/** What has to be left of the function's time to begin another page, in milliseconds. */
const reserve = Number(environment.SWEEP_RESERVE_SECONDS) * 1000;

/** Makes the sweeps that the schedules ask for, one instance at a time. One that fails comes back by itself. */
export const handler = sqsHandler({ log }, work);

async function work(message: SQSRecord, context: Context): Promise<void> {
  const part = sweepPartSchema.parse(JSON.parse(message.body));
  const sentAt = Number(message.attributes.SentTimestamp);
  const receiveCount = Number(message.attributes.ApproximateReceiveCount);
  try {
    if (isOutdated(part, { sentAt, receiveCount }, systemClock.now())) {
      log.info('Sweep left to the next one: it could not be started for an hour', { sweep: part.sweep });
    } else if (part.instance === undefined) await begin(part);
    else await sweep(part, part.instance, () => context.getRemainingTimeInMillis() > reserve);
  } catch (error) {
    if (!(error instanceof InstanceRowError)) {
      log.error('Sweep failed', { error: error as Error, part });
      throw error;
    }
    log.error('Instance left out', error);
  }
}

/** A sweep of all instances becomes one of each, so that one that fails or takes long holds up no other. */
async function begin({ sweep: name }: SweepPart): Promise<void> {
  const { instances: all, unreadable } = await instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  const active = all.filter(({ status }) => status === 'active');
  await parts.send(active.map(({ id }) => ({ sweep: name, instance: id })));
}

async function sweep(part: SweepPart, id: string, hasTime: () => boolean): Promise<void> {
  const instance = await instances.get(id);
  if (instance?.status !== 'active') return;
  const rest = await sweepInstance(part.sweep, instance, part.position, ports, hasTime);
  if (rest) await parts.send([rest]);
}
