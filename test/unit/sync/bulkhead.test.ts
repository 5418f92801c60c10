import { describe, expect, it } from 'vitest';
import { type BulkheadState, entered, mostUnits, sharedBulkhead } from '#shared/sync/limits/bulkhead.ts';

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

describe('a place that is kept', () => {
  it('is kept by one worker only, as long as there is room, and is there when the unit comes', async () => {
    let state: BulkheadState = { revision: 0, units: {} };
    const store = {
      getBulkhead: async () => state,
      saveBulkhead: async (_instance: string, next: BulkheadState) => {
        state = next;
        return true;
      },
    };
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const clock = { now: () => now, sleep: async () => {} };
    const bulkhead = sharedBulkhead(store, async () => 2, clock, log);
    const demo = { id: 'demo' };
    expect(await bulkhead.keep(demo, 'a')).toBe('kept');
    expect(await bulkhead.keep(demo, 'a')).toBe('taken');
    expect(await bulkhead.enter(demo, 'b')).toBe(true);
    expect(await bulkhead.keep(demo, 'c')).toBe('full');
    expect(await bulkhead.enter(demo, 'a')).toBe(true);
  });
});

describe('mostUnits', () => {
  it.each([
    [4, false, 4],
    [4, true, 3],
    [16, true, 4],
    [16, false, 4],
    [2, true, 1],
    [1, true, 1],
  ])('%i workers, several Moodles: %s: %i for each', (workers, areSeveral, most) => {
    expect(mostUnits(workers, areSeveral)).toBe(most);
  });
});
