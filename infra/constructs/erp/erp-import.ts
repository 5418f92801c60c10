import { Duration } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ErpParts } from '#infra/constructs/erp/erp.ts';
import { bindErpConnection } from '#infra/constructs/erp/erp-connection.ts';
import { commonQueueProperties, createStreamFailures } from '#infra/constructs/queues.ts';
import { readStream } from '#infra/constructs/read-stream.ts';
import { bindRetries, createRetryRole } from '#infra/constructs/retries.ts';
import { SyncFunction } from '#infra/constructs/sync-function.ts';
import { importedModels } from '#shared/odoo/import/models.ts';

/** Longest run of erp-import; what is left of a sweep goes on in a message of its own after that. */
const timeout = Duration.minutes(5);
/** Workers at a time: an Odoo has few worker processes, which its people need too. Two is the least that SQS allows. */
const workers = 2;

export interface ErpImport {
  readonly erpStream: SyncFunction;
  readonly erpImport: SyncFunction;
  /** Units and sweeps for erp-import. */
  readonly queue: Queue;
  /** What is not tried again by itself: it is also the dead-letter queue of ErpQueue. */
  readonly failures: Queue;
  /** Which batches of the stream could not be turned into units. */
  readonly streamFailures: Queue;
}

/** What came from Moodle goes to the ERP: erp-stream queues it, erp-import brings it there. */
export function createErpImport(scope: Construct, parts: ErpParts): ErpImport {
  const failures = new Queue(scope, 'ErpFailuresQueue', commonQueueProperties);
  const queue = new Queue(scope, 'ErpQueue', {
    ...commonQueueProperties,
    visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
    deadLetterQueue: { queue: failures, maxReceiveCount: 5 },
  });
  const streamFailures = createStreamFailures(scope, 'ErpStreamFailuresQueue');
  const erpStream = createStream(scope, parts, { queue, streamFailures });
  const erpImport = createWorker(scope, parts, { queue, failures });
  return { erpStream, erpImport, queue, failures, streamFailures };
}

function createStream(
  scope: Construct,
  { config, erpConfig, tables }: ErpParts,
  { queue, streamFailures }: Pick<ErpImport, 'queue' | 'streamFailures'>,
): SyncFunction {
  const erpStream = new SyncFunction(scope, 'ErpStream', {
    config,
    name: 'erp-stream',
    timeout: Duration.minutes(1),
  });
  erpStream.bindQueue({ queue, variable: 'ERP_QUEUE_URL' });
  const models = importedModels.filter(
    (model) => model !== 'op.student.course' || erpConfig.completionField !== undefined,
  );
  readStream(erpStream, tables.records, {
    filters: [
      FilterCriteria.filter({
        dynamodb: {
          Keys: { model: { S: FilterRule.or(...models) } },
          // What the ERP wrote and no pull has touched wakes nobody.
          NewImage: { connector_no_export: { BOOL: [true] } },
        },
      }),
      // What is gone and was touched by one once is forgotten.
      FilterCriteria.filter({
        eventName: FilterRule.isEqual('REMOVE'),
        dynamodb: {
          Keys: { model: { S: FilterRule.or(...models) } },
          OldImage: { sync_stamp: { S: FilterRule.exists() } },
        },
      }),
    ],
    failures: streamFailures,
  });
  return erpStream;
}

function createWorker(
  scope: Construct,
  parts: ErpParts,
  queues: Pick<ErpImport, 'queue' | 'failures'>,
): SyncFunction {
  const { config, erpConfig, tables, erpTables, connection, schedules, network } = parts;
  const { queue, failures } = queues;
  const erpImport = new SyncFunction(scope, 'ErpImport', {
    config,
    name: 'erp-import',
    timeout,
    // A sweep goes on in parts, a unit releases others, and while the ERP is away units come round in the queue.
    mayLoop: true,
    ...(network && { network }),
  });
  erpImport.bindTable({
    table: tables.records,
    actions: ['BatchGetItem', 'Query'],
    variable: 'RECORDS_TABLE',
  });
  // What was pulled of late is found by its time, Moodle by Moodle.
  erpImport.allow(['dynamodb:Query'], `${tables.records.tableArn}/index/pulled`);
  // UpdateItem: the brake counts what is deleted in the ERP. Scan: a sweep asks which Moodles there are.
  erpImport.bindTable({
    table: tables.instances,
    actions: ['Scan', 'GetItem', 'UpdateItem'],
    variable: 'INSTANCES_TABLE',
  });
  erpImport.bindTable({
    table: erpTables.state,
    actions: ['GetItem', 'PutItem'],
    variable: 'ERP_STATE_TABLE',
  });
  erpImport.bindTable({
    table: erpTables.mappings,
    actions: ['Query', 'BatchGetItem', 'PutItem', 'BatchWriteItem'],
    variable: 'ERP_MAPPINGS_TABLE',
  });
  // What waits for the ERP or for another record is found by its status.
  erpImport.allow(['dynamodb:Query'], `${erpTables.mappings.tableArn}/index/attention`);
  erpImport.bindQueue({ queue, variable: 'ERP_QUEUE_URL' });
  erpImport.bindQueue({ queue: failures, variable: 'ERP_FAILURES_QUEUE_URL' });
  bindErpConnection(erpImport, connection);
  erpImport.addEnvironment('IMPORT_SECONDS', String(timeout.toSeconds()));
  erpImport.addEnvironment('SWEEP_PAGE_SIZE', '500');
  erpImport.addEnvironment('SWEEP_RESERVE_SECONDS', String(Duration.minutes(1).toSeconds()));
  if (erpConfig.completionField) erpImport.addEnvironment('COMPLETION_FIELD', erpConfig.completionField);
  bindErpRetries(scope, erpImport, parts, queues);
  erpImport.addEventSource(
    new SqsEventSource(queue, { batchSize: 1, maxConcurrency: workers, reportBatchItemFailures: true }),
  );
  schedules.add('ErpImportSweepSchedule', {
    expression: erpConfig.importSweep,
    description:
      'Sweeps the import: finds what was not brought to the ERP, recent records each hour and all once a day',
    target: schedules.queueTarget('ErpImport', queue),
    input: { sweep: 'import' },
  });
  return erpImport;
}

/** The group of the push's retries, with a role that may send to this queue. */
function bindErpRetries(
  scope: Construct,
  erpImport: SyncFunction,
  { retries: { group } }: ErpParts,
  { queue, failures }: Pick<ErpImport, 'queue' | 'failures'>,
): void {
  const role = createRetryRole(scope, 'ErpRetryScheduleRole', group, {
    description: 'Lets a retry that falls due be sent to ErpQueue, or to ErpFailures if that fails',
    queue,
    deadLetters: failures,
  });
  erpImport.addEnvironment('ERP_QUEUE_ARN', queue.queueArn);
  bindRetries(erpImport, { group, role }, failures);
}
