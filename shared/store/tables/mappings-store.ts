import type {
  AttentionReader,
  Mapping,
  MappingPages,
  MappingStore,
} from '#shared/moodle/mappings/mapping.ts';
import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';

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

function openMappings(table: Table): MappingStore & MappingPages & AttentionReader {
  return {
    async getMany(instance, idnumbers) {
      const items = await table.getFrom({ instance }, 'idnumber', idnumbers);
      return new Map([...items].map(([idnumber, item]) => [idnumber, toMapping(item)]));
    },

    async listByPrefix(instance, prefix) {
      return (await table.query({ instance }, { idnumber: prefix })).map(toMapping);
    },

    async page(instance, { from, to, after, limit, notes }) {
      const { items, last } = await table.page({
        KeyConditionExpression: '#instance = :instance AND idnumber BETWEEN :first AND :last',
        ...only(notes),
        ExpressionAttributeNames: { '#instance': 'instance', ...only(notes)?.ExpressionAttributeNames },
        ExpressionAttributeValues: { ':instance': instance, ':first': from, ':last': to },
        ...(after !== undefined && { ExclusiveStartKey: { instance, idnumber: after } }),
        ...(limit !== undefined && { Limit: limit }),
      });
      return { mappings: items.map(toMapping), after: last && String(last.idnumber) };
    },

    async listAttention(instance, status) {
      return (await attentionOf(table, { instance }, status)).map(toMapping);
    },

    save: (mapping) => table.putRevised(toItem(mapping), 'idnumber'),

    remove: (instance, idnumbers) =>
      table.write({ remove: idnumbers.map((idnumber) => ({ instance, idnumber })) }),
  };
}

/** The rows of a table of mappings that need a look and have a status, the one that failed longest ago first. */
export function attentionOf(
  table: Table,
  partition: Record<string, string>,
  status: RowStatus,
): Promise<Item[]> {
  return table.query(partition, { attention: `${status}#` }, { IndexName: 'attention' });
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
