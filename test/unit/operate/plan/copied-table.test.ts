import { describe, expect, it } from 'vitest';
import { CopiedTable } from '#shared/operate/plan/moodle/copied-table.ts';
import { UndoLog } from '#shared/operate/plan/moodle/undo-log.ts';

interface Row {
  id: number;
  name: string;
}

function tableOf(...rows: Row[]): { table: CopiedTable<Row, 'name'>; undo: UndoLog } {
  const undo = new UndoLog();
  const table = new CopiedTable<Row, 'name'>(({ id }) => id, undo, { name: ({ name }) => name || undefined });
  table.take(rows);
  return { table, undo };
}

describe('a copied table', () => {
  it('finds rows by an index without regard to case, also after they have changed', () => {
    const { table } = tableOf({ id: 1, name: 'Ana' }, { id: 2, name: 'Ben' });
    table.put({ id: 2, name: 'ANA' });
    expect(table.find('name', 'ana')).toEqual([
      { id: 1, name: 'Ana' },
      { id: 2, name: 'ANA' },
    ]);
    expect(table.find('name', 'ben')).toEqual([]);
  });

  it('tells what has changed, and keeps that when the same rows are read again', () => {
    const { table } = tableOf({ id: 1, name: 'Ana' }, { id: 2, name: 'Ben' });
    table.put({ id: 1, name: 'Eve' });
    table.remove(2);
    table.put({ id: -1, name: 'New' });
    table.take([
      { id: 1, name: 'Ana' },
      { id: 2, name: 'Ben' },
    ]);
    expect(table.changes()).toEqual([
      { before: { id: 1, name: 'Ana' }, after: { id: 1, name: 'Eve' } },
      { before: { id: 2, name: 'Ben' }, after: undefined },
      { before: undefined, after: { id: -1, name: 'New' } },
    ]);
    expect([table.before(1), table.before(2), table.before(-1)]).toEqual([
      { id: 1, name: 'Ana' },
      { id: 2, name: 'Ben' },
      undefined,
    ]);
  });

  it('takes back what a call has changed until it was refused', () => {
    const { table, undo } = tableOf({ id: 1, name: 'Ana' });
    const refused = () =>
      undo.allOrNothing(() => {
        table.put({ id: 1, name: 'Eve' });
        table.put({ id: -1, name: 'New' });
        throw new Error('refused');
      });
    expect(refused).toThrow('refused');
    expect(table.changes()).toEqual([]);
    expect(table.find('name', 'ana')).toEqual([{ id: 1, name: 'Ana' }]);
    expect(table.find('name', 'new')).toEqual([]);
  });
});
