import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './documents.ts';

/** A state with the number of its writes: whoever has read an older one does not overwrite a newer one. */
export type Revised = { revision: number };

/** The ErpState table: what is known of the ERP as a whole, under a key for each thing. */
export interface ErpStates {
  /** The state as it was written, with its revision; undefined where there is none. */
  read(key: string): Promise<Item | undefined>;
  /** Writes the state if nobody has written it since it was read (revision 0: not there), and answers whether it did. */
  save<State extends Revised>(key: string, state: State): Promise<boolean>;
}

export function erpStates(client: DynamoDBDocumentClient, table: string): ErpStates {
  return {
    async read(key) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: { key }, ConsistentRead: true }),
      );
      return Item;
    },

    async save(key, state) {
      const { revision } = state;
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...state, key, revision: revision + 1 },
            ConditionExpression:
              revision === 0 ? 'attribute_not_exists(#key)' : 'attribute_exists(#key) AND revision = :read',
            ExpressionAttributeNames: { '#key': 'key' },
            ...(revision > 0 && { ExpressionAttributeValues: { ':read': revision } }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
