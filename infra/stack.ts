import { type App, CfnOutput, CliCredentialsStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Config } from '#infra/config.ts';
import { createAlarms } from '#infra/constructs/alarms.ts';
import { secretPrefix } from '#infra/constructs/bind-tokens.ts';
import { concurrentExecutions } from '#infra/constructs/concurrent-executions.ts';
import { createDashboard } from '#infra/constructs/dashboard.ts';
import { createDrift } from '#infra/constructs/drift.ts';
import { createErp } from '#infra/constructs/erp/erp.ts';
import { createHealthCheck } from '#infra/constructs/health-check.ts';
import { createNetwork } from '#infra/constructs/network.ts';
import { createOperatorPolicy, createRecordsWriterPolicy } from '#infra/constructs/people-policies.ts';
import { createPulls } from '#infra/constructs/pulls.ts';
import { createPushSweep } from '#infra/constructs/push-sweep.ts';
import { createPushWorker } from '#infra/constructs/push-worker.ts';
import { createQueues } from '#infra/constructs/queues.ts';
import { createRecordStream } from '#infra/constructs/record-stream.ts';
import { createRetention } from '#infra/constructs/retention.ts';
import { createRetries } from '#infra/constructs/retries.ts';
import { Schedules } from '#infra/constructs/schedules.ts';
import { createTables } from '#infra/constructs/tables.ts';
import { metricsNamespace } from '#shared/metrics-namespace.ts';

/** What the stack of a stage is called. */
export function stackName({ stage }: Config): string {
  return `oec-moodle-sync-${stage}`;
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
    const tables = createTables(this, config);
    const queues = createQueues(this);
    const retries = createRetries(this, queues);
    const network = createNetwork(this, config);
    const recordStream = createRecordStream(this, { config, tables, queues });
    const pushWorker = createPushWorker(this, { config, tables, queues, retries, network });
    const schedules = new Schedules(this, queues.scheduleFailures);
    const pushSweep = createPushSweep(this, { config, tables, queues, schedules });
    const pulls = createPulls(this, { config, tables, queues, schedules, network });
    const drift = createDrift(this, { config, tables, queues, schedules, network });
    const healthCheck = createHealthCheck(this, { config, tables, schedules, network });
    const erp =
      config.erp &&
      createErp(this, { config, erpConfig: config.erp, tables, queues, retries, schedules, network });
    const { retentionDays } = config;
    const retention =
      retentionDays === false
        ? undefined
        : createRetention(this, { config, retentionDays, tables, queues, schedules });
    const watched = {
      tables,
      queues,
      retention,
      recordStream,
      pushWorker,
      pushSweep,
      drift,
      healthCheck,
      ...pulls,
    };
    const alarms = createAlarms(this, { config, further: erp?.watches ?? [], ...watched });
    createDashboard(this, { config, alarms, further: erp?.widgets ?? [], ...watched });

    const operator = createOperatorPolicy(this, {
      tables: [...Object.values(tables), ...(erp ? Object.values(erp.tables) : [])],
      indexes: [
        `${tables.records.tableArn}/index/pulled`,
        ...[tables.mappings, ...(erp ? [erp.tables.mappings] : [])].map(
          ({ tableArn }) => `${tableArn}/index/attention`,
        ),
      ],
      queues: [...Object.values(queues).filter((each) => each instanceof Queue), ...(erp?.queues ?? [])],
      secretPrefix: secretPrefix(config.stage),
      erpConnection: erp?.connection,
    });
    const recordsWriter = createRecordsWriterPolicy(this, tables.records);

    // Read by the embedded cloud and by the operators' command; the keys are part of the interface.
    const outputs = {
      RecordsTableName: tables.records.tableName,
      LinksTableName: tables.links.tableName,
      MappingsTableName: tables.mappings.tableName,
      InstancesTableName: tables.instances.tableName,
      PushQueueUrl: queues.push.queueUrl,
      SweepQueueUrl: queues.sweep.queueUrl,
      PullQueueUrl: queues.pull.queueUrl,
      DriftQueueUrl: queues.drift.queueUrl,
      PermanentlyFailedQueueUrl: queues.permanentlyFailed.queueUrl,
      PullFailuresQueueUrl: queues.pullFailures.queueUrl,
      StreamFailuresQueueUrl: queues.streamFailures.queueUrl,
      ScheduleFailuresQueueUrl: queues.scheduleFailures.queueUrl,
      ConcurrentExecutions: String(concurrentExecutions(this)),
      OperatorPolicyArn: operator.managedPolicyArn,
      RecordsWriterPolicyArn: recordsWriter.managedPolicyArn,
      SecretPrefix: secretPrefix(config.stage),
      MetricsNamespace: metricsNamespace(config.stage),
    };
    for (const [key, value] of Object.entries(outputs)) new CfnOutput(this, key, { value });
  }
}
