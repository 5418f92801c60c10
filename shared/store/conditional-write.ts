import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './documents.ts';

/** Whether a write was made; false where its condition did not hold. */
export async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * Writes an item with the next revision if nobody has written it since it was read.
 *
 * @param item with the revision that was read: 0 where there was none
 * @param key an attribute that every item has
 * @returns whether it was written
 */
export function putRevised(
  client: DynamoDBDocumentClient,
  table: string,
  item: Item & { revision: number },
  key: string,
): Promise<boolean> {
  const { revision } = item;
  const isNew = revision === 0;
  return isWritten(
    client.send(
      new PutCommand({
        TableName: table,
        Item: { ...item, revision: revision + 1 },
        ConditionExpression: isNew
          ? 'attribute_not_exists(#key)'
          : 'attribute_exists(#key) AND revision = :read',
        ExpressionAttributeNames: { '#key': key },
        ...(!isNew && { ExpressionAttributeValues: { ':read': revision } }),
      }),
    ),
  );
}
