import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSRecord } from 'aws-lambda';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { moodleClients } from '#functions/moodle-clients.ts';
import { sqsHandler } from '#functions/sqs-handler.ts';
import { systemClock } from '#functions/system-clock.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { pushMessageSchema, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { services } from '#shared/moodle/services.ts';
import { documentClient } from '#shared/store/documents.ts';
import { permanentFailures } from '#shared/store/queues/permanent-failures.ts';
import { pushQueue } from '#shared/store/queues/push-queue.ts';
import { pushRetries, retrySchedules } from '#shared/store/queues/retry-schedules.ts';
import { TokenError, tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { InstanceRowError, instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { parkedUnits } from '#shared/store/tables/parked-units.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';
import { sharedBreaker } from '#shared/sync/limits/breaker.ts';
import { mostUnits, sharedBulkhead } from '#shared/sync/limits/bulkhead.ts';
import { type Delivery, putAside } from '#shared/sync/units/parking.ts';
import { noteUnusable, type WorkPorts, wake, work } from '#shared/sync/units/work.ts';
import { countWork } from './metrics.ts';
import { severalInstances } from './several-instances.ts';
import { successNotes } from './success-notes.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'LINKS_TABLE',
  'MAPPINGS_TABLE',
  'INSTANCES_TABLE',
  'PUSH_QUEUE_URL',
  'PUSH_QUEUE_ARN',
  'PUSH_WORKERS',
  'PERMANENTLY_FAILED_QUEUE_URL',
  'RETRY_SCHEDULE_GROUP',
  'RETRY_SCHEDULE_ROLE_ARN',
  'RETRY_DEAD_LETTER_ARN',
  'SECRET_PREFIX',
]);
const log = new Logger();
const metrics = new Metrics();
const documents = documentClient(awsOptions);
const sqs = new SQSClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const schedules = {
  group: environment.RETRY_SCHEDULE_GROUP,
  roleArn: environment.RETRY_SCHEDULE_ROLE_ARN,
  queueArn: environment.PUSH_QUEUE_ARN,
  deadLetterArn: environment.RETRY_DEAD_LETTER_ARN,
};
const areSeveral = severalInstances(instances, systemClock.now);
const mostOfInstance = async () => mostUnits(Number(environment.PUSH_WORKERS), await areSeveral());
const queue = pushQueue(sqs, environment.PUSH_QUEUE_URL);
const ports: WorkPorts = {
  records: recordsStore(documents, environment.RECORDS_TABLE),
  links: linksStore(documents, environment.LINKS_TABLE),
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  brake: sharedBrake(instances, systemClock, log),
  breaker: sharedBreaker(instances, systemClock, log),
  bulkhead: sharedBulkhead(instances, mostOfInstance, systemClock, log),
  parking: parkedUnits(documents, environment.MAPPINGS_TABLE),
  later: retrySchedules(new SchedulerClient(awsOptions), queue, pushRetries, schedules, systemClock.now, log),
  permanentFailures: permanentFailures(sqs, environment.PERMANENTLY_FAILED_QUEUE_URL),
  wakes: queue,
  services,
  clock: systemClock,
  log,
};
const tokensOf = tokens(new SecretsManagerClient(awsOptions), environment.SECRET_PREFIX);
const clientOf = moodleClients(tokensOf, { log, metrics });
const noteSuccess = successNotes(
  instanceStates(documents, environment.INSTANCES_TABLE),
  systemClock.now,
  log,
);

/** Works off the units of a batch. A unit that could not be worked off for a reason of ours comes back by itself. */
export const handler = sqsHandler({ log, metrics }, workOff);

async function workOff(message: SQSRecord, context: Context): Promise<void> {
  const asked = pushMessageSchema.parse(JSON.parse(message.body));
  const receiveCount = Number(message.attributes.ApproximateReceiveCount);
  const delivery = { id: message.messageId, isRedelivered: receiveCount > 1 };
  // On every line from here on, so that all that came of one unit can be found together.
  log.appendKeys({ unit: message.messageId, receive_count: receiveCount });
  const putOff = async () => {
    if ('ids' in asked) await putAside(asked, ports, delivery);
  };
  try {
    const instance = await instances.get(asked.instance);
    if (!instance || instance.status === 'disabled') {
      log.warn('Unit of an instance that is gone or disabled left out', { instance: asked.instance });
    } else if (instance.status === 'paused') {
      await putOff();
    } else {
      const client = await clientOf(instance, () => context.getRemainingTimeInMillis());
      if ('wake' in asked) await wake(instance, client, ports);
      else await workOffUnit(asked, instance, client, delivery);
    }
  } catch (error) {
    if (!(error instanceof InstanceRowError || error instanceof TokenError)) {
      log.error('Unit not worked off', { error: error as Error, unit: asked });
      throw error;
    }
    // The operator has to put it right; until then the unit waits without losing an attempt.
    log.error('Instance misconfigured', error);
    await noteUnusable({ id: asked.instance }, error.message, ports);
    await putOff();
  }
}

async function workOffUnit(
  unit: WorkUnit,
  instance: Instance,
  client: MoodleClient,
  delivery: Delivery,
): Promise<void> {
  const record = await work(unit, instance, client, ports, delivery);
  countWork(metrics, instance.id, record);
  await noteSuccess(instance.id, record);
}
