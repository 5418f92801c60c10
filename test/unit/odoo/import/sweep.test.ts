import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordItem } from '#shared/models/records.ts';
import { type ImportState, importStateSchema } from '#shared/odoo/import/import-state.ts';
import { type ErpMapping, type ErpMappingStore, newErpMapping } from '#shared/odoo/import/mapping.ts';
import type { ImportSweep, ImportUnit } from '#shared/odoo/import/models.ts';
import type { ImportSweepPorts } from '#shared/odoo/import/sweep/due-records.ts';
import { sweepImport } from '#shared/odoo/import/sweep/sweep.ts';
import type { Item } from '#shared/store/documents.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { Table } from '#shared/store/table.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { mark, marksOf, rowOf } from '#test/bench/marks.ts';
import { meterReads, type ReadMeter } from '#test/bench/read-units.ts';
import { ownTables } from '#test/unit/store/own-tables.ts';

const hour = 60 * 60_000;
const start = Date.parse('2026-11-25T08:40:00Z');

let now: number;
let state: ImportState;
let records: Map<string, RecordItem>;
let rows: Map<string, ErpMapping>;
let units: (ImportUnit | ImportSweep)[];
let wakes: number;
let ports: ImportSweepPorts;

beforeEach(() => {
  now = start;
  state = importStateSchema.parse({});
  records = new Map();
  rows = new Map();
  units = [];
  wakes = 0;
  ports = {
    ...inMemory(),
    instances: { ids: async () => ['main'] },
    state: {
      read: async () => state,
      save: async (next) => {
        state = { ...next, revision: next.revision + 1 };
        return true;
      },
    },
    queue: { send: async (sent) => void units.push(...sent) },
    wakes: {
      wake: async () => {
        wakes += 1;
      },
    },
    parking: { oldest: async () => [] },
    clock: { now: () => now, sleep: async () => {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    completionField: undefined,
    pageSize: 50,
  };
});

/** The tables as far as a sweep reads them, with records and rows of marks and rows of their exams. */
function inMemory(): Pick<ImportSweepPorts, 'records' | 'mappings'> {
  const these = <Value>(all: Map<string, Value>, ids: readonly string[]) =>
    new Map(ids.flatMap((id) => (all.has(id) ? [[id, all.get(id)!] as const] : [])));
  const getMany = async (_model: string, ids: readonly string[]) => these(rows, ids);
  return {
    records: {
      getMany: async (_model, ids) => these(records, ids),
      async page(model, { after = '', limit = 1_000 }) {
        const all = model === 'op.result.line' ? [...records.keys()].sort().filter((id) => id > after) : [];
        const ids = all.slice(0, limit);
        return {
          items: [...these(records, ids).values()],
          after: all.length > limit ? ids.at(-1) : undefined,
        };
      },
      async *pulledSince(_instance, since) {
        for (const record of records.values()) if (String(record.pulled_at) >= since) yield record;
      },
    },
    mappings: {
      getMany,
      getNear: getMany,
      listAttention: async (model, status) =>
        [...rows.values()].filter((row) => row.model === model && row.status === status && row.failure),
    } as ErpMappingStore,
  };
}

/** The same in tables, with a count of what is read. */
async function inTables(): Promise<Pick<ImportSweepPorts, 'records' | 'mappings'> & { reads: ReadMeter }> {
  const client = await ownTables({
    records: {
      ...{ partition: 'model', sort: 'id' },
      index: { name: 'pulled', partition: 'instance', sort: 'pulled_at' },
    },
    rows: {
      ...{ partition: 'model', sort: 'id' },
      index: { name: 'attention', partition: 'model', sort: 'attention' },
    },
  });
  await new Table(client, 'records').write({ put: [...records.values()] });
  await new Table(client, 'rows').write({ put: [...rows.values()] as unknown as Item[] });
  return {
    records: recordsStore(client, 'records'),
    mappings: erpMappingsStore(client, 'rows'),
    reads: meterReads(client),
  };
}

/** So many marks that are in the ERP as they should be, with their exams' rows. */
function synced(count: number): void {
  const made = marksOf(count);
  for (const record of made.records) records.set(record.id, record);
  for (const row of made.rows) rows.set(row.id, row);
}

/** Makes a sweep. @returns ids of the records that it queued */
async function sweep(part: ImportSweep = { sweep: 'import' }, hasTime = () => true) {
  units = [];
  const rest = await sweepImport(part, ports, hasTime);
  return { rest, ids: units.flatMap((unit) => ('ids' in unit ? unit.ids : [])) };
}

describe('what a sweep of the import costs', () => {
  it('is an eighth of a read unit for a record once a day, and next to nothing in the hours between', async () => {
    synced(300);
    const { reads, ...tables } = await inTables();
    Object.assign(ports, tables, { pageSize: 500 });
    const unitsOf = async () => {
      reads.units = 0;
      expect(await sweep()).toEqual({ rest: undefined, ids: [] });
      return reads.units;
    };
    const daily = await unitsOf();
    now += hour;
    const hourly = await unitsOf();
    // What a sweep of everything asks besides the records is less than what the hourly one asks.
    expect(daily - hourly).toBeGreaterThan(300 / 20);
    expect(daily - hourly).toBeLessThan(300 / 6);
    expect(hourly).toBeLessThan(20);
    now += 24 * hour;
    expect(await unitsOf()).toBe(daily);
  });
});

describe('rows that lie near each other', () => {
  it('are read by pages, whatever lies between the ERP’s ids and those from Moodle', async () => {
    const row = (id: string) => newErpMapping('op.attendance.line', id, 'main');
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    const ids = numbers.flatMap((number) => [String(number), `moodle_main_sheet_1_${number}`]);
    for (const id of ids) rows.set(id, row(id));
    const { mappings, reads } = await inTables();
    await mappings.writePointers('op.attendance.line', new Map(numbers.map((number) => [number, ids[1]!])));
    reads.items = 0;
    expect([...(await mappings.getNear('op.attendance.line', [...ids, '99'])).keys()].sort()).toEqual(
      [...ids].sort(),
    );
    expect(reads.items).toBe(ids.length);
  });
});

describe('a record that the stream has missed', () => {
  beforeEach(async () => {
    synced(5);
    await sweep();
  });

  it('is found within the hour if it is of late', async () => {
    const late = mark(7_000, new Date(start + 20 * 60_000).toISOString());
    records.set(late.id, late);
    now += hour;
    expect((await sweep()).ids).toEqual([late.id]);
  });

  it('is found although the hour’s sweep was left out', async () => {
    const late = mark(7_000, new Date(start + 20 * 60_000).toISOString());
    records.set(late.id, late);
    now += 5 * hour;
    expect((await sweep()).ids).toEqual([late.id]);
  });

  it('is found though it was written some minutes after the time that it bears', async () => {
    now += hour;
    await sweep();
    const slow = mark(7_000, new Date(now - 5 * 60_000).toISOString());
    records.set(slow.id, slow);
    now += hour;
    expect((await sweep()).ids).toEqual([slow.id]);
  });

  it('is found within the day if it is old', async () => {
    rows.set(mark(3).id, rowOf(mark(3), { sync_hash: 'of another mark' }));
    now += 23 * hour;
    expect((await sweep()).ids).toEqual([]);
    now += hour;
    expect((await sweep()).ids).toEqual([mark(3).id]);
  });
});

describe('an old record that has not arrived', () => {
  const failure = { class: 'refused', code: 'x', reason: 'x', advice: 'x' } as const;
  const ago = (minutes: number) => new Date(start + hour - minutes * 60_000).toISOString();
  const late = mark(3);

  it.each<[string, Partial<ErpMapping>, string[]]>([
    ['whose retry is lost', { status: 'failed', next_attempt_at: ago(20) }, [late.id]],
    ['whose retry is to come', { status: 'failed', next_attempt_at: ago(-20) }, []],
    ['whose exam has arrived', { status: 'waiting' }, [late.id]],
    ['whose conflict is a day old', { status: 'conflict', last_failed_at: ago(1_441) }, [late.id]],
    ['that was given up', { status: 'permanently_failed' }, []],
  ])('%s', async (_what, standing, found) => {
    synced(4);
    await sweep();
    const row = rowOf(late, { ...standing, failure });
    rows.set(late.id, { ...row, attempted_hash: row.sync_hash });
    now += hour;
    expect((await sweep()).ids).toEqual(found);
  });
});

describe('a sweep of everything', () => {
  it('goes on where it stopped, and is not begun once more meanwhile', async () => {
    synced(60);
    rows.set(mark(59).id, rowOf(mark(59), { sync_hash: 'of another mark' }));
    const parts = [await sweep({ sweep: 'import' }, () => false)];
    now += hour;
    expect(await sweep()).toEqual({ rest: undefined, ids: [] });
    while (parts.at(-1)!.rest) parts.push(await sweep(parts.at(-1)!.rest, () => false));
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.flatMap(({ ids }) => ids)).toEqual([mark(59).id]);
  });

  it('that is given up because the ERP is away begins anew once it is back', async () => {
    synced(60);
    rows.set(mark(59).id, rowOf(mark(59), { sync_hash: 'of another mark' }));
    const { rest } = await sweep({ sweep: 'import' }, () => false);
    state = { ...state, breaker: { ...state.breaker, opened_at: now, probe_at: now + 60_000 } };
    expect(await sweep(rest)).toMatchObject({ rest: undefined, ids: [] });
    expect(wakes).toBe(0);
    // An hour later nobody has asked: the message that had to is lost.
    now += hour;
    await sweep();
    expect(wakes).toBe(1);
    state = { ...state, breaker: importStateSchema.parse({}).breaker };
    now += hour;
    expect((await sweep()).ids).toEqual([mark(59).id]);
  });

  it('takes over what there was no time for among what was pulled of late', async () => {
    await sweep();
    now += hour;
    const late = Array.from({ length: 60 }, (_, index) => mark(7_000 + index, new Date(now).toISOString()));
    for (const record of late) records.set(record.id, record);
    expect((await sweep({ sweep: 'import' }, () => false)).ids).toHaveLength(50);
    now += hour;
    expect((await sweep()).ids).toHaveLength(60);
  });
});
