import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Config } from '#infra/config.ts';
import type { SyncFunction } from '#infra/constructs/sync-function.ts';

/** The path of Secrets Manager under which the tokens of a stage's instances lie. */
export function secretPrefix(stage: string): string {
  return `oec-moodle/${stage}/`;
}

/** Lets a function read the tokens of the instances, of which more can be added at any time. */
export function bindTokens(syncFunction: SyncFunction, { stage }: Config): void {
  const prefix = secretPrefix(stage);
  syncFunction.addEnvironment('SECRET_PREFIX', prefix);
  const secrets = Stack.of(syncFunction).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  syncFunction.allowWithin(
    ['secretsmanager:GetSecretValue'],
    secrets,
    'Instances are rows of a table; the token of each is a secret under this path.',
  );
}
