import { describe, expect, it } from 'vitest';
import { askBrake, brakeLimit, brakeStateSchema, giveBack } from '#shared/sync/limits/brake.ts';

const settings = { share: 0.1, minimum: 20 };
const now = Date.parse('2026-09-01T08:00:00Z');
const minute = 60_000;
const holding = (holds: number) => brakeStateSchema.parse({ holds });

describe('brakeLimit', () => {
  it('is a share of what the instance holds, but never less than the minimum', () => {
    expect([0, 100, 500].map((holds) => brakeLimit(settings, holds))).toEqual([20, 20, 50]);
  });
});

describe('giveBack', () => {
  it('takes back what was counted and not made, and never more than was counted', () => {
    const { state } = askBrake(holding(500), settings, 30, now);
    expect(giveBack(state, 10).count).toBe(20);
    expect(giveBack(state, 40).count).toBe(0);
    expect(giveBack(state, 0)).toBe(state);
  });
});

describe('askBrake', () => {
  it('lets up to the limit pass within an hour, and nothing more', () => {
    const one = askBrake(holding(500), settings, 30, now);
    expect(one.allowed).toBe(true);
    const two = askBrake(one.state, settings, 20, now + 59 * minute);
    expect(two.allowed).toBe(true);
    const three = askBrake(two.state, settings, 1, now + 59 * minute);
    expect(three).toMatchObject({ allowed: false, state: { engaged_at: '2026-09-01T08:59:00.000Z' } });
  });

  it('begins a new hour when the old one is over', () => {
    const one = askBrake(holding(500), settings, 50, now);
    expect(askBrake(one.state, settings, 50, now + 60 * minute).allowed).toBe(true);
  });

  it('stays on until the operator releases it, and is off again after the release', () => {
    const on = askBrake(holding(500), settings, 51, now).state;
    expect(askBrake(on, settings, 1, now + 24 * 60 * minute).allowed).toBe(false);
    const released = { ...on, released_until: '2026-09-01T10:00:00.000Z' };
    expect(askBrake(released, settings, 400, now + 90 * minute).allowed).toBe(true);
    const after = askBrake(released, settings, 10, now + 180 * minute);
    expect(after).toMatchObject({ allowed: true, state: { engaged_at: undefined } });
    expect(askBrake(after.state, settings, 400, now + 181 * minute).allowed).toBe(false);
  });
});
