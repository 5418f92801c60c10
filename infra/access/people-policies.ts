import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { tokensArn } from '#infra/storage/resources.ts';
import { indexesOf, type Tables } from '#infra/storage/tables.ts';
import type { TableAction, TableName } from '#shared/store/part.ts';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';

/** What an operator of the stack works with. */
interface Operated {
  readonly stage: string;
  readonly tables: Tables;
  readonly queues: Readonly<Record<string, Queue>>;
  /** How the ERP is reached, where there is one. */
  readonly erpConnection: Secret | undefined;
}

/** For whoever runs `oec-moodle`: everything of this stack that the command works with, and nothing of another. */
export function createOperatorPolicy(
  scope: Construct,
  { stage, tables, queues, erpConnection }: Operated,
): ManagedPolicy {
  const stack = Stack.of(scope);
  const ownStack = stack.formatArn({
    service: 'cloudformation',
    resource: 'stack',
    resourceName: `${stack.stackName}/*`,
  });
  const tokens = tokensArn(scope, stage);
  const indexes = Object.entries(tables).flatMap(([name, { tableArn }]) =>
    indexesOf(name as TableName).map((index) => `${tableArn}/index/${index}`),
  );
  const policy = new ManagedPolicy(scope, 'OperatorPolicy', {
    description: `What the operators' command needs of ${stack.stackName}`,
    statements: [
      allow(['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'], [ownStack]),
      allow(
        tableActions.map((one) => `dynamodb:${one}`),
        Object.values(tables).map(({ tableArn }) => tableArn),
      ),
      allow(['dynamodb:Query'], indexes),
      allow(
        ['Send', 'Receive', 'Delete']
          .map((one) => `sqs:${one}Message`)
          .concat(['sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes']),
        Object.values(queues).map(({ queueArn }) => queueArn),
      ),
      allow(
        ['Create', 'Delete', 'Restore']
          .map((one) => `secretsmanager:${one}Secret`)
          .concat(secretValueActions),
        [tokens],
      ),
      ...(erpConnection ? [allow(secretValueActions, [erpConnection.secretArn])] : []),
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

/** Every way to read and write a table. */
const tableActions = [
  ...['GetItem', 'BatchGetItem', 'Query', 'Scan'],
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
] as const satisfies TableAction[];

const secretValueActions = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
