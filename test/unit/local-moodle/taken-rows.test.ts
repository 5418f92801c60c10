import { describe, expect, it } from 'vitest';
import { MoodleTable } from '#local/moodle/state/table.ts';
import { Journal } from '#local/state/journal.ts';

interface Row {
  id: number;
  name: string;
}

function tableOf(...rows: Row[]) {
  const journal = new Journal();
  const table = new MoodleTable<Row, 'name'>(journal, { name: ({ name }) => name || undefined });
  table.giveIdsFrom(100);
  for (const row of rows) table.take(row);
  return { table, journal };
}

describe('rows that were taken over from another site', () => {
  it('are found by an index without regard to case, also after they have changed', () => {
    const { table } = tableOf({ id: 1, name: 'Ana' }, { id: 2, name: 'Ben' });
    table.update(2, { name: 'ANA' });
    expect(table.find('name', 'ana')).toEqual([
      { id: 1, name: 'Ana' },
      { id: 2, name: 'ANA' },
    ]);
    expect(table.find('name', 'ben')).toEqual([]);
  });

  it('tell what has changed, and keep that when the same rows are read again', () => {
    const { table } = tableOf({ id: 1, name: 'Ana' }, { id: 2, name: 'Ben' }, { id: 3, name: 'Cid' });
    table.update(1, { name: 'Eve' });
    table.delete(2);
    table.insert({ name: 'New' });
    table.take({ id: 1, name: 'Ana' });
    table.take({ id: 2, name: 'Ben' });
    expect(table.changes()).toEqual([
      { before: { id: 1, name: 'Ana' }, after: { id: 1, name: 'Eve' } },
      { before: { id: 2, name: 'Ben' }, after: undefined },
      { before: undefined, after: { id: 100, name: 'New' } },
    ]);
  });

  it('are as they were once a transaction that has changed them fails', () => {
    const { table, journal } = tableOf({ id: 1, name: 'Ana' });
    const refused = () =>
      journal.transaction(() => {
        table.update(1, { name: 'Eve' });
        table.insert({ name: 'New' });
        throw new Error('refused');
      });
    expect(refused).toThrow('refused');
    expect(table.changes()).toEqual([]);
    expect(table.find('name', 'ana')).toEqual([{ id: 1, name: 'Ana' }]);
    expect(table.find('name', 'new')).toEqual([]);
  });
});
