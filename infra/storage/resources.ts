import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { ResourceName } from '#shared/store/part.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';

/** What a function may be granted something on. */
export interface Resource {
  /** What the function finds in its environment. */
  readonly value: string;
  readonly arn: string;
  /** Why the ARN is a pattern, where it is one. */
  readonly why?: string;
  /** The role that is handed on with it. */
  readonly role?: string;
}

/** Those that the stack has. */
export type Resources = Partial<Record<ResourceName, Resource>>;

/** The path of Secrets Manager under which the tokens of a stage's instances lie. */
export function secretPrefix(stage: string): string {
  return `oec-moodle/${stage}/`;
}

/** The tokens of a stage's instances, of which more can be added at any time. */
export function tokensArn(scope: Construct, stage: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secretPrefix(stage)}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** The resources that parts of functions are of (shared/store/part.ts), but for the retries. */
export function createResources(
  scope: Construct,
  {
    stage,
    tables,
    queues,
    erpConnection,
  }: {
    stage: string;
    tables: Tables;
    queues: Queues;
    erpConnection: Secret | undefined;
  },
): Resources {
  return {
    ...Object.fromEntries(
      Object.entries(tables).map(([name, { tableName, tableArn }]) => [
        name,
        { value: tableName, arn: tableArn },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(queues).map(([name, { queueUrl, queueArn }]) => [
        name,
        { value: queueUrl, arn: queueArn },
      ]),
    ),
    SecretPrefix: {
      value: secretPrefix(stage),
      arn: tokensArn(scope, stage),
      why: 'Instances are rows of a table; the token of each is a secret under this path.',
    },
    ...(erpConnection && {
      ErpConnectionSecret: { value: erpConnection.secretArn, arn: erpConnection.secretArn },
    }),
  };
}
