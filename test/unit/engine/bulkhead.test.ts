import { describe, expect, it } from 'vitest';
import { type BulkheadState, entered } from '#shared/engine/bulkhead.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const minute = 60_000;
const with3: BulkheadState = {
  revision: 3,
  units: { a: now + minute, b: now + 2 * minute, c: now + 3 * minute },
};

describe('entered', () => {
  it('takes a unit in while there is room', () => {
    const state = entered({ revision: 0, units: {} }, 'a', 3, now);
    expect(Object.keys(state?.units ?? {})).toEqual(['a']);
    expect(state?.units.a).toBeGreaterThan(now + 5 * minute);
  });

  it('takes none in when the instance has all the workers it may have', () => {
    expect(entered(with3, 'd', 3, now)).toBeUndefined();
  });

  it('takes the same unit in again, as when its message is delivered twice', () => {
    expect(Object.keys(entered(with3, 'b', 3, now)?.units ?? {}).sort()).toEqual(['a', 'b', 'c']);
  });

  it('forgets units whose worker can no longer be running', () => {
    const state = entered(with3, 'd', 3, now + minute);
    expect(Object.keys(state?.units ?? {}).sort()).toEqual(['b', 'c', 'd']);
  });
});
