import { describe, expect, it } from 'vitest';
import { students } from '#shared/moodle/accounts/people.ts';
import type { MappingPages, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { mappingsAhead } from '#shared/moodle/mappings/read-mappings.ts';
import type { Built, Entity } from '#shared/moodle/push/entity.ts';
import { judge } from '#shared/moodle/sweep/sweep-judge.ts';
import { conflict, missingDependency } from '#shared/sync/failure.ts';
import { payloadHash } from '#shared/sync/hash.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const source = { model: 'op.student', id: '1' } as const;
const idnumber = 'oec_student_1';
const payload = { firstname: 'Ada', suspended: false };
const hash = payloadHash(payload);

const active: Entity = {
  idnumber,
  service: 'students',
  source,
  fields: payload,
  payload,
  dependencies: [],
  active: true,
};
const gone: Entity = { ...active, payload: { suspended: true }, active: false };
const synced: Mapping = {
  ...newMapping('demo', idnumber, 'students', source),
  status: 'synced',
  moodle_id: 7,
  sync_hash: hash,
  active: true,
};
const failure = missingDependency('It needs something.');
const failed: Mapping = { ...synced, status: 'failed', sync_hash: undefined, attempted_hash: hash, failure };

const built = (entity: Entity): Built => ({ kind: 'entity', entity });
const verdict = (
  what: Built,
  mapping?: Mapping,
  { isBrakeOn = false, isReleased = false }: { isBrakeOn?: boolean; isReleased?: boolean } = {},
) =>
  judge(what, idnumber, mapping, {
    instance: 'demo',
    service: students,
    now,
    isBrakeOn,
    isReleased: async () => isReleased,
  });

describe('judge', () => {
  it.each<[string, Built, Mapping | undefined, string]>([
    ['leaves what Moodle holds', built(active), synced, 'leave'],
    ['pushes what has no mapping', built(active), undefined, 'push'],
    [
      'leaves what an operator has to decide on',
      built(active),
      { ...newMapping('demo', idnumber, 'students', source), adoption: 'undecided' },
      'leave',
    ],
    [
      'pushes what an operator has decided since',
      built(active),
      { ...failed, adoption: 'undecided' },
      'push',
    ],
    ['pushes what differs', built(active), { ...synced, sync_hash: 'other' }, 'push'],
    ['subtracts what is gone', built(gone), synced, 'subtract'],
    ['leaves what is gone and never was in Moodle', built(gone), undefined, 'leave'],
    ['has an old failure cleared for it', built(gone), { ...failed, moodle_id: undefined }, 'push'],
    ['leaves a retry that is to come', built(active), { ...failed, next_attempt_at: ago(-5) }, 'leave'],
    ['leaves a retry that is a little late', built(active), { ...failed, next_attempt_at: ago(5) }, 'leave'],
    ['pushes a retry that was lost', built(active), { ...failed, next_attempt_at: ago(20) }, 'push'],
    [
      'pushes what failed otherwise than it is now',
      built(active),
      { ...failed, attempted_hash: 'x', next_attempt_at: ago(-5) },
      'push',
    ],
    ['leaves what has failed for good', built(active), { ...failed, status: 'permanently_failed' }, 'leave'],
    [
      'pushes it once it has changed',
      built(active),
      { ...failed, status: 'permanently_failed', attempted_hash: 'x' },
      'push',
    ],
    [
      'leaves a fresh conflict',
      built(active),
      { ...failed, status: 'conflict', failure: conflict('c', 'r', 'a'), last_failed_at: ago(60) },
      'leave',
    ],
    [
      'asks again about an old conflict',
      built(active),
      { ...failed, status: 'conflict', last_failed_at: ago(24 * 60) },
      'push',
    ],
    [
      'leaves an invalid record as it is',
      { kind: 'failed', source, failure },
      { ...failed, status: 'invalid' },
      'leave',
    ],
    ['has a record that became invalid noted', { kind: 'failed', source, failure }, synced, 'push'],
    ['leaves nothing', { kind: 'nothing' }, synced, 'leave'],
    [
      'has a claim of a dead worker cleared up',
      built(active),
      { ...synced, status: 'failed', sync_hash: undefined },
      'push',
    ],
  ])('%s', async (_what, record, mapping, expected) => {
    expect(await verdict(record, mapping)).toBe(expected);
  });

  it('lets what waits go on when what it waits for is there', async () => {
    const waiting: Mapping = { ...failed, status: 'waiting' };
    expect(await verdict(built(active), waiting)).toBe('leave');
    expect(await verdict(built(active), waiting, { isReleased: true })).toBe('push');
  });

  it.each([
    ['a while ago: it is to ask whether the instance is back', 20, 'push'],
    ['just now: a release may be on its way', 5, 'leave'],
  ])('of what failed because the instance was away %s', async (_what, minutes, expected) => {
    const away: Mapping = {
      ...failed,
      failure: { ...failure, class: 'unreachable' },
      last_failed_at: ago(minutes),
      next_attempt_at: ago(-600),
    };
    expect(await verdict(built(active), away)).toBe(expected);
  });

  it('leaves what the brake holds until it is released, and what is there again goes on at once', async () => {
    const held: Mapping = { ...synced, status: 'held' };
    expect(await verdict(built(gone), held, { isBrakeOn: true })).toBe('leave');
    expect(await verdict(built(gone), held)).toBe('subtract');
    expect(await verdict(built(active), held, { isBrakeOn: true })).toBe('push');
  });

  it('has the records that are left out of an entity told anew when they are others', async () => {
    const leftOut = [{ source: { model: 'op.student.course', id: '9' } as const, failure }];
    const noted: Mapping = { ...synced, extra_data: { left_out: ['oec_enrolment_9'] } };
    expect(await verdict(built({ ...active, leftOut }), synced)).toBe('push');
    expect(await verdict(built({ ...active, leftOut }), noted)).toBe('leave');
    expect(await verdict(built(active), noted)).toBe('push');
  });
});

describe('mappingsAhead', () => {
  const names = Array.from({ length: 100 }, (_, index) => `oec_student_${index + 1}`).sort();
  const rows = names.map((name) => ({ ...synced, idnumber: name }));

  it('reads what lies together by pages and the rest by key, and finds all', async () => {
    const asked = { pages: 0, keys: 0 };
    const store = {
      async page(_instance, { from, to, after }) {
        asked.pages += 1;
        if (after !== undefined && after < from)
          throw new RangeError('DynamoDB refuses a start outside the range.');
        const left = rows.filter(
          (row) => row.idnumber >= from && row.idnumber <= to && row.idnumber > (after ?? ''),
        );
        return { mappings: left.slice(0, 40), after: left.length > 40 ? left[39]!.idnumber : undefined };
      },
      async getMany(_instance, idnumbers) {
        asked.keys += idnumbers.length;
        return new Map(
          rows.filter((row) => idnumbers.includes(row.idnumber)).map((row) => [row.idnumber, row]),
        );
      },
    } as MappingStore & MappingPages;
    const wanted = [...names, 'oec_student_1000', 'oec_student_5@enrolments'];
    const found = await mappingsAhead(store).getMany('demo', wanted);
    expect([...found.keys()].sort()).toEqual(names);
    expect(asked.pages).toBeLessThanOrEqual(3);
    expect(asked.keys).toBeLessThanOrEqual(20);
    asked.pages = 0;
    await mappingsAhead(store).getMany('demo', ['oec_student_1', 'oec_student_99']);
    expect(asked.pages).toBe(0);
  });
});
