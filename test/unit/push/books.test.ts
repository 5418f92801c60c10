import { beforeEach, describe, expect, it } from 'vitest';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { LeftOut } from '#shared/moodle/push/entity.ts';
import type { PushResult } from '#shared/moodle/push/push-service.ts';
import { conflict, missingDependency } from '#shared/sync/failure.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { claimFrom } from '#shared/sync/units/claim.ts';
import { away, EngineKit, refused } from './engine-kit.ts';

// What is written down of a push: mappings, what is tried again, what is told to others.
const course = 'subjects_1';
const hash = payloadHash({ name: 'Name 1' });
let kit: EngineKit;
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
const push = () => kit.push(kit.courses, [1]);

beforeEach(() => {
  kit = new EngineKit();
  kit.courses.put(1);
});

/** Has Moodle answer this, after `meanwhile` has happened. */
function answering(result: PushResult, meanwhile: () => void = () => {}): void {
  kit.courses.answer = () => {
    meanwhile();
    return result;
  };
}

describe('a record that the ERP no longer has', () => {
  beforeEach(() => kit.courses.built.clear());

  it('has no failure any more', async () => {
    kit.setRow(course, { moodle_id: 7, status: 'failed', failure: refused, failure_id: 'x', attempts: 3 });
    await push();
    const { failure, failure_id, ...row } = kit.row(course)!;
    expect(row).toMatchObject({ status: 'synced', moodle_id: 7, attempts: 0 });
    expect([failure, failure_id]).toEqual([undefined, undefined]);
  });

  it('leaves no row where nothing was ever made', async () => {
    kit.setRow(course, { failure: refused });
    await push();
    expect(kit.row(course)).toBeUndefined();
  });

  it('keeps the claim of a worker that may be making it, and is looked at again', async () => {
    kit.setRow(course, { claimed_until: claimFrom(kit.now) });
    expect((await push()).again).toEqual([{ service: 'subjects', id: '1', delaySeconds: 15, waited: 1 }]);
    expect(kit.row(course)).toBeDefined();
  });
});

describe('a result', () => {
  it('of what Moodle no longer has and nobody needs takes the row away, and what it held', async () => {
    kit.setRow(course, { moodle_id: 7, active: true });
    kit.courses.put(1, { active: false });
    answering({ result: 'nowhere' });
    await push();
    expect(kit.row(course)).toBeUndefined();
    expect(kit.brakeCalls).toContain('holds -1');
  });

  it('is counted once for what Moodle holds', async () => {
    await push();
    kit.courses.put(1, { payload: { name: 'Another' } });
    await push();
    expect(kit.brakeCalls).toEqual(['holds 1']);
  });

  it('clears a failure, and tells those who wait and those who have the name in view', async () => {
    kit.setRow(course, { moodle_id: 7, failure: refused, failure_id: 'x', status: 'failed', attempts: 2 });
    const { recovered, updated } = await push();
    expect([recovered, updated]).toEqual([[course], [course]]);
    expect(kit.row(course)).toMatchObject({ status: 'synced', attempts: 0 });
    expect(kit.row(course)).not.toHaveProperty('failure');
  });

  it('under another id than before is told of, so that what hangs on it follows; a first one is not', async () => {
    expect((await push()).moved).toEqual([]);
    kit.courses.put(1, { payload: { name: 'Another' } });
    answering({ result: 'created', moodleId: 555 });
    expect((await push()).moved).toMatchObject([{ idnumber: course, moodle_id: 555 }]);
  });

  it('that only links the account has it pushed again at once, with nothing believed', async () => {
    kit.setRow(course, { sync_hash: 'old', field_hashes: { name: 'x' } });
    answering({ result: 'linked', moodleId: 9 });
    const { again } = await push();
    expect(again).toEqual([{ service: 'subjects', id: '1', delaySeconds: 0 }]);
    expect(kit.row(course)).toMatchObject({ status: 'synced', moodle_id: 9 });
    expect(kit.row(course)).not.toHaveProperty('sync_hash');
    expect(kit.row(course)).not.toHaveProperty('field_hashes');
  });

  it('drops the notes of what the comparison had pushed again, and keeps those that a person decides', async () => {
    const note = { kind: 'changed', found_at: iso(kit.now) } as const;
    kit.setRow(course, {
      drift: [
        { ...note, action: 'push' },
        { ...note, action: 'keep' },
      ],
    });
    await push();
    expect(kit.row(course)?.drift).toMatchObject([{ action: 'keep' }]);
  });
});

describe('a failure', () => {
  it('is tried again after five minutes by its name, and is given up after the last attempt', async () => {
    answering({ result: 'failed', failure: refused });
    const first = await push();
    const { failure_id: failureId } = kit.row(course)!;
    expect(first.again).toEqual([
      { service: 'subjects', id: '1', delaySeconds: 300, failureId, failureClass: 'refused' },
    ]);
    const due = { next_attempt_at: iso(kit.now), attempts: 4 };
    kit.setRow(course, due);
    const last = await push();
    expect(last.again).toEqual([]);
    expect(last.exhausted).toMatchObject([{ idnumber: course, status: 'permanently_failed', attempts: 5 }]);
  });

  it.each([
    ['without an answer to the making leaves the claim, for Moodle may be at it', away, true, 'all of it'],
    ['without an answer before that leaves the doubt, and keeps nobody off', away, false, 'its end'],
    ['with an answer ends the claim', refused, true, 'nothing'],
  ] as const)('%s', async (_what, failure, isBegun, isLeft) => {
    const claimed_until = claimFrom(kit.now);
    kit.courses.answer = async ({ mapping }, context) => {
      await context.view.save({ ...mapping, claimed_until });
      return { result: 'failed', failure, isBegun };
    };
    await push();
    const left = { 'all of it': claimed_until, 'its end': iso(kit.now), nothing: undefined };
    expect(kit.row(course)?.claimed_until).toBe(left[isLeft]);
  });

  it('has the dependencies forgotten whose Moodle id has proved wrong', async () => {
    kit.courses.put(1, { dependencies: [kit.categories.put(1)] });
    answering({
      result: 'failed',
      failure: { ...refused, class: 'dependency', code: 'unknowcategory' },
      forget: ['programs_1'],
    });
    await push();
    expect(kit.row('programs_1')).toMatchObject({ status: 'synced' });
    expect(kit.row('programs_1')).not.toHaveProperty('moodle_id');
    expect(kit.row('programs_1')).not.toHaveProperty('sync_hash');
    kit.now += 300_000;
    answering({ result: 'created', moodleId: 1 });
    await push();
    expect(kit.categories.pushed).toBe('programs_1 programs_1');
  });

  it('of which Moodle holds a part keeps that part', async () => {
    answering({ result: 'failed', failure: refused, moodleId: 7, extraData: { courses: ['a'] } });
    await push();
    expect(kit.row(course)).toMatchObject({ status: 'failed', moodle_id: 7, extra_data: { courses: ['a'] } });
  });
});

describe('two workers on one entity', () => {
  const other = (fields: Partial<Mapping>) => () => kit.setRow(course, fields);

  it('that have pushed the same agree', async () => {
    answering({ result: 'updated', moodleId: 7 }, other({ moodle_id: 7, sync_hash: hash, status: 'synced' }));
    expect((await push()).again).toEqual([]);
    expect(kit.row(course)).toMatchObject({ sync_hash: hash, revision: 1 });
  });

  it('that have pushed different things leave nothing believed but what both know, and it is pushed again', async () => {
    const fieldHashes = { name: 'n', visible: 'v' };
    answering(
      { result: 'updated', moodleId: 7, fieldHashes },
      other({ moodle_id: 7, sync_hash: 'theirs', field_hashes: { name: 'n', visible: 'w' } }),
    );
    expect((await push()).again).toEqual([{ service: 'subjects', id: '1', delaySeconds: 0 }]);
    expect(kit.row(course)).not.toHaveProperty('sync_hash');
    expect(kit.row(course)?.field_hashes).toEqual({ name: 'n' });
  });

  it('of which one has failed go by the one that has arrived', async () => {
    answering(
      { result: 'failed', failure: refused },
      other({ moodle_id: 7, sync_hash: hash, status: 'synced' }),
    );
    const { again } = await push();
    expect([again, kit.row(course)?.status]).toEqual([[], 'synced']);
  });

  it('of which one has failed count the attempt on what the other has written', async () => {
    answering({ result: 'failed', failure: refused }, other({ moodle_id: 7, sync_hash: 'theirs' }));
    await push();
    expect(kit.row(course)).toMatchObject({ status: 'failed', attempts: 1, moodle_id: 7, revision: 2 });
  });
});

describe('records that are left out of an entity', () => {
  const leftOut = (id: string, failure: LeftOut['failure'] = missingDependency('It lacks a subject.')) => ({
    source: { model: 'op.student.course' as const, id },
    failure,
  });

  it('have rows of their own that say why, until they are in again', async () => {
    kit.courses.put(1, { leftOut: [leftOut('8'), leftOut('9', conflict('c', 'Two claim it.', 'A.'))] });
    await push();
    expect(kit.row('oec_enrolment_8')).toMatchObject({ status: 'waiting', record_id: '8' });
    expect(kit.row('oec_enrolment_9')).toMatchObject({ status: 'conflict', failure: { code: 'c' } });
    kit.courses.put(1, { leftOut: [leftOut('9')] });
    await push();
    expect([...kit.mappings.rows.keys()].sort()).toEqual(['oec_enrolment_9', course]);
    expect(kit.row('oec_enrolment_9')?.failure?.code).toBe('missing');
    expect(kit.courses.pushed).toBe(course);
  });
});

it('what others have found out about is pushed again, unless that has just been done', async () => {
  kit.courses.put(2);
  kit.setRow('subjects_2', { moodle_id: 2 });
  kit.courses.answer = (_item, context) => {
    context.doubted.add(course).add('subjects_2');
    return { result: 'created', moodleId: 1 };
  };
  expect((await push()).again).toEqual([{ service: 'subjects', id: '2', delaySeconds: 0 }]);
});
