import { beforeEach, describe, expect, it } from 'vitest';
import { conflict } from '#shared/sync/failure.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { claimFrom } from '#shared/sync/units/claim.ts';
import { away, EngineKit, refused } from './engine-kit.ts';

let kit: EngineKit;
beforeEach(() => {
  kit = new EngineKit();
});
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

describe('what is pushed', () => {
  it('is remembered with its hash and what it hangs on, and is not pushed again while it stays so', async () => {
    const category = kit.categories.put(1);
    const course = kit.courses.put(1, { dependencies: [category] });
    await kit.push(kit.courses, [1]);
    expect(kit.row(course)).toMatchObject({
      status: 'synced',
      moodle_id: 101,
      active: true,
      sync_hash: payloadHash({ name: 'Name 1' }),
      made_with: { [category]: 101 },
      last_synced_at: iso(kit.now),
    });
    const again = await kit.push(kit.courses, [1]);
    expect(kit.courses.pushed).toBe('subjects_1');
    expect(again.outcomes.get(course)?.result).toBe('skipped');
  });

  it('is pushed once more where the hash is not believed, and what it hangs on is not', async () => {
    kit.courses.put(1, { dependencies: [kit.categories.put(1)] });
    await kit.push(kit.courses, [1]);
    await kit.push(kit.courses, [1], { force: true });
    expect([kit.courses.pushed, kit.categories.pushed]).toEqual(['subjects_1 subjects_1', 'programs_1']);
  });

  it('is pushed again when what it hangs on has another Moodle id, and is told so', async () => {
    const category = kit.categories.put(1);
    kit.courses.put(1, { dependencies: [category] });
    await kit.push(kit.courses, [1]);
    kit.setRow(category, { moodle_id: 7 });
    await kit.push(kit.courses, [1]);
    expect(kit.courses.pushes[1]?.[0]?.moved).toEqual(new Set([category]));
    expect(kit.row('subjects_1')?.made_with).toEqual({ [category]: 7 });
  });

  it('goes to Moodle after what it hangs on, be that of the same unit or of another service', async () => {
    const top = kit.categories.put(1);
    const middle = kit.categories.put(2, { dependencies: [top] });
    kit.courses.put(2, { dependencies: [kit.courses.put(1, { dependencies: [middle] })] });
    await kit.push(kit.courses, [2, 1]);
    expect([kit.categories.pushed, kit.courses.pushed]).toEqual([
      'programs_1 programs_2',
      'subjects_1 subjects_2',
    ]);
  });

  it('is not made for what is not in use, unless a worker may have made it', async () => {
    kit.courses.put(1, { active: false });
    kit.courses.put(2, { active: false });
    kit.setRow('subjects_2', { claimed_until: iso(kit.now - 1) });
    await kit.push(kit.courses, [1, 2]);
    expect(kit.courses.pushed).toBe('subjects_2');
  });

  it('waits for an operator who has to say which of Moodle’s it is', async () => {
    kit.setRow(kit.courses.put(1), { adoption: 'skipped' });
    await kit.push(kit.courses, [1]);
    expect(kit.courses.pushed).toBe('');
    expect(kit.row('subjects_1')).toMatchObject({ status: 'conflict', failure: { code: 'undecided' } });
  });

  it('has to be answered for by its service', async () => {
    kit.courses.put(1);
    kit.courses.push = async () => new Map();
    await expect(kit.push(kit.courses, [1])).rejects.toThrow('gave no result for subjects_1');
  });
});

describe('an entity whose dependency fails', () => {
  beforeEach(() => {
    kit.categories.put(1);
    kit.courses.put(1, { dependencies: ['programs_1'] });
    kit.categories.answer = () => ({ result: 'failed', failure: refused });
  });

  it('waits for it without an attempt, and says why', async () => {
    const { again } = await kit.push(kit.courses, [1]);
    expect(kit.courses.pushed).toBe('');
    expect(kit.row('subjects_1')).toMatchObject({
      status: 'waiting',
      attempts: 0,
      failure: { waits_for: ['programs_1'], reason: expect.stringContaining(refused.reason) },
    });
    // Only the category itself has a next attempt.
    expect(again).toMatchObject([{ service: 'programs', delaySeconds: 300 }]);
  });

  it('is pushed all the same by a service that can do without, and is told what is missing', async () => {
    kit.courses.partial = true;
    await kit.push(kit.courses, [1]);
    expect([...kit.courses.pushes[0]![0]!.unmet.keys()]).toEqual(['programs_1']);
  });

  it('fails alike where the instance is away: nobody would release it', async () => {
    kit.categories.answer = () => ({ result: 'failed', failure: away });
    await kit.push(kit.courses, [1]);
    expect(kit.row('subjects_1')).toMatchObject({ status: 'failed', failure: { class: 'unreachable' } });
  });

  it('does not have it tried again before its time', async () => {
    await kit.push(kit.courses, [1]);
    await kit.push(kit.courses, [1]);
    expect(kit.categories.pushed).toBe('programs_1');
    kit.now += 300_000;
    await kit.push(kit.courses, [1]);
    expect(kit.categories.pushed).toBe('programs_1 programs_1');
  });

  it('names what the records do not hold', async () => {
    kit.categories.built.clear();
    await kit.push(kit.courses, [1]);
    expect(kit.row('subjects_1')?.failure).toMatchObject({ class: 'dependency', code: 'missing' });
  });
});

describe('a retry', () => {
  it('is for those whose failure it was made for, and not for what has failed otherwise since', async () => {
    kit.setRow(kit.courses.put(1), { failure_id: 'this', failure: refused });
    kit.setRow(kit.courses.put(2), { failure_id: 'another', failure: refused });
    kit.courses.put(3);
    await kit.push(kit.courses, [1, 2, 3], { retry_of: ['this'] });
    expect(kit.courses.pushed).toBe('subjects_1');
  });

  it('of a conflict is left out while nothing has changed that it depends on', async () => {
    kit.setRow('subjects_9', { moodle_id: 9, last_synced_at: iso(kit.now - 3_600_000) });
    kit.courses.put(1);
    const failure = { ...conflict('shortnametaken', 'R.', 'A.'), waits_for: ['subjects_9'] };
    kit.courses.answer = () => ({ result: 'failed', failure });
    await kit.push(kit.courses, [1]);
    expect((await kit.push(kit.courses, [1])).outcomes.get('subjects_1')?.result).toBe('failed');
    expect(kit.courses.pushed).toBe('subjects_1');
    kit.setRow('subjects_9', {});
    await kit.push(kit.courses, [1]);
    expect(kit.courses.pushed).toBe('subjects_1 subjects_1');
  });
});

describe('the brake', () => {
  beforeEach(async () => {
    for (const id of [1, 2]) kit.courses.put(id);
    await kit.push(kit.courses, [1, 2]);
    kit.courses.pushes.length = 0;
    kit.brakeCalls.length = 0;
    kit.courses.put(1, { active: false, payload: { visible: false } });
    kit.courses.put(2, { payload: { name: 'Another name' } });
  });

  it('is asked for what takes something away, once, and told what was taken', async () => {
    await kit.push(kit.courses, [1, 2]);
    expect(kit.brakeCalls).toEqual(['reserve 1', 'holds -1']);
  });

  it('holds what takes away and nothing else; it does not go round in the queue', async () => {
    kit.isBrakeOn = true;
    const { again } = await kit.push(kit.courses, [1, 2]);
    expect(kit.courses.pushed).toBe('subjects_2');
    expect(kit.row('subjects_1')).toMatchObject({ status: 'held', active: true });
    expect(again).toEqual([]);
  });

  it('gets back what was reserved and not made', async () => {
    kit.courses.answer = () => ({ result: 'failed', failure: refused });
    await kit.push(kit.courses, [1, 2]);
    expect(kit.brakeCalls).toEqual(['reserve 1', 'giveBack 1']);
  });

  it('lets pass what is given along with it, and keeps the entity held', async () => {
    kit.isBrakeOn = true;
    kit.courses.adds = () => true;
    kit.courses.answer = () => ({ result: 'updated', extraData: { given: true } });
    await kit.push(kit.courses, [1]);
    expect(kit.courses.pushes[0]?.[0]?.isBraked).toBe(true);
    expect(kit.row('subjects_1')).toMatchObject({ status: 'held', extra_data: { given: true } });
    kit.courses.answer = () => ({ result: 'failed', failure: away });
    await kit.push(kit.courses, [1]);
    expect(kit.row('subjects_1')).toMatchObject({ status: 'failed', failure: { class: 'unreachable' } });
  });
});

describe('what another worker is making', () => {
  beforeEach(() => {
    kit.setRow(kit.courses.put(1), { claimed_until: claimFrom(kit.now) });
    kit.courses.answer = () => ({ result: 'claimed' });
  });

  it('is taken as the other one leaves it', async () => {
    kit.whileWaiting = async () =>
      kit.setRow('subjects_1', {
        claimed_until: undefined,
        moodle_id: 5,
        sync_hash: payloadHash({ name: 'Name 1' }),
      });
    const { again } = await kit.push(kit.courses, [1]);
    expect([kit.courses.pushed, again]).toEqual(['subjects_1', []]);
    expect(kit.row('subjects_1')).toMatchObject({ status: 'synced', moodle_id: 5 });
  });

  it('is left to a later unit where the other one takes too long', async () => {
    const { again } = await kit.push(kit.courses, [1]);
    expect(kit.courses.pushed).toBe('subjects_1');
    expect(again).toEqual([{ service: 'subjects', id: '1', delaySeconds: 15, waited: 1 }]);
  });

  it('is waited for by what needs it, in its own name alone', async () => {
    kit.categories.put(1, { dependencies: ['subjects_1'] });
    const { again } = await kit.push(kit.categories, [1]);
    expect(kit.row('programs_1')).toMatchObject({ status: 'waiting', attempts: 0 });
    expect(again).toEqual([{ service: 'programs', id: '1', delaySeconds: 15, waited: 1 }]);
  });
});
