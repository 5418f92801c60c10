import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { documentClient } from '#shared/store/documents.ts';
import { erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { connection, outputOf, type Part, queueClient, secretsClient } from '#shared/store/part.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { operatorLog } from '#shared/store/tables/operator-log.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { awsSettings, type ConnectionOptions } from './aws-settings.ts';
import { cloudTime } from './cloud-time.ts';
import { findStack } from './find-stack.ts';

/** A stack that runs, in an AWS account or in the embedded cloud, and the means to reach its parts. */
export type Deployment = Awaited<ReturnType<typeof connect>>;
/** The ERP's side of it. */
export type ErpDeployment = NonNullable<Deployment['erp']>;

/**
 * Finds the stack and opens the clients of its parts, with the operator's own credentials.
 *
 * @throws OperatorError when there is no such stack
 */
export async function connect(options: ConnectionOptions) {
  const settings = await awsSettings(options);
  const cloudformation = new CloudFormationClient(settings);
  const ahead = cloudTime(cloudformation);
  const { stack, outputs, erpOutputs, deployedAt } = await findStack(cloudformation, options.stack);
  const now = () => Date.now() + ahead();
  const all: Record<string, string | undefined> = { ...outputs, ...erpOutputs };
  const at = connection(settings, {
    nameOf: (resource) => all[outputOf(resource)]!,
    clock: { now, sleep: (milliseconds) => sleep(milliseconds) },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const open = <Store>(part: Part<Store>) => part.open(at);
  return {
    stack,
    outputs,
    /** When it was deployed first, in milliseconds since 1970. */
    deployedAt,
    /** The time where the stack runs, in milliseconds since 1970; that of this machine may differ. */
    now,
    clock: at.clock,
    /** Tells nobody anything: the command itself says what came of it. */
    log: at.log,
    /** Opens a part of the stack, as its functions do. */
    open,
    clients: {
      cloudformation,
      cloudwatch: new CloudWatchClient(settings),
      documents: at.client(documentClient),
      lambda: new LambdaClient(settings),
      sqs: at.client(queueClient),
      secrets: at.client(secretsClient),
      sts: new STSClient(settings),
    },
    instances: open(instancesStore),
    instanceStates: open(instanceStates),
    mappings: open(mappingsStore),
    operatorLog: open(operatorLog),
    records: open(recordsStore),
    tokens: open(tokens),
    /** Undefined where the stack is configured without an ERP. */
    erp: erpOutputs && { outputs: erpOutputs, connection: open(erpConnections), states: open(erpStates) },
  };
}

/** The records and mappings of an instance as the push sees them. */
export function openWorld({ open, records, mappings, now }: Deployment, instance: Instance): RecordView {
  return new RecordView(instance, records, open(linksStore), mappings, now());
}
