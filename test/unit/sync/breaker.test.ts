import { describe, expect, it } from 'vitest';
import type { Failure, FailureClass } from '#shared/sync/failure.ts';
import {
  admission,
  afterFailure,
  afterProbeTaken,
  type BreakerState,
  breakerStateSchema,
  closed,
} from '#shared/sync/limits/breaker.ts';

const failure = (of: FailureClass): Failure => ({ class: of, code: 'timeout', reason: 'R.', advice: 'A.' });
const fresh = breakerStateSchema.parse({});
const second = 1_000;

function failing(times: number, state: BreakerState = fresh): BreakerState {
  return times === 0 ? state : failing(times - 1, afterFailure(state, failure('unreachable'), 0));
}

describe('the breaker', () => {
  it('opens after three transport failures in a row', () => {
    expect(admission(failing(2), 0)).toEqual({ kind: 'call' });
    expect(admission(failing(3), 0)).toEqual({ kind: 'wait', seconds: 60 });
  });

  it('opens at once when the instance is misconfigured', () => {
    expect(admission(afterFailure(fresh, failure('misconfigured'), 0), 0).kind).toBe('wait');
  });

  it('counts only failures in a row', () => {
    expect(admission(failing(2, closed(failing(2))), 0)).toEqual({ kind: 'call' });
  });

  it('lets one probe through at a time, less and less often', () => {
    let state = failing(3);
    const probes: number[] = [];
    for (let now = 0; now <= 3_600 * second; now += second) {
      if (admission(state, now).kind !== 'probe') continue;
      probes.push(now / second);
      state = afterProbeTaken(state, now);
      expect(admission(state, now).kind).toBe('wait');
    }
    expect(probes).toEqual([60, 180, 480, 1_080, 1_680, 2_280, 2_880, 3_480]);
  });

  it('stays as it is while failures come in that began before it opened', () => {
    const open = failing(3);
    expect(afterFailure(open, failure('unreachable'), 30 * second)).toMatchObject({
      opened_at: 0,
      probe_at: 60_000,
    });
  });

  it('closes with the first answer, and writes nothing while all is well', () => {
    expect(admission(closed(failing(5)), 0)).toEqual({ kind: 'call' });
    expect(closed(fresh)).toBe(fresh);
  });
});
