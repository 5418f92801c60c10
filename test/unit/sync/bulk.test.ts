import { describe, expect, it } from 'vitest';
import { MoodleError, MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import { type BulkCall, type BulkOutcome, runInBulk } from '#shared/moodle/push/bulk.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';

/** All that runInBulk takes from a session. */
function context(): PushContext {
  return { clock: { now: () => 0, sleep: async () => {} } } as unknown as PushContext;
}

/** A function of Moodle that takes items all or none. */
function peer(isBad: (item: number) => boolean, errorcode = 'invalidparameter') {
  const calls: number[][] = [];
  const bulk: BulkCall<number, string> = {
    variables: () => 1,
    call: async (items) => {
      calls.push(items);
      if (items.some(isBad)) throw new MoodleError('some_function', errorcode);
      return items.map((item) => ({ done: `made ${item}` }));
    },
  };
  return { calls, bulk };
}

const items = Array.from({ length: 50 }, (_, index) => index);
const failed = (outcomes: Map<number, BulkOutcome<unknown>>) =>
  [...outcomes].filter(([, outcome]) => 'failure' in outcome).map(([item]) => item);

describe('runInBulk', () => {
  it('takes one call when all is well', async () => {
    const { calls, bulk } = peer(() => false);
    const outcomes = await runInBulk(context(), items, bulk);
    expect(outcomes.get(7)).toEqual({ done: 'made 7' });
    expect([outcomes.size, calls.length]).toEqual([50, 1]);
  });

  it.each([
    ['one', [17], 12],
    ['five', [3, 14, 15, 29, 48], 42],
    ['neighbouring', [20, 21, 22], 16],
    ['all', items, 100],
  ])('names %s bad of 50 and lets every good one through', async (_name, bad, most) => {
    const { calls, bulk } = peer((item) => bad.includes(item));
    const outcomes = await runInBulk(context(), items, bulk);
    expect(failed(outcomes).sort((a, b) => a - b)).toEqual(bad);
    expect(outcomes.size).toBe(50);
    expect(calls.length).toBeLessThanOrEqual(most);
  });

  it('repeats a call that may have met a deadlock, and does not narrow when that helps', async () => {
    const { calls, bulk } = peer(() => calls.length === 1, 'dmlwriteexception');
    const outcomes = await runInBulk(context(), items, bulk);
    expect([failed(outcomes), calls.length]).toEqual([[], 2]);
  });

  it('finds a culprit also where deadlocks come and go', async () => {
    let turn = 0;
    const { bulk } = peer(
      (item) => item === 31 || (turn++ % 97 === 0 && item % 2 === 0),
      'dmlwriteexception',
    );
    expect(failed(await runInBulk(context(), items, bulk))).toEqual([31]);
  });

  it('adopts what a second look finds, and tries the rest together', async () => {
    const { calls, bulk } = peer((item) => item === 4);
    const outcomes = await runInBulk(context(), items, {
      ...bulk,
      lookAgain: async () => ({ outcomes: new Map([[4, { done: 'found' }]]) }),
    });
    expect(outcomes.get(4)).toEqual({ done: 'found' });
    expect([failed(outcomes), calls.length]).toEqual([[], 2]);
  });

  it('stops at the first sign that the instance is away: the rest fail alike without a call', async () => {
    const calls: number[][] = [];
    const current = context();
    const outcomes = await runInBulk(current, [1, 2, 3], {
      variables: () => 900,
      call: async (batch) => {
        calls.push(batch);
        throw new MoodleUnavailableError('some_function', 'timeout', 'no answer in 1 s.');
      },
    });
    expect(calls).toEqual([[1]]);
    expect(failed(outcomes)).toEqual([1, 2, 3]);
    expect(current.failure?.class).toBe('unreachable');
  });

  it('leaves items undecided whose second look failed', async () => {
    const { bulk } = peer((item) => item === 4);
    const outcomes = await runInBulk(context(), [3, 4], {
      ...bulk,
      lookAgain: async () => {
        throw new MoodleUnavailableError('some_lookup', 'connection', 'reset.');
      },
    });
    expect(failed(outcomes)).toEqual([3, 4]);
  });

  it('sorts items by what Moodle locks', async () => {
    const { calls, bulk } = peer(() => false);
    await runInBulk(context(), [3, 1, 2], { ...bulk, order: (a, b) => a - b });
    expect(calls).toEqual([[1, 2, 3]]);
  });

  it('does not take a defect of ours for a refusal by Moodle', async () => {
    const defect = new TypeError('undefined is not a function');
    const run = runInBulk(context(), [1], {
      variables: () => 1,
      call: async () => {
        throw defect;
      },
    });
    await expect(run).rejects.toBe(defect);
  });
});
