import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { RecordPages, RecordReader } from '#shared/models/records.ts';
import type { AttentionReader, MappingPages, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import type { ErpConnection } from '#shared/odoo/client/connection.ts';
import type { ErpStates } from '#shared/store/erp/erp-states.ts';
import type { Part } from '#shared/store/part.ts';
import type { Tokens } from '#shared/store/secrets/tokens.ts';
import type { InstanceStates } from '#shared/store/tables/instance-states.ts';
import type { InstancesStore } from '#shared/store/tables/instances-store.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';

/** The outputs of the stack that the command needs (infra/stack.ts). */
export const stackOutputsSchema = z.object({
  RecordsTableName: z.string(),
  LinksTableName: z.string(),
  MappingsTableName: z.string(),
  InstancesTableName: z.string(),
  PushQueueUrl: z.string(),
  SweepQueueUrl: z.string(),
  PullQueueUrl: z.string(),
  DriftQueueUrl: z.string(),
  PermanentlyFailedQueueUrl: z.string(),
  PullFailuresQueueUrl: z.string(),
  StreamFailuresQueueUrl: z.string(),
  ScheduleFailuresQueueUrl: z.string(),
  SecretPrefix: z.string(),
  MetricsNamespace: z.string(),
  ConcurrentExecutions: z.string(),
});
export type StackOutputs = z.infer<typeof stackOutputsSchema>;

/** The outputs of its ERP's side (infra/stack.ts); a stack that is configured without an ERP has none. */
export const erpOutputsSchema = z.object({
  ErpStateTableName: z.string(),
  ErpMappingsTableName: z.string(),
  ErpConnectionSecret: z.string(),
  ErpQueueUrl: z.string(),
  ErpFailuresQueueUrl: z.string(),
  ErpStreamFailuresQueueUrl: z.string(),
  /** Where the configuration names a field for completion. */
  ErpCompletionField: z.string().optional(),
});
export type ErpOutputs = z.infer<typeof erpOutputsSchema>;

/** The ERP's side of a stack. */
export interface ErpDeployment {
  readonly outputs: ErpOutputs;
  /** How the ERP is reached; undefined while it is not connected. @throws ErpConnectionError */
  connection(): Promise<ErpConnection | undefined>;
  readonly states: ErpStates;
}

/** A stack that runs, in an AWS account or in the embedded cloud, and the means to reach its parts. */
export interface Deployment {
  readonly stack: string;
  readonly outputs: StackOutputs;
  /** When it was deployed first, in milliseconds since 1970. */
  readonly deployedAt: number;
  /** The time where the stack runs, in milliseconds since 1970; that of this machine may differ. */
  now(): number;
  readonly clock: Clock;
  /** Tells nobody anything: the command itself says what came of it. */
  readonly log: Log;
  /** Opens a part of the stack, as its functions do. */
  open<Store>(part: Part<Store>): Store;
  readonly clients: {
    readonly cloudformation: CloudFormationClient;
    readonly cloudwatch: CloudWatchClient;
    readonly documents: DynamoDBDocumentClient;
    readonly lambda: LambdaClient;
    readonly sqs: SQSClient;
    readonly secrets: SecretsManagerClient;
  };
  readonly instances: InstancesStore;
  readonly instanceStates: InstanceStates;
  readonly mappings: MappingStore & MappingPages & AttentionReader;
  readonly records: RecordReader<string> & RecordPages<string>;
  readonly tokens: Tokens;
  /** Undefined where the stack is configured without an ERP. */
  readonly erp: ErpDeployment | undefined;
}
