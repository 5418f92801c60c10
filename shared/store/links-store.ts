import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { LinkReader } from '#shared/engine/ports.ts';
import { batchWrite } from './documents.ts';

/** One record (`op.batch#3`) refers to another (`op.course#7`). */
export interface Link {
  target: string;
  source: string;
}

export interface LinksStore extends LinkReader {
  /** Adds and removes links; adding one that is there, or removing one that is not, changes nothing. */
  write(added: Link[], removed: Link[]): Promise<void>;
}

/** The RecordLinks table: which records refer to which. Kept by record-stream, so it is as fresh as the stream. */
export function linksStore(client: DynamoDBDocumentClient, table: string): LinksStore {
  return {
    async sources(target, model) {
      const prefix = `${model}#`;
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'target = :target AND begins_with(#source, :prefix)',
          ExpressionAttributeNames: { '#source': 'source' },
          ExpressionAttributeValues: { ':target': target, ':prefix': prefix },
        },
      );
      const ids: string[] = [];
      for await (const page of pages) {
        for (const item of page.Items ?? []) ids.push(String(item.source).slice(prefix.length));
      }
      return ids;
    },

    async write(added, removed) {
      await batchWrite(client, table, { put: added.map(toItem), remove: removed.map(toItem) });
    },
  };
}

function toItem({ target, source }: Link) {
  return { target, source };
}
