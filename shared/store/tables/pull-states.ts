import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import { isWritten } from '#shared/store/conditional-write.ts';
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
  /** @returns false where the mapping is gone or the condition does not hold */
  function update(
    instance: string,
    idnumber: string,
    change: Pick<
      UpdateCommandInput,
      'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
    >,
    condition?: string,
  ): Promise<boolean> {
    return isWritten(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: { instance, idnumber },
          ConditionExpression: ['attribute_exists(idnumber)', ...(condition ? [`(${condition})`] : [])].join(
            ' AND ',
          ),
          ...change,
        }),
      ),
    );
  }

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
      await update(instance, idnumber, {
        UpdateExpression: 'SET #state = :state REMOVE #claim',
        ExpressionAttributeNames: { '#state': `pull_${pull}`, '#claim': `pull_${pull}_until` },
        ExpressionAttributeValues: { ':state': values },
      });
    },

    claim: (instance, idnumber, pull, until) =>
      update(
        instance,
        idnumber,
        {
          UpdateExpression: 'SET #claim = :until',
          ExpressionAttributeNames: { '#claim': `pull_${pull}_until` },
          ExpressionAttributeValues: { ':until': until, ':now': now() },
        },
        'attribute_not_exists(#claim) OR #claim <= :now',
      ),
  };
}
