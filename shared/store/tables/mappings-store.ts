import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type {
  AttentionReader,
  Mapping,
  MappingPages,
  MappingStore,
} from '#shared/moodle/mappings/mapping.ts';
import { putRevised } from '#shared/store/conditional-write.ts';
import { batchGet, batchWrite, type Item, queryByPrefix } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';

/** The MoodleMappings table. Its sparse index `attention` holds the rows that are not synced, by status and time. */
export const mappingsStore = tableStore(
  'MappingsTable',
  {
    getMany: 'BatchGetItem',
    listByPrefix: 'Query',
    page: 'Query',
    listAttention: 'index/attention',
    save: 'PutItem',
    remove: 'BatchWriteItem',
  },
  openMappings,
);

function openMappings(
  client: DynamoDBDocumentClient,
  table: string,
): MappingStore & MappingPages & AttentionReader {
  return {
    async getMany(instance, idnumbers) {
      const items = await batchGet(
        client,
        table,
        [...new Set(idnumbers)].map((idnumber) => ({ instance, idnumber })),
      );
      return new Map(items.map((item) => [String(item.idnumber), toMapping(item)]));
    },

    async listByPrefix(instance, prefix) {
      const items = await queryByPrefix(client, {
        table,
        partition: { name: 'instance', value: instance },
        sort: { name: 'idnumber', value: prefix },
      });
      return items.map(toMapping);
    },

    async page(instance, { from, to, after, limit, notes }) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#instance = :instance AND idnumber BETWEEN :first AND :last',
          ...only(notes),
          ExpressionAttributeNames: { '#instance': 'instance', ...only(notes)?.ExpressionAttributeNames },
          ExpressionAttributeValues: { ':instance': instance, ':first': from, ':last': to },
          ...(after !== undefined && { ExclusiveStartKey: { instance, idnumber: after } }),
          ...(limit !== undefined && { Limit: limit }),
        }),
      );
      return {
        mappings: Items.map(toMapping),
        after: LastEvaluatedKey && String(LastEvaluatedKey.idnumber),
      };
    },

    async listAttention(instance, status) {
      const items = await queryByPrefix(client, {
        table,
        index: 'attention',
        partition: { name: 'instance', value: instance },
        sort: { name: 'attention', value: `${status}#` },
      });
      return items.map(toMapping);
    },

    save: (mapping) => putRevised(client, table, toItem(mapping), 'idnumber'),

    async remove(instance, idnumbers) {
      await batchWrite(client, table, { remove: idnumbers.map((idnumber) => ({ instance, idnumber })) });
    },
  };
}

/** What tells whether a push is needed. */
const standing = [
  ...[
    'instance',
    'idnumber',
    'service',
    'model',
    'record_id',
    'status',
    'revision',
    'moodle_id',
    'sync_hash',
  ],
  ...[
    'active',
    'attempts',
    'attempted_hash',
    'failure',
    'last_failed_at',
    'next_attempt_at',
    'claimed_until',
  ],
  'adoption',
] as const satisfies readonly (keyof Mapping)[];

/** A projection to that, and to some keys of `extra_data`. */
function only(notes: readonly string[] | undefined) {
  if (!notes) return undefined;
  const paths = [...standing, ...notes.map((note) => `extra_data.${note}`)];
  const names = [...new Set(paths.join('.').split('.'))];
  return {
    ProjectionExpression: paths.map((path) => path.replace(/(^|\.)/g, '$1#')).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
  };
}

/** The item of a mapping; `attention` is only there for rows that an operator may have to look at. */
function toItem(mapping: Mapping): Item & { revision: number } {
  const attention =
    mapping.status === 'synced' ? undefined : `${mapping.status}#${mapping.last_failed_at ?? ''}`;
  return { ...mapping, attention };
}

function toMapping(item: Item): Mapping {
  // The item is the reader's own: a copy of each would cost a sweep as much as all that it looks at.
  delete item.attention;
  return item as Mapping;
}
