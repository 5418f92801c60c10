import { describe, expect, it } from 'vitest';
import { UnitQueue } from '#shared/operate/plan/unit-queue.ts';

const unit = (id: string) => ({ instance: 'demo', service: 'students' as const, ids: [id] });

describe('the queue of a dry run', () => {
  it('gives units as they fall due, those that are put off at the end', () => {
    const queue = new UnitQueue();
    queue.add([unit('late')], { now: 0, delaySeconds: 300, changes: 0 });
    queue.add([unit('soon')], { now: 0, delaySeconds: 15, changes: 0 });
    queue.add([unit('first'), unit('second')], { now: 0, delaySeconds: 0, changes: 0 });
    expect(queue.records).toBe(3);
    const order = [1, 2, 3].map(() => queue.next(false, 1)?.unit.ids[0]);
    expect(order).toEqual(['first', 'second', 'soon']);
    expect(queue.next(false, 1)).toBeUndefined();
    expect(queue.next(true, 1)).toMatchObject({ at: 300_000 });
  });

  it('tries again what was put off only where something has changed since, or whatever happens', () => {
    const queue = new UnitQueue();
    queue.add([unit('as before')], { now: 0, delaySeconds: 300, changes: 4 });
    queue.add([unit('in any case')], { now: 0, delaySeconds: 300, changes: -1 });
    expect(queue.next(true, 4)?.unit.ids).toEqual(['in any case']);
    expect(queue.next(true, 4)).toBeUndefined();
  });
});
