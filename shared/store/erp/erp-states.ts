import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { putRevised } from '#shared/store/conditional-write.ts';
import type { Item } from '#shared/store/documents.ts';

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

    save: (key, state) => putRevised(client, table, { ...state, key }, 'key'),
  };
}
