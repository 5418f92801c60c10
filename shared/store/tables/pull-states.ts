import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import { changeItem } from '#shared/store/conditional-write.ts';
import { batchWrite, queryByPrefix } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';

/** The rows of the pulls lie in the mappings table under a prefix that no idnumber has. */
const prefixOfRows = 'pull/';

/** What the pulls remember, in the MoodleMappings table: rows of their own, and attributes `pull_…` on mappings. */
export const pullStates = tableStore(
  'MappingsTable',
  { list: 'Query', put: 'BatchWriteItem', note: 'UpdateItem', claim: 'UpdateItem' },
  openPullStates,
);

function openPullStates(client: DynamoDBDocumentClient, table: string, now: () => number): PullStates {
  return {
    async list(instance, prefix) {
      const items = await queryByPrefix(client, {
        table,
        partition: { name: 'instance', value: instance },
        sort: { name: 'idnumber', value: `${prefixOfRows}${prefix}` },
      });
      return items.map(({ idnumber, values }) => ({
        key: String(idnumber).slice(prefixOfRows.length),
        values: values as Record<string, unknown>,
      }));
    },

    async put(instance, rows) {
      await batchWrite(client, table, {
        put: rows.map(({ key, values }) => ({ instance, idnumber: `${prefixOfRows}${key}`, values })),
      });
    },

    async note(instance, idnumber, pull, values) {
      const change = { set: { [`pull_${pull}`]: values }, remove: [`pull_${pull}_until`] };
      await changeItem(client, table, { instance, idnumber }, change, {
        expression: 'attribute_exists(idnumber)',
      });
    },

    claim(instance, idnumber, pull, until) {
      const claim = `pull_${pull}_until`;
      return changeItem(
        client,
        table,
        { instance, idnumber },
        { set: { [claim]: until } },
        {
          expression: 'attribute_exists(idnumber) AND (attribute_not_exists(#claim) OR #claim <= :now)',
          names: { '#claim': claim },
          values: { ':now': now() },
        },
      );
    },
  };
}
