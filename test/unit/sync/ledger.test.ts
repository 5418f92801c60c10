import { expect, it } from 'vitest';
import type { Failure } from '#shared/sync/failure.ts';
import type { AttemptRow } from '#shared/sync/units/attempts.ts';
import { countsOf, Ledger, type LedgerUnit } from '#shared/sync/units/ledger.ts';
import type { Unit } from '#shared/sync/units/unit.ts';

type Row = AttemptRow & { id: string; note?: string };

const refused: Failure = { class: 'refused', code: 'full', reason: 'It is full.', advice: 'Wait.' };
const away: Failure = { ...refused, class: 'unreachable', code: 'timeout' };
const misconfigured: Failure = { ...refused, class: 'misconfigured', code: 'key' };
const start = Date.parse('2026-09-01T08:00:00Z');

/** The ledger of a peer that knows nothing but names; `lost` are the writes that come too late. */
class ToyLedger extends Ledger<Unit, { id: string }, Row> {
  readonly rows = new Map<string, Row>();
  lost = 0;
  /** What stands in the row when a write comes too late; undefined where the attempt counts for nothing then. */
  other: Row | undefined;

  constructor(unit: Partial<LedgerUnit> = {}, logged: unknown[] = []) {
    const note = (...line: unknown[]) => void logged.push(line);
    const log = { debug: note, info: note, warn: note, error: note };
    super({ ids: ['1'], ...unit }, { isRedelivered: false, clock: { now: () => start }, log });
  }
  protected override nameOf = ({ id }: Row) => `toy#${id}`;
  protected override refOf = ({ id }: Row) => ({ id });
  protected override async save(row: Row) {
    if (this.lost-- > 0) return false;
    this.rows.set(row.id, { ...row, revision: row.revision + 1 });
    return true;
  }
  protected override async forget({ id }: Row) {
    this.rows.delete(id);
  }
  protected override noteFailure = (row: Row, failure: Failure) =>
    void this.outcomes.set(this.nameOf(row), { result: 'failed', failure });
  protected override overtakenIn = async () => this.other;
  protected override aboutFailure = (name: string): [string, object] => ['Not brought', { name }];
  protected override aboutUnit = () => ({ outcomes: countsOf(this.outcomes.values()) });

  fail = (row: Row, failure = refused, hash = 'hash') => this.attempted(row, failure, hash);
  arrive = (before: Row, now: Row) => this.arrived(before, now);
  settle = (row: Row, isThere: boolean) => this.settled(row, isThere);
  later = (id: string, pauses?: number[]) => this.lookAgain({ id }, pauses);
}

const row = (fields: Partial<Row> = {}): Row => ({
  id: '1',
  status: 'synced',
  revision: 3,
  attempts: 0,
  ...fields,
});

it('a failure is written to the row, and tried again by its name', async () => {
  const ledger = new ToyLedger();
  const written = await ledger.fail(row());
  expect(written).toMatchObject({ status: 'failed', attempts: 1, failure: refused });
  expect(ledger.again).toEqual([
    { id: '1', delaySeconds: 300, failureId: written?.failure_id, failureClass: 'refused' },
  ]);
  expect(ledger.outcomes.get('toy#1')).toEqual({ result: 'failed', failure: refused });
  expect(ledger.exhausted).toEqual([]);
});

it('the last failure is handed over as exhausted, and not tried again', async () => {
  const ledger = new ToyLedger({ retry_of: ['x'] });
  await ledger.fail(row({ status: 'failed', failure_id: 'x', attempted_hash: 'hash', attempts: 4 }));
  expect(ledger.exhausted).toMatchObject([{ id: '1', status: 'permanently_failed', attempts: 5 }]);
  expect(ledger.again).toEqual([]);
});

it('what only its peer keeps away costs no retry of its own', async () => {
  const ledger = new ToyLedger();
  expect(await ledger.fail(row(), misconfigured)).toMatchObject({ status: 'failed', attempts: 0 });
  expect(ledger.again).toEqual([]);
});

it('a failure that comes too late is counted on what somebody else has written', async () => {
  const ledger = new ToyLedger();
  Object.assign(ledger, { lost: 2, other: row({ revision: 8, note: 'theirs' }) });
  expect(await ledger.fail(row())).toMatchObject({ revision: 8, note: 'theirs', attempts: 1 });
  expect(ledger.rows.get('1')).toMatchObject({ revision: 9, status: 'failed' });
  expect(ledger.again).toHaveLength(1);
});

it('a failure that comes too late to count is noted nowhere', async () => {
  const ledger = new ToyLedger();
  ledger.lost = 1;
  expect(await ledger.fail(row(), away)).toBeUndefined();
  expect([ledger.rows.size, ledger.again, ledger.exhausted]).toEqual([0, [], []]);
});

it('what has arrived has no failure any more, and releases who waits for it', async () => {
  const ledger = new ToyLedger();
  const failed = row({ status: 'failed', failure: refused, failure_id: 'x', attempts: 2 });
  expect(await ledger.arrive(failed, { ...failed, note: 'there' })).toBe(true);
  const { failure, failure_id, ...written } = ledger.rows.get('1')!;
  expect([failure, failure_id]).toEqual([undefined, undefined]);
  const last_synced_at = new Date(start).toISOString();
  expect(written).toMatchObject({ status: 'synced', attempts: 0, note: 'there', last_synced_at });
  expect(ledger.recovered).toEqual(['toy#1']);
  await ledger.arrive(row({ id: '2' }), row({ id: '2' }));
  await ledger.arrive(row({ id: '3', failure: refused }), row({ id: '3' }));
  expect(ledger.recovered).toEqual(['toy#1', 'toy#3']);
});

it('says where somebody else has written what has arrived', async () => {
  const ledger = new ToyLedger();
  ledger.lost = 1;
  expect(await ledger.arrive(row(), row())).toBe(false);
});

it('what nobody asks for any more loses its failure, or its row where it is not at the peer', async () => {
  const ledger = new ToyLedger();
  const failed = row({ status: 'failed', failure: refused });
  ledger.rows.set('1', failed);
  await ledger.settle(failed, true);
  expect(ledger.rows.get('1')).toMatchObject({ status: 'synced', revision: 4 });
  await ledger.settle(row({ revision: 4 }), true);
  expect(ledger.rows.get('1')).toMatchObject({ revision: 4 });
  await ledger.settle(failed, false);
  expect(ledger.rows.size).toBe(0);
});

it.each([
  [undefined, 15, 1],
  [1, 60, 2],
  [2, 300, 3],
  [9, 300, 10],
])('what others are at, waited for %s times, is looked at again after %i s', (waited, delaySeconds, next) => {
  const ledger = new ToyLedger(waited === undefined ? {} : { waited });
  ledger.later('1');
  expect(ledger.again).toEqual([{ id: '1', delaySeconds, waited: next }]);
});

it('a retry is left to others where the row has another failure, or none', () => {
  const retry = new ToyLedger({ retry_of: ['x', 'y'] });
  expect(retry.isLeftToOthers(row({ failure_id: 'y' }))).toBe(false);
  expect(retry.isLeftToOthers(row({ failure_id: 'z' }))).toBe(true);
  expect(retry.isLeftToOthers(row())).toBe(true);
  expect(retry.isLeftToOthers(undefined)).toBe(true);
  expect(new ToyLedger().isLeftToOthers(row({ failure_id: 'z' }))).toBe(false);
});

it('the report names each failure without its words, and counts the rest', async () => {
  const logged: unknown[] = [];
  const ledger = new ToyLedger({ ids: ['1', '2'], retry_of: ['x'] }, logged);
  await ledger.fail(row());
  ledger.outcomes.set('toy#2', { result: 'created' });
  ledger.report();
  expect(logged).toEqual([
    ['Not brought', { name: 'toy#1', failure_class: 'refused', code: 'full', field: undefined }],
    ['Unit worked off', { ids: ['1', '2'], outcomes: { failed: 1, created: 1 }, retry: true }],
  ]);
});
