import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';

/** The rows of the pulls lie in the mappings table under a prefix that no idnumber has. */
const prefixOfRows = 'pull/';

/** What the pulls remember, in the MoodleMappings table: rows of their own, and attributes `pull_…` on mappings. */
export const pullStates = tableStore(
  'MappingsTable',
  { list: 'Query', put: 'BatchWriteItem', note: 'UpdateItem', claim: 'UpdateItem' },
  openPullStates,
);

function openPullStates(table: Table, now: () => number): PullStates {
  return {
    async list(instance, prefix) {
      const items = await table.query({ instance }, { idnumber: `${prefixOfRows}${prefix}` });
      return items.map(({ idnumber, values }) => ({
        key: String(idnumber).slice(prefixOfRows.length),
        values: values as Record<string, unknown>,
      }));
    },

    put: (instance, rows) =>
      table.write({
        put: rows.map(({ key, values }) => ({ instance, idnumber: `${prefixOfRows}${key}`, values })),
      }),

    async note(instance, idnumber, pull, values) {
      const change = { set: { [`pull_${pull}`]: values }, remove: [`pull_${pull}_until`] };
      await table.change({ instance, idnumber }, change, { expression: 'attribute_exists(idnumber)' });
    },

    claim(instance, idnumber, pull, until) {
      const claim = `pull_${pull}_until`;
      const condition = {
        expression: 'attribute_exists(idnumber) AND (attribute_not_exists(#claim) OR #claim <= :now)',
        names: { '#claim': claim },
        values: { ':now': now() },
      };
      return table.change({ instance, idnumber }, { set: { [claim]: until } }, condition);
    },
  };
}
