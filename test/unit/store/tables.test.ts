import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordItem } from '#shared/models/records.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import type { Item } from '#shared/store/documents.ts';
import { exportedRecords } from '#shared/store/erp/exported-records.ts';
import { loadRecords, unstorable } from '#shared/store/load-records.ts';
import { Table } from '#shared/store/table.ts';
import { keptDecisions } from '#shared/store/tables/kept-decisions.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { ownTables } from './own-tables.ts';

let client: DynamoDBDocumentClient;
beforeAll(async () => {
  client = await ownTables({
    records: { partition: 'model', sort: 'id' },
    links: { partition: 'target', sort: 'source' },
    mappings: {
      partition: 'instance',
      sort: 'idnumber',
      index: { name: 'attention', partition: 'instance', sort: 'attention' },
    },
  });
});

const record = (id: string, fields: Item = {}) => ({ model: 'op.student', id, ...fields });
const itemOf = async (table: string, key: Item) =>
  (await client.send(new GetCommand({ TableName: table, Key: key }))).Item;
const stored = ({ model, id }: Item) => itemOf('records', { model, id });

describe('a write on a revision', () => {
  const write = (revision: number, fields: Item = {}) =>
    new Table(client, 'records').putRevised({ ...record('revised'), ...fields, revision }, 'id');

  it('is made once for each revision, by who has read the newest', async () => {
    expect(await Promise.all([write(0), write(0)])).toEqual(expect.arrayContaining([true, false]));
    expect(await write(1, { name: 'second' })).toBe(true);
    expect(await write(1, { name: 'late' })).toBe(false);
    expect(await stored(record('revised'))).toMatchObject({ revision: 2, name: 'second' });
  });

  it('does not bring back what was deleted since', async () => {
    await write(2);
    await new Table(client, 'records').write({ remove: [record('revised')] });
    expect(await write(3)).toBe(false);
    expect(await stored(record('revised'))).toBeUndefined();
  });

  it('that fails for another reason is not taken for a condition that did not hold', async () => {
    await expect(new Table(client, 'nowhere').putRevised({ revision: 0 }, 'id')).rejects.toThrow();
    const broken = { send: () => Promise.reject(new TypeError('a defect')) };
    await expect(new Table(broken as never, 'records').put(record('x'))).rejects.toThrow('a defect');
  });
});

describe('many items', () => {
  const many = Array.from({ length: 130 }, (_, index) => record(`many-${index}`, { index }));

  it('are written and read beyond the limits of one call; what is not there is left out', async () => {
    await new Table(client, 'records').write({ put: many });
    const keys = [record('nobody'), ...many].map(({ model, id }) => ({ model, id }));
    expect(await new Table(client, 'records').getMany(keys)).toHaveLength(130);
    await new Table(client, 'records').write({ put: [record('one')], remove: keys });
    const { getMany } = recordsStore(client, 'records');
    expect([...(await getMany('op.student', ['one', 'one', 'many-3'])).keys()]).toEqual(['one']);
  });

  it('of which DynamoDB leaves some out are asked for and written until all are through', async () => {
    const calls: Item[] = [];
    // Takes one item a call, as under load.
    const slow = {
      send: async ({ input: { RequestItems } }: { input: { RequestItems: Item } }) => {
        calls.push(RequestItems);
        const { Keys, ConsistentRead } = RequestItems.records;
        if (!Keys) return { UnprocessedItems: { records: RequestItems.records.slice(1) } };
        const UnprocessedKeys = { records: { Keys: Keys.slice(1), ConsistentRead } };
        return { Responses: { records: Keys.slice(0, 1) }, UnprocessedKeys };
      },
    } as unknown as DynamoDBDocumentClient;
    const keys = [record('1'), record('2')];
    const [items] = await Promise.all([
      new Table(slow, 'records').getMany(keys),
      new Table(slow, 'records').write({ remove: keys }),
    ]);
    expect(items).toEqual(keys);
    expect(calls).toHaveLength(4);
  });
});

describe('mappings', () => {
  const row = (id: number, fields: Partial<Mapping> = {}): Mapping => ({
    ...newMapping('demo', `oec_student_${id}`, 'students', { model: 'op.student', id: String(id) }),
    ...fields,
  });

  it('come back as they were saved, and those that need a look by their status, the oldest first', async () => {
    const store = mappingsStore(client, 'mappings');
    const rows = [
      row(1, { status: 'synced', moodle_id: 7, sync_hash: undefined }),
      row(2, { status: 'failed', last_failed_at: '2026-09-02' }),
      row(3, { status: 'failed', last_failed_at: '2026-09-01' }),
      row(4, { status: 'conflict' }),
    ];
    for (const one of rows) expect(await store.save(one)).toBe(true);
    const { sync_hash: _unset, ...first } = rows[0]!;
    expect((await store.getMany('demo', ['oec_student_1'])).get('oec_student_1')).toEqual({
      ...first,
      revision: 1,
    });
    expect((await store.listAttention('demo', 'failed')).map(({ record_id }) => record_id)).toEqual([
      '3',
      '2',
    ]);
    expect(await store.save({ ...rows[1]!, revision: 1, status: 'synced' })).toBe(true);
    expect(await store.listAttention('demo', 'failed')).toHaveLength(1);
    // What is synced is not in the index at all: nearly everything is.
    const inTable = await itemOf('mappings', { instance: 'demo', idnumber: 'oec_student_2' });
    expect(inTable).not.toHaveProperty('attention');
    expect(await store.listAttention('other', 'failed')).toEqual([]);
    const page = await store.page('demo', { from: 'oec_student_2', to: 'oec_student_3', limit: 1 });
    expect([page.mappings[0]?.record_id, page.after]).toEqual(['2', 'oec_student_2']);
  });
});

describe('links', () => {
  it('are found by their target, of one model only', async () => {
    const links = linksStore(client, 'links');
    const [program, other] = ['op.course#1', 'op.course#11'];
    const link = (target: string, source: string) => ({ target, source });
    await links.write(
      [
        link(program, 'op.student.course#5'),
        link(program, 'op.student#6'),
        link(other, 'op.student.course#7'),
      ],
      [],
    );
    expect(await links.sources(program, 'op.student.course')).toEqual(['5']);
    expect(await links.sources(program, 'op.student')).toEqual(['6']);
    const gone = link(program, 'op.batch#9');
    const there = link(program, 'op.student#6');
    expect(await links.missing([gone, there, gone])).toEqual([gone]);
    await links.write([], [there]);
    expect(await links.sources(program, 'op.student')).toEqual([]);
  });
});

describe('records from Moodle', () => {
  const now = Date.parse('2026-09-01T08:00:00Z');
  const pulled = () => pulledRecords(client, 'records', () => now);
  const mark = (id: string, fields: Item = {}) => ({ model: 'moodle.grade' as never, id, ...fields });

  it('say that they are not to be pushed back, each write with another stamp', async () => {
    await pulled().put('demo', [mark('a')]);
    const first = await stored(mark('a'));
    await pulled().put('demo', [mark('a')]);
    const second = await stored(mark('a'));
    expect(second).toMatchObject({
      connector_no_export: true,
      instance: 'demo',
      pulled_at: '2026-09-01T08:00:00.000Z',
    });
    expect(second?.sync_stamp).not.toBe(first?.sync_stamp);
  });

  it('that are new leave alone what is there', async () => {
    await pulled().put('demo', [mark('b', { remark: 'edited' })]);
    await pulled().putNew('demo', [mark('b'), mark('c')]);
    expect(await stored(mark('b'))).toMatchObject({ remark: 'edited' });
    expect(await stored(mark('c'))).toBeDefined();
  });

  it('set fields of a record only while it is as it was read, and never make one', async () => {
    const key = record('enrolment');
    const set = (value: unknown, fields: Item) =>
      pulled().setFields('demo', key, fields, { name: 'sync_stamp', value });
    expect(await set(undefined, { completed: true })).toBe(false);
    await new Table(client, 'records').write({ put: [{ ...key, name: 'Kept' }] });
    expect(await set(undefined, { completed: true })).toBe(true);
    expect(await set(undefined, { completed: false })).toBe(false);
    expect(await set('older', { completed: false })).toBe(false);
    const item = await stored(key);
    expect(item).toMatchObject({ name: 'Kept', completed: true, connector_no_export: true });
    expect(await set(item?.sync_stamp, { completed: false })).toBe(true);
  });

  it('are looked for by one pull at a time, until its claim is over', async () => {
    let at = now;
    const states = pullStates(client, 'mappings', () => at);
    const claim = () => states.claim('demo', 'oec_student_4', 'gradebook', at + 1_000);
    expect(await states.claim('demo', 'nobody', 'gradebook', at)).toBe(false);
    expect([await claim(), await claim()]).toEqual([true, false]);
    at += 1_000;
    expect(await claim()).toBe(true);
    await states.note('demo', 'oec_student_4', 'gradebook', { seen: 1 });
    expect(await claim()).toBe(true);
  });
});

describe('mappings that are read by pages', () => {
  it('come whole, or with what tells whether a push is needed and the notes that are asked for', async () => {
    const store = mappingsStore(client, 'mappings');
    const row: Mapping = {
      ...newMapping('paged', 'oec_student_1', 'students', { model: 'op.student', id: '1' }),
      ...{ status: 'synced', moodle_id: 7, sync_hash: 'hash', field_hashes: { email: 'x' }, active: true },
      extra_data: { account: { records: ['oec_student_1'] }, courses: { oec_subj_1_course_1: {} } },
    };
    await store.save(row);
    const range = { from: 'oec_student_', to: 'oec_student_~' };
    expect((await store.page('paged', range)).mappings).toEqual([{ ...row, revision: 1 }]);
    const { field_hashes: _hashes, ...standing } = row;
    expect((await store.page('paged', { ...range, notes: ['account', 'left_out'] })).mappings).toEqual([
      { ...standing, revision: 1, extra_data: { account: { records: ['oec_student_1'] } } },
    ]);
  });
});

describe('records from the ERP', () => {
  const exported = () => exportedRecords(client, 'records');
  const item = (fields: Item = {}) => record('exported', { write_date: '1', ...fields }) as RecordItem;

  it('are written over what was read, and not over what a pull or the ERP has written since', async () => {
    expect(await exported().put(item(), undefined)).toBe(true);
    expect(await exported().put(item(), undefined)).toBe(false);
    expect(await exported().put(item({ write_date: '2' }), item())).toBe(true);
    expect(await exported().put(item({ write_date: '3' }), item())).toBe(false);
    const read = item({ write_date: '2' });
    expect(await exported().put(item({ write_date: '2', sync_stamp: 's' }), read)).toBe(true);
    expect(await exported().put(item({ write_date: '4' }), read)).toBe(false);
    expect(await exported().remove(read)).toBe(false);
    expect(await exported().remove(item({ write_date: '2', sync_stamp: 's' }))).toBe(true);
  });

  it('that are loaded unchanged are not written, and keep what the link has put on them', async () => {
    const loaded = [record('loaded', { name: 'A' }), record('new', { name: 'B' })] as RecordItem[];
    await pulledRecords(client, 'records', () => 0).put('demo', [{ ...loaded[0] } as never]);
    const before = await stored(loaded[0]!);
    expect(await loadRecords(client, 'records', loaded)).toEqual({ written: 1, unchanged: 1 });
    expect(await stored(loaded[0]!)).toEqual(before);
    const changed = [{ ...loaded[0]!, name: 'C' }] as RecordItem[];
    expect(await loadRecords(client, 'records', changed)).toEqual({ written: 1, unchanged: 0 });
    expect(await stored(loaded[0]!)).toEqual({ ...before, name: 'C' });
  });

  it('are refused where the table could not hold them', () => {
    expect(unstorable(item())).toBeUndefined();
    expect(unstorable(item({ image: 'x'.repeat(401 * 1024) }))).toContain('400 kB');
    expect(unstorable(item({ size: 1e200 }))).toContain('number');
  });
});

describe('decisions that are kept', () => {
  const made = (decision: string, at: string) => ({
    ...{ idnumber: 'oec_student_1', kind: 'account', verdict: 'ambiguous', moodleIds: '8', decision },
    ...{ who: 'arn:aws:iam::000000000000:user/ana', at },
  });
  const [first, second] = [made('new', '2026-01-01T08:00:00.000Z'), made('skip', '2026-01-02T08:00:00.000Z')];

  it('give way only to who has seen them, and are forgotten as they were seen', async () => {
    const store = keptDecisions(client, 'mappings');
    const both = await Promise.all([store.keep('main', first), store.keep('main', second)]);
    expect(both.toSorted()).toEqual([false, true]);
    const [winner] = await store.list('main');
    const loser = winner!.at === first.at ? second : first;
    expect(await store.keep('main', loser)).toBe(false);
    expect(await store.keep('main', loser, winner!.at)).toBe(true);
    expect(await store.forget('main', winner!)).toBe(false);
    expect(await store.list('main')).toEqual([loser]);
    expect(await store.list('other')).toEqual([]);
    expect(await store.forget('main', loser)).toBe(true);
    // Who has seen one that is carried out since does not bring it back.
    expect(await store.keep('main', winner!, loser.at)).toBe(false);
    expect(await store.list('main')).toEqual([]);
  });

  it('expire when nobody carries them out', async () => {
    await keptDecisions(client, 'mappings').keep('later', first);
    const item = await itemOf('mappings', { instance: 'adoption/later', idnumber: first.idnumber });
    expect(item?.expires_at).toBe(Date.parse('2027-02-05T08:00:00Z') / 1000);
  });
});
