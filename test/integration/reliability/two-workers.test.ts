import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, startKit, student } from '../kit.ts';
import { Gate } from './support.ts';

describe('two workers that push two versions of one record', () => {
  let kit: Kit;
  let id = 0;
  beforeAll(async () => {
    kit = await startKit();
  });
  beforeEach(async () => {
    id += 1;
    await kit.sync(student(id, { last_name: 'First' }));
  });
  afterAll(() => kit.stop());

  /** Writes two newer versions; both workers wait at Moodle's door, then go through in the given order. */
  async function race(order: [number, number], where: 'before' | 'after'): Promise<void> {
    const gate = new Gate();
    let seen = 0;
    const undo = kit.site().moodle.intercept(async (call, proceed) => {
      seen += call.function === 'core_user_update_users' ? 1 : 0;
      if (call.function !== 'core_user_update_users' || seen > 2) return proceed();
      const answer = where === 'after' ? await proceed() : undefined;
      await gate.pass();
      return answer ?? proceed();
    });
    await kit.put(student(id, { last_name: 'Second' }));
    await gate.arrived(1);
    await kit.put(student(id, { last_name: 'Third' }));
    await gate.arrived(2);
    gate.release(order[0]);
    // The first is through with its books before the second goes on.
    await expect
      .poll(async () => (await kit.mapping(`oec_student_${id}`))?.revision, { timeout: 60_000 })
      .toBe(2);
    gate.release(order[1]);
    await kit.settle();
    await kit.advance(60_000);
    undo();
  }

  it.each([
    { order: [0, 1] as [number, number], where: 'before' as const, text: 'the newer writes last' },
    { order: [1, 0] as [number, number], where: 'before' as const, text: 'the older writes last' },
    { order: [0, 1] as [number, number], where: 'after' as const, text: 'the newer keeps its books last' },
    { order: [1, 0] as [number, number], where: 'after' as const, text: 'the older keeps its books last' },
  ])('ends with the newer in Moodle: $text', async ({ order, where }) => {
    await race(order, where);
    expect((await kit.site().user(`oec_student_${id}`))?.lastname).toBe('Third');
    expect(await kit.troubles()).toEqual({});
    // The books agree with Moodle: one more pass has nothing to write.
    const calls = await kit
      .site()
      .callsDuring(() => kit.sync(student(id, { last_name: 'Third', write_date: 'later' })));
    expect(calls).toEqual([]);
  });
});
