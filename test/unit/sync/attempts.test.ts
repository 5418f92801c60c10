import { describe, expect, it } from 'vitest';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure, FailureClass } from '#shared/sync/failure.ts';
import { countAttempt, withoutFailure } from '#shared/sync/units/attempts.ts';

const start = Date.parse('2026-09-01T08:00:00Z');
const minute = 60_000;
const failure = (of: FailureClass): Failure => ({ class: of, code: 'x', reason: 'R.', advice: 'A.' });
const fresh = newMapping('m', 'oec_student_1', 'students', { model: 'op.student', id: '1' });
const first = { isRedelivered: false };
const retryOf = (mapping: Mapping) => ({ retryOf: [mapping.failure_id!], isRedelivered: false });

describe('countAttempt', () => {
  it('tries again after 5 min, 30 min, 4 h and 24 h and then gives up, five attempts in all', () => {
    let now = start;
    let attempt = countAttempt(fresh, failure('refused'), 'h', first, now);
    const waits: (number | undefined)[] = [attempt.retry?.delaySeconds];
    for (let index = 0; index < 4; index++) {
      now += (attempt.retry?.delaySeconds ?? 0) * 1000;
      attempt = countAttempt(attempt.mapping, failure('refused'), 'h', retryOf(attempt.mapping), now);
      waits.push(attempt.retry?.delaySeconds);
    }
    expect(waits).toEqual([300, 1_800, 14_400, 86_400, undefined]);
    expect(attempt.exhausted).toBe(true);
    expect(attempt.mapping).toMatchObject({
      status: 'permanently_failed',
      attempts: 5,
      first_failed_at: '2026-09-01T08:00:00.000Z',
      last_failed_at: '2026-09-02T12:35:00.000Z',
    });
  });

  it('does not count what fails between two attempts, nor schedule it again', () => {
    const { mapping } = countAttempt(fresh, failure('refused'), 'h', first, start);
    const between = countAttempt(mapping, failure('refused'), 'h', first, start + minute);
    expect(between).toMatchObject({
      exhausted: false,
      mapping: { attempts: 1, failure_id: mapping.failure_id },
    });
    expect(between.retry).toBeUndefined();
  });

  it('schedules again after a delivery whose worker may have died before it could', () => {
    const { mapping } = countAttempt(fresh, failure('refused'), 'h', first, start);
    const again = countAttempt(mapping, failure('refused'), 'h', { isRedelivered: true }, start + minute);
    expect(again.retry).toEqual({ delaySeconds: 240, failureId: mapping.failure_id });
    expect(again.mapping.attempts).toBe(1);
  });

  it('starts over with another payload, and after the last attempt', () => {
    const one = countAttempt(fresh, failure('refused'), 'h', first, start).mapping;
    const changed = countAttempt(one, failure('refused'), 'other', first, start + minute);
    expect(changed).toMatchObject({ mapping: { attempts: 1 }, retry: { delaySeconds: 300 } });
    expect(changed.mapping.failure_id).not.toBe(one.failure_id);
    const used: Mapping = { ...one, status: 'permanently_failed', attempts: 5, next_attempt_at: undefined };
    expect(countAttempt(used, failure('refused'), 'h', first, start)).toMatchObject({
      mapping: { status: 'failed', attempts: 1 },
      retry: { delaySeconds: 300 },
    });
  });

  it('counts an attempt whose schedule was lost once it is overdue', () => {
    const { mapping } = countAttempt(fresh, failure('refused'), 'h', first, start);
    const late = countAttempt(mapping, failure('refused'), 'h', first, start + 10 * minute);
    expect(late.mapping.attempts).toBe(2);
  });

  it('waits for a change where trying again is of no use', () => {
    for (const of of ['invalid', 'conflict'] as const) {
      const attempt = countAttempt(fresh, failure(of), 'h', first, start);
      expect(attempt).toMatchObject({ exhausted: false, mapping: { status: of } });
      expect(attempt.retry).toBeUndefined();
    }
  });

  it('takes no attempt from a record whose instance is misconfigured', () => {
    const one = countAttempt(fresh, failure('refused'), 'h', first, start).mapping;
    const attempt = countAttempt(one, failure('misconfigured'), 'h', retryOf(one), start + 5 * minute);
    expect(attempt).toMatchObject({ mapping: { attempts: 1 }, retry: { delaySeconds: 900 } });
  });

  it('does not believe the hash any more when the outcome of a call is unknown', () => {
    const synced: Mapping = { ...fresh, sync_hash: 'old', moodle_id: 7 };
    expect(countAttempt(synced, failure('unreachable'), 'h', first, start).mapping.sync_hash).toBeUndefined();
    expect(countAttempt(synced, failure('refused'), 'h', first, start).mapping.sync_hash).toBe('old');
  });
});

describe('withoutFailure', () => {
  it('keeps what is known of Moodle and forgets the failure', () => {
    const failed = countAttempt({ ...fresh, moodle_id: 7 }, failure('refused'), 'h', first, start).mapping;
    expect(withoutFailure(failed)).toEqual({
      ...fresh,
      moodle_id: 7,
      status: 'failed',
      sync_hash: undefined,
      attempted_hash: undefined,
      failure: undefined,
      failure_id: undefined,
      first_failed_at: undefined,
      last_failed_at: undefined,
      next_attempt_at: undefined,
    });
  });
});
