import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { SyncFunction } from '#infra/constructs/sync-function.ts';

/** The path of Secrets Manager under which each instance's token lies. */
export const secretPrefix = 'oec-moodle/';

/** Lets a function read the tokens of the instances, of which more can be added at any time. */
export function bindTokens(syncFunction: SyncFunction): void {
  syncFunction.addEnvironment('SECRET_PREFIX', secretPrefix);
  const secrets = Stack.of(syncFunction).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secretPrefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  syncFunction.allowWithin(
    ['secretsmanager:GetSecretValue'],
    secrets,
    'Instances are rows of a table; the token of each is a secret under this path.',
  );
}
