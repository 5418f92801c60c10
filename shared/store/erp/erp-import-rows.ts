import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Failure } from '#shared/sync/failure.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';

/** What the ErpMappings table says of one record from Moodle, as far as it is counted. */
export interface ImportRow {
  /** The record's id in OecRecords. */
  id: string;
  status: RowStatus;
  failure?: Failure;
  last_synced_at?: string;
}

/** All records of a model that the import has come to, one after another in the order of their ids. */
export async function* eachImportRow(
  client: DynamoDBDocumentClient,
  table: string,
  model: string,
): AsyncIterable<ImportRow> {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: 'model = :model',
      // Rows that only say which record one of the ERP's is have no status.
      FilterExpression: 'attribute_exists(#status)',
      ProjectionExpression: 'id, #status, failure, last_synced_at',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':model': model },
    },
  );
  for await (const page of pages) yield* (page.Items ?? []) as ImportRow[];
}
