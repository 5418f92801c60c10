import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Config, ErpConfig } from '#infra/config.ts';
import { createErpConnection } from '#infra/constructs/erp/erp-connection.ts';
import { createErpExport } from '#infra/constructs/erp/erp-export.ts';
import { createErpImport } from '#infra/constructs/erp/erp-import.ts';
import { importWatches, importWidgets } from '#infra/constructs/erp/erp-import-watches.ts';
import type { Network } from '#infra/constructs/network.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import type { Retries } from '#infra/constructs/retries.ts';
import type { Schedules } from '#infra/constructs/schedules.ts';
import { createErpTables, type ErpTables, type Tables } from '#infra/constructs/tables.ts';
import type { Watch } from '#infra/constructs/watches.ts';

export interface ErpProps {
  readonly config: Config;
  readonly erpConfig: ErpConfig;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly retries: Retries;
  readonly schedules: Schedules;
  readonly network?: Network | undefined;
}

/** What the parts of the ERP's side share. */
export interface ErpParts extends ErpProps {
  readonly connection: Secret;
  readonly erpTables: ErpTables;
}

/** What of the ERP's side is seen from outside. */
export interface ErpSide {
  readonly watches: Watch[];
  /** Rows of the dashboard. */
  readonly widgets: IWidget[][];
  /** What an operator works with. */
  readonly connection: Secret;
  readonly tables: ErpTables;
  readonly queues: Queue[];
}

/** Everything of the ERP's side; without its configuration nothing of this is in the stack. */
export function createErp(stack: Stack, props: ErpProps): ErpSide {
  const erpTables = createErpTables(stack, props.config);
  const connection = createErpConnection(stack, props.config);
  const parts: ErpParts = { ...props, erpTables, connection };
  const erpImport = createErpImport(stack, parts);
  const outputs = {
    ErpStateTableName: erpTables.state.tableName,
    ...(props.erpConfig.completionField !== undefined && {
      ErpCompletionField: props.erpConfig.completionField,
    }),
    ErpMappingsTableName: erpTables.mappings.tableName,
    ErpConnectionSecret: connection.secretArn,
    ErpQueueUrl: erpImport.queue.queueUrl,
    ErpFailuresQueueUrl: erpImport.failures.queueUrl,
    ErpStreamFailuresQueueUrl: erpImport.streamFailures.queueUrl,
  };
  for (const [key, value] of Object.entries(outputs)) new CfnOutput(stack, key, { value });
  return {
    watches: [...createErpExport(stack, parts), ...importWatches(erpImport)],
    widgets: importWidgets(erpImport),
    connection,
    tables: erpTables,
    queues: [erpImport.queue, erpImport.failures, erpImport.streamFailures],
  };
}
