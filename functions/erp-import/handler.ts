import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSRecord } from 'aws-lambda';
import { awsOptions } from '#functions/aws-options.ts';
import { countCall } from '#functions/count-call.ts';
import { readEnvironment } from '#functions/environment.ts';
import { odooClients } from '#functions/odoo-clients.ts';
import { sqsHandler } from '#functions/sqs-handler.ts';
import { systemClock } from '#functions/system-clock.ts';
import type { ImportSweepPorts } from '#shared/odoo/import/due-records.ts';
import { importBreakerStore, noteFindings } from '#shared/odoo/import/import-state.ts';
import type { ImportSweep, ImportUnit } from '#shared/odoo/import/models.ts';
import type { ImportPorts } from '#shared/odoo/import/ports.ts';
import { sweepImport } from '#shared/odoo/import/sweep.ts';
import { postpone, workImport } from '#shared/odoo/import/work.ts';
import { documentClient } from '#shared/store/documents.ts';
import { ErpConnectionError, erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { erpFailures, erpMessageSchema, erpQueue, erpRetries } from '#shared/store/erp/erp-queue.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { importStates } from '#shared/store/erp/import-states.ts';
import { retrySchedules } from '#shared/store/queues/retry-schedules.ts';
import { InstanceRowError, instancesStore } from '#shared/store/tables/instances-store.ts';
import { pulledSince } from '#shared/store/tables/pulled-since.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';
import { sharedBreaker } from '#shared/sync/limits/breaker.ts';
import { waitSeconds } from '#shared/sync/units/waits.ts';
import { countImport } from './metrics.ts';
import { successNotes } from './success-notes.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'INSTANCES_TABLE',
  'ERP_STATE_TABLE',
  'ERP_MAPPINGS_TABLE',
  'ERP_CONNECTION_SECRET',
  'ERP_QUEUE_URL',
  'ERP_QUEUE_ARN',
  'ERP_FAILURES_QUEUE_URL',
  'RETRY_SCHEDULE_GROUP',
  'RETRY_SCHEDULE_ROLE_ARN',
  'RETRY_DEAD_LETTER_ARN',
  'IMPORT_SECONDS',
  'SWEEP_PAGE_SIZE',
  'SWEEP_RESERVE_SECONDS',
]);
/** Only where the configuration names one. */
const completionField = process.env.COMPLETION_FIELD;
const log = new Logger();
const metrics = new Metrics();
const documents = documentClient(awsOptions);
const sqs = new SQSClient(awsOptions);
const queue = erpQueue(sqs, environment.ERP_QUEUE_URL);
const state = importStates(erpStates(documents, environment.ERP_STATE_TABLE));
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const schedules = {
  group: environment.RETRY_SCHEDULE_GROUP,
  roleArn: environment.RETRY_SCHEDULE_ROLE_ARN,
  queueArn: environment.ERP_QUEUE_ARN,
  deadLetterArn: environment.RETRY_DEAD_LETTER_ARN,
};
const ports: ImportPorts & ImportSweepPorts = {
  records: {
    ...recordsStore(documents, environment.RECORDS_TABLE),
    pulledSince: (instance, since) => pulledSince(documents, environment.RECORDS_TABLE, instance, since),
  },
  mappings: erpMappingsStore(documents, environment.ERP_MAPPINGS_TABLE),
  instances: { get: readInstance, ids: instances.ids },
  breaker: sharedBreaker(importBreakerStore(state), systemClock, log),
  brake: sharedBrake(instances, systemClock, log),
  later: retrySchedules<ImportUnit>(
    new SchedulerClient(awsOptions),
    queue,
    erpRetries,
    schedules,
    systemClock.now,
    log,
  ),
  failures: erpFailures(sqs, environment.ERP_FAILURES_QUEUE_URL),
  findings: { note: (found, resolved) => noteFindings(state, found, resolved) },
  state,
  queue,
  clock: systemClock,
  log,
  completionField,
  claimSeconds: Number(environment.IMPORT_SECONDS),
  pageSize: Number(environment.SWEEP_PAGE_SIZE),
};
const connectionOf = erpConnections(new SecretsManagerClient(awsOptions), environment.ERP_CONNECTION_SECRET);
const erpOf = odooClients(connectionOf, (call) => {
  log.debug('Odoo called', { ...call });
  countCall(metrics, call, 'Odoo');
});
const noteSuccess = successNotes(state, systemClock.now, log);
/** What has to be left of the function's time to begin another page of a sweep, in milliseconds. */
const reserve = Number(environment.SWEEP_RESERVE_SECONDS) * 1000;

/** Brings to the ERP what came from Moodle. A message that could not be worked off for a reason of ours comes back. */
export const handler = sqsHandler({ log, metrics }, workOff);

async function workOff(message: SQSRecord, context: Context): Promise<void> {
  const work = erpMessageSchema.parse(JSON.parse(message.body));
  const isRedelivered = Number(message.attributes.ApproximateReceiveCount) > 1;
  log.appendKeys({ unit: message.messageId });
  const remaining = () => context.getRemainingTimeInMillis();
  try {
    if ('sweep' in work) await sweep(work, remaining);
    else await bring(work, remaining, isRedelivered);
  } catch (error) {
    if (!(error instanceof ErpConnectionError) || 'sweep' in work) {
      log.error('Message not worked off', { error: error as Error, work });
      throw error;
    }
    // The operator has to put it right; until then the unit waits without losing an attempt.
    log.error('The ERP’s connection cannot be used', error);
    await postpone(work, waitSeconds, ports);
  }
}

async function bring(unit: ImportUnit, remaining: () => number, isRedelivered: boolean): Promise<void> {
  const erp = await erpOf(remaining);
  if (!erp) {
    log.info('Left out: no ERP is connected; a sweep finds it once one is', { model: unit.model });
    return;
  }
  const run = await workImport(unit, erp, ports, isRedelivered);
  countImport(metrics, run);
  await noteSuccess(run);
}

async function sweep(part: ImportSweep, remaining: () => number): Promise<void> {
  if (!(await connectionOf())) return;
  const rest = await sweepImport(part, ports, () => remaining() > reserve);
  if (rest) await queue.send([rest]);
}

/** One whose settings cannot be read is looked at by health-check; here it has the defaults. */
async function readInstance(id: string) {
  try {
    return await instances.get(id);
  } catch (error) {
    if (!(error instanceof InstanceRowError)) throw error;
    log.warn('Settings of an instance cannot be read: nothing is overwritten for it', error);
    return undefined;
  }
}
