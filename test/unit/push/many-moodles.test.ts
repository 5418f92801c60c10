import { describe, expect, it } from 'vitest';
import { type Fate, ManyMoodles } from './many-moodles.ts';

// Units that wait for their instance, with the real engine in virtual time. Lambda stops what comes through one function
// more than sixteen times; here nothing does so more than ten times, however long it waits.
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

describe('a unit that waits for its instance', () => {
  it('lies still for the three days of a pause; then 1,000 students are there within minutes', async () => {
    const stack = new ManyMoodles(4, { demo: { seconds: 10, isPaused: true } });
    stack.send(['demo'], 20);
    await stack.pass(3 * day);
    expect(stack.waits('demo')).toMatchObject({ done: 0, rounds: 1 });
    await stack.resume('demo');
    await stack.pass(2 * minute);
    expect(stack.waits('demo')).toMatchObject({ done: 20, rounds: 2, atOnce: 4 });
  });

  it('lies still for an outage of a week, and loses no attempt; a probe sees the return', async () => {
    const stack = new ManyMoodles(4, { demo: { seconds: 10, isAway: true } });
    stack.send(['demo'], 100);
    await stack.pass(7 * day);
    stack.fate('demo').isAway = false;
    await stack.pass(20 * minute);
    expect(stack.waits('demo').done).toBe(100);
    expect(stack.waits('demo').rounds).toBeLessThanOrEqual(10);
    expect(stack.losses('demo')).toEqual([]);
    expect(stack.parking.rows.size).toBe(0);
  });

  it('waits for a worker without going round, where two Moodles have 1,200 units each', async () => {
    const fate = (): Fate => ({ seconds: 20 });
    const stack = new ManyMoodles(4, { one: fate(), two: fate() });
    stack.send(['one', 'two'], 1_200);
    await stack.pass(4 * hour);
    for (const id of ['one', 'two']) {
      expect(stack.waits(id).done).toBe(1_200);
      expect(stack.waits(id).rounds).toBeLessThanOrEqual(3);
      expect(stack.waits(id).atOnce).toBeLessThanOrEqual(3);
      // Both get their half of the four workers.
      expect(stack.waits(id).longest).toBeLessThan((1_200 * 20) / 2 + 10 * minute);
    }
  });
});

describe('twenty Moodles, one of them slow and one away', () => {
  const ids = Array.from({ length: 20 }, (_, index) => `m${index + 1}`);
  const others = ids.slice(2);

  async function run(workers: number): Promise<ManyMoodles> {
    const fates = Object.fromEntries(ids.map((id): [string, Fate] => [id, { seconds: 5 }]));
    fates.m1 = { seconds: 120 };
    fates.m2 = { seconds: 5, isAway: true };
    const stack = new ManyMoodles(workers, fates);
    stack.send(ids, 20);
    await stack.pass(day);
    return stack;
  }

  it.each([4, 8, 16])('leave the others to %i workers as if those two were not there', async (workers) => {
    const stack = await run(workers);
    // All the others' work shared by all workers but those that the slow one may have.
    const left = workers - Math.min(4, workers - 1);
    const alone = (others.length * 20 * 5) / left;
    for (const id of others) {
      expect(stack.waits(id)).toMatchObject({ done: 20 });
      expect(stack.waits(id).rounds).toBeLessThanOrEqual(10);
      expect(stack.waits(id).longest).toBeLessThan(alone + 5 * minute);
      expect(stack.waits(id).atOnce).toBeLessThanOrEqual(4);
    }
    expect(stack.waits('m1')).toMatchObject({ done: 20, atOnce: Math.min(4, workers - 1) });
    expect(stack.waits('m2').done).toBe(0);
    stack.fate('m2').isAway = false;
    await stack.pass(20 * minute);
    expect(stack.waits('m2').done).toBe(20);
    expect(stack.waits('m2').rounds).toBeLessThanOrEqual(10);
  });
});
