import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import { bindTokens } from '#infra/constructs/bind-tokens.ts';
import type { Network } from '#infra/constructs/network.ts';
import { pushTimeout, type Queues } from '#infra/constructs/queues.ts';
import { bindRetries, type Retries } from '#infra/constructs/retries.ts';
import { readActions, SyncFunction, writeActions } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';

export interface PushWorkerProps {
  readonly config: Config;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly retries: Retries;
  readonly network?: Network | undefined;
}

/** push-worker: works off work units by calling Moodle, several at a time. */
export function createPushWorker(scope: Construct, props: PushWorkerProps): SyncFunction {
  const { config, tables, queues, retries, network } = props;
  const { workers, reservedConcurrency } = config;
  const pushWorker = new SyncFunction(scope, 'PushWorker', {
    config,
    name: 'push-worker',
    timeout: pushTimeout,
    // A unit releases others, and those the next ones: in Lambda's eyes all of them are one chain.
    mayLoop: true,
    ...(reservedConcurrency && { reservedConcurrentExecutions: reservedConcurrency }),
    ...(network && { network }),
  });
  pushWorker.bindTable({ table: tables.records, actions: readActions, variable: 'RECORDS_TABLE' });
  pushWorker.bindTable({ table: tables.links, actions: readActions, variable: 'LINKS_TABLE' });
  pushWorker.bindTable({
    table: tables.mappings,
    actions: [...readActions, ...writeActions],
    variable: 'MAPPINGS_TABLE',
  });
  // What waits for an instance or for another record is found by its status.
  pushWorker.allow(['dynamodb:Query'], `${tables.mappings.tableArn}/index/attention`);
  pushWorker.bindTable({
    table: tables.instances,
    actions: ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PutItem', 'UpdateItem'],
    variable: 'INSTANCES_TABLE',
  });
  pushWorker.addEnvironment('PUSH_WORKERS', String(workers));
  pushWorker.bindQueue({ queue: queues.push, variable: 'PUSH_QUEUE_URL' });
  pushWorker.bindQueue({ queue: queues.permanentlyFailed, variable: 'PERMANENTLY_FAILED_QUEUE_URL' });
  pushWorker.addEnvironment('PUSH_QUEUE_ARN', queues.push.queueArn);
  bindRetries(pushWorker, retries, queues.permanentlyFailed);
  bindTokens(pushWorker, config);

  // The mapping does not look at reserved concurrency: without a maximum it would fetch more than can be
  // worked off, and what is throttled ends in the dead-letter queue though nothing is wrong with it.
  pushWorker.addEventSource(
    new SqsEventSource(queues.push, { batchSize: 1, maxConcurrency: workers, reportBatchItemFailures: true }),
  );
  return pushWorker;
}
