import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Config, ErpConfig } from '#infra/config.ts';
import { createErpConnection } from '#infra/constructs/erp/erp-connection.ts';
import { createErpExport } from '#infra/constructs/erp/erp-export.ts';
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

/**
 * Everything of the ERP's side; without its configuration nothing of this is in the stack.
 *
 * @returns what is watched of it
 */
export function createErp(stack: Stack, props: ErpProps): Watch[] {
  const erpTables = createErpTables(stack, props.config);
  const connection = createErpConnection(stack, props.config);
  const parts: ErpParts = { ...props, erpTables, connection };
  const outputs = {
    ErpStateTableName: erpTables.state.tableName,
    ErpMappingsTableName: erpTables.mappings.tableName,
    ErpConnectionSecret: connection.secretArn,
  };
  for (const [key, value] of Object.entries(outputs)) new CfnOutput(stack, key, { value });
  return [...createErpExport(stack, parts)];
}
