import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { documentClient } from '#shared/store/documents.ts';
import { erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { connection, outputOf, type Part, queueClient, secretsClient } from '#shared/store/part.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { awsSettings, type ConnectionOptions } from './aws-settings.ts';
import { cloudTime } from './cloud-time.ts';
import type { Deployment } from './deployment.ts';
import { findStack } from './find-stack.ts';

/**
 * Finds the stack and opens the clients of its parts, with the operator's own credentials.
 *
 * @throws OperatorError when there is no such stack
 */
export async function connect(options: ConnectionOptions): Promise<Deployment> {
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
    deployedAt,
    now,
    clock: at.clock,
    log: at.log,
    open,
    clients: {
      cloudformation,
      cloudwatch: new CloudWatchClient(settings),
      documents: at.client(documentClient),
      lambda: new LambdaClient(settings),
      sqs: at.client(queueClient),
      secrets: at.client(secretsClient),
    },
    instances: open(instancesStore),
    instanceStates: open(instanceStates),
    mappings: open(mappingsStore),
    records: open(recordsStore),
    tokens: open(tokens),
    erp: erpOutputs && { outputs: erpOutputs, connection: open(erpConnections), states: open(erpStates) },
  };
}
