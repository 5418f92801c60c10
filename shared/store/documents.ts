import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { readOptions } from './numbers.ts';

/** Any item of a table. */
export type Item = Record<string, NativeAttributeValue>;

/**
 * How often a request is made before its caller hears that DynamoDB has no capacity for it: with the SDK's pauses, a
 * second at first and twice as long each time, half a minute or so. Its own four attempts are over in three seconds.
 */
const maxAttempts = 7;

/** A client of all tables. Fields that are not set are left out of an item; no number in it stops a reading. */
export function documentClient(settings: DynamoDBClientConfig = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ maxAttempts, ...settings });
  // Nobody reads its log, for which every answer would be copied: a tenth of what reading costs a sweep.
  client.middlewareStack.remove('loggerMiddleware');
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
    // A copy: the client puts a setting of its own into what it is given.
    unmarshallOptions: { ...readOptions },
  });
}
