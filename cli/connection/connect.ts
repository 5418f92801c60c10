import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { documentClient } from '#shared/store/documents.ts';
import { erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
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
  const documents = documentClient(settings);
  const secrets = new SecretsManagerClient(settings);
  return {
    stack,
    outputs,
    deployedAt,
    now: () => Date.now() + ahead(),
    clients: {
      cloudformation,
      cloudwatch: new CloudWatchClient(settings),
      documents,
      lambda: new LambdaClient(settings),
      sqs: new SQSClient(settings),
      secrets,
    },
    instances: instancesStore(documents, outputs.InstancesTableName),
    instanceStates: instanceStates(documents, outputs.InstancesTableName),
    mappings: mappingsStore(documents, outputs.MappingsTableName),
    records: recordsStore(documents, outputs.RecordsTableName),
    tokens: tokens(secrets, outputs.SecretPrefix),
    erp: erpOutputs && {
      outputs: erpOutputs,
      connection: erpConnections(secrets, erpOutputs.ErpConnectionSecret),
      states: erpStates(documents, erpOutputs.ErpStateTableName),
    },
  };
}
