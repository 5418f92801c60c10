import { type App, CfnOutput, CliCredentialsStackSynthesizer, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Declaration } from '#functions/declaration.ts';
import { drift } from '#functions/drift/declaration.ts';
import { erpExport } from '#functions/erp-export/declaration.ts';
import { erpImport } from '#functions/erp-import/declaration.ts';
import { erpStream } from '#functions/erp-stream/declaration.ts';
import { healthCheck } from '#functions/health-check/declaration.ts';
import { pullPlanner } from '#functions/pull-planner/declaration.ts';
import { pullWorker } from '#functions/pull-worker/declaration.ts';
import { pushSweep } from '#functions/push-sweep/declaration.ts';
import { pushWorker } from '#functions/push-worker/declaration.ts';
import { recordStream } from '#functions/record-stream/declaration.ts';
import { retention } from '#functions/retention/declaration.ts';
import { createOperatorPolicy, createRecordsWriterPolicy } from '#infra/access/people-policies.ts';
import type { Config } from '#infra/config.ts';
import { concurrentExecutions } from '#infra/functions/concurrent-executions.ts';
import { createFunctions } from '#infra/functions/create-functions.ts';
import { createNetwork } from '#infra/functions/network.ts';
import { createRetries } from '#infra/functions/retries.ts';
import { createErpConnection } from '#infra/storage/erp-connection.ts';
import { createQueues } from '#infra/storage/queues.ts';
import { createResources, secretPrefix } from '#infra/storage/resources.ts';
import { createTables } from '#infra/storage/tables.ts';
import { createAlarms } from '#infra/watch/alarms.ts';
import { createDashboard } from '#infra/watch/dashboard.ts';
import { erpWatches, erpWidgets } from '#infra/watch/erp-watches.ts';
import { watches } from '#infra/watch/watches.ts';
import { metricsNamespace } from '#shared/metrics-namespace.ts';
import { outputOf, type QueueName, type TableName } from '#shared/store/part.ts';

/** What the stack of a stage is called. */
export function stackName({ stage }: Config): string {
  return `oec-moodle-sync-${stage}`;
}

/** The functions that a configuration asks for. */
export function declarationsFor({ retentionDays, erp }: Config): Declaration[] {
  return [
    recordStream,
    pushWorker,
    pushSweep,
    pullPlanner,
    pullWorker,
    drift,
    healthCheck,
    ...(retentionDays === false ? [] : [retention]),
    ...(erp ? [erpExport, erpStream, erpImport] : []),
  ];
}

/** Everything that runs in an AWS account, for any account and region. */
export class SyncStack extends Stack {
  constructor(app: App, config: Config) {
    super(app, stackName(config), {
      description: `Joins OpenEduCat and Moodle (${config.stage})`,
      tags: { project: 'oec-moodle-sync', stage: config.stage },
      terminationProtection: config.protected,
      ...(config.deployWith === 'credentials' && { synthesizer: new CliCredentialsStackSynthesizer() }),
    });
    const { stage, erp } = config;
    const declarations = declarationsFor(config);
    const tables = createTables(this, config);
    const queues = createQueues(this, declarations);
    const erpConnection = erp && createErpConnection(this, config);
    const functions = createFunctions(declarations, {
      scope: this,
      config,
      tables,
      queues,
      resources: {
        ...createResources(this, { stage, tables, queues, erpConnection }),
        ...createRetries(this, declarations, queues),
      },
      group: new ScheduleGroup(this, 'ScheduleGroup', { removalPolicy: RemovalPolicy.DESTROY }),
      network: createNetwork(this, config),
    });
    const watched = { tables, queues, functions };
    const alarms = createAlarms(this, config, [...watches(watched), ...(erp ? erpWatches(watched) : [])]);
    createDashboard(this, { stage, alarms, further: erp ? erpWidgets(watched) : [], ...watched });

    // Nobody works with the retention's queue but the retention.
    const { RetentionQueue: _own, ...operated } = queues;
    const operator = createOperatorPolicy(this, { stage, tables, queues: operated, erpConnection });
    const recordsWriter = createRecordsWriterPolicy(this, tables.RecordsTable);

    // Read by the embedded cloud and by the operators' command; the keys are part of the interface.
    const outputs = {
      ...Object.fromEntries(
        Object.entries(tables).map(([name, table]) => [outputOf(name as TableName), table.tableName]),
      ),
      ...Object.fromEntries(
        Object.entries(operated).map(([name, queue]) => [outputOf(name as QueueName), queue.queueUrl]),
      ),
      ConcurrentExecutions: String(concurrentExecutions(this)),
      OperatorPolicyArn: operator.managedPolicyArn,
      RecordsWriterPolicyArn: recordsWriter.managedPolicyArn,
      SecretPrefix: secretPrefix(stage),
      MetricsNamespace: metricsNamespace(stage),
      ErpConnectionSecret: erpConnection?.secretArn,
      ErpCompletionField: erp?.completionField,
    };
    for (const [key, value] of Object.entries(outputs))
      if (value !== undefined) new CfnOutput(this, key, { value });
  }
}
