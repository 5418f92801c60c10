import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '#infra/constructs/acknowledge-wildcard.ts';
import { readActions, type TableAction, writeActions } from '#infra/constructs/sync-function.ts';

/** What an operator of the stack works with. */
export interface OperatedParts {
  readonly tables: readonly Table[];
  /** The indexes that list what needs attention, or came back. */
  readonly indexes: readonly string[];
  readonly queues: readonly Queue[];
  /** Under which the tokens of the instances lie. */
  readonly secretPrefix: string;
  /** How the ERP is reached, where there is one. */
  readonly erpConnection: Secret | undefined;
}

/** For whoever runs `oec-moodle`: everything of this stack that the command works with, and nothing of another. */
export function createOperatorPolicy(scope: Construct, parts: OperatedParts): ManagedPolicy {
  const stack = Stack.of(scope);
  const ownStack = stack.formatArn({
    service: 'cloudformation',
    resource: 'stack',
    resourceName: `${stack.stackName}/*`,
  });
  const tokens = stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${parts.secretPrefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const policy = new ManagedPolicy(scope, 'OperatorPolicy', {
    description: `What the operators' command needs of ${stack.stackName}`,
    statements: [
      allow(['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'], [ownStack]),
      allow(
        ([...readActions, 'Scan', ...writeActions] satisfies TableAction[]).map((one) => `dynamodb:${one}`),
        parts.tables.map(({ tableArn }) => tableArn),
      ),
      allow(['dynamodb:Query'], [...parts.indexes]),
      allow(
        ['Send', 'Receive', 'Delete']
          .map((one) => `sqs:${one}Message`)
          .concat(['sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes']),
        parts.queues.map(({ queueArn }) => queueArn),
      ),
      allow(
        ['Create', 'Delete', 'Restore']
          .map((one) => `secretsmanager:${one}Secret`)
          .concat(secretValueActions),
        [tokens],
      ),
      ...(parts.erpConnection ? [allow(secretValueActions, [parts.erpConnection.secretArn])] : []),
      allow(['cloudwatch:GetMetricData', 'lambda:GetAccountSettings'], ['*']),
    ],
  });
  acknowledgeWildcard(policy, ownStack, 'The id that CloudFormation gives a stack is not known beforehand.');
  acknowledgeWildcard(policy, tokens, 'Instances are registered by the operator.');
  acknowledgeWildcard(policy, '*', 'Neither of these two actions, which only read figures, knows resources.');
  return policy;
}

/** For an ERP that writes its records into the table itself, and reads what came from Moodle. */
export function createRecordsWriterPolicy(scope: Construct, records: Table): ManagedPolicy {
  return new ManagedPolicy(scope, 'RecordsWriterPolicy', {
    description: `What an ERP needs that writes its records into the table of ${Stack.of(scope).stackName}`,
    statements: [
      allow(['dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'], [records.tableArn]),
      allow(['dynamodb:Query'], [`${records.tableArn}/index/pulled`]),
    ],
  });
}

const secretValueActions = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
