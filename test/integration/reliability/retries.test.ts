import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, startKit, student } from '../kit.ts';
import { hour, minute, permanentlyFailed } from './support.ts';

const refusedEmail = 'nobody@denied.example.net';

describe('a record that Moodle refuses for ever', () => {
  let kit: Kit;
  /** Virtual times of the attempts to create an account. */
  let attempts: number[];

  beforeEach(async () => {
    kit = await startKit({ schedules: 'none', moodle: { refusedEmailDomains: ['denied.example.net'] } });
    attempts = [];
    kit.site().moodle.intercept((call, proceed) => {
      if (call.function === 'core_user_create_users') attempts.push(kit.cloud.clock.now());
      return proceed();
    });
  });
  afterEach(() => kit.stop());

  /** Asserts the attempts' times in minutes after the first one, ± 1. */
  function expectMinutes(expected: number[]): void {
    const measured = attempts.map((at) => (at - attempts[0]!) / minute);
    expect(measured.map(Math.round), `attempts at minutes ${measured.join(', ')}`).toHaveLength(
      expected.length,
    );
    for (const [index, at] of measured.entries())
      expect(Math.abs(at - expected[index]!)).toBeLessThanOrEqual(1);
  }

  it('is tried five times, at 0, 5 min, 35 min, 4 h 35 min and 28 h 35 min, and is then permanently failed', async () => {
    await kit.sync(student(1, { email: refusedEmail }), student(2));
    attempts.splice(0, attempts.length, attempts.at(-1)!);
    await kit.advance(28 * hour);
    expect(await permanentlyFailed(kit)).toEqual([]);
    await kit.advance(72 * hour);
    expectMinutes([0, 5, 35, 275, 1715]);
    const mapping = await kit.mapping('oec_student_1');
    expect(mapping).toMatchObject({
      status: 'permanently_failed',
      attempts: 5,
      failure: { code: 'invalidparameter' },
    });
    expect(Date.parse(mapping!.last_failed_at!) - Date.parse(mapping!.first_failed_at!)).toBeGreaterThan(
      28.5 * hour,
    );
    expect(await permanentlyFailed(kit)).toEqual([
      {
        status: 'permanently_failed',
        instance: 'demo',
        model: 'op.student',
        record_id: '1',
        reason: mapping!.failure!.code,
        attempts: '5',
        first_failed_at: mapping!.first_failed_at,
        last_failed_at: mapping!.last_failed_at,
      },
    ]);
    expect(await kit.mapping('oec_student_2')).toMatchObject({ status: 'synced' });
  });

  it('starts over at once when the ERP changes it, and leftovers of the old row of attempts do not count', async () => {
    await kit.sync(student(1, { email: refusedEmail }));
    await kit.advance(10 * minute);
    expectMinutes([0, 5]);
    attempts.length = 0;
    await kit.sync(student(1, { email: refusedEmail, first_name: 'Other' }));
    expect(await kit.mapping('oec_student_1')).toMatchObject({ attempts: 1, status: 'failed' });
    await kit.advance(72 * hour);
    expectMinutes([0, 5, 35, 275, 1715]);
    expect(await permanentlyFailed(kit)).toHaveLength(1);
  });

  it('arrives at once when the ERP corrects it, also after the last attempt', async () => {
    await kit.sync(student(1, { email: refusedEmail }), student(2, { email: `b${refusedEmail}` }));
    await kit.advance(6 * minute);
    await kit.sync(student(1));
    expect(await kit.mapping('oec_student_1')).toMatchObject({ status: 'synced', attempts: 0 });
    expect((await kit.mapping('oec_student_1'))?.failure).toBeUndefined();
    await kit.advance(30 * hour);
    expect(await kit.mapping('oec_student_2')).toMatchObject({ status: 'permanently_failed' });
    attempts.length = 0;
    await kit.sync(student(2));
    expect(attempts).toHaveLength(1);
    expect(await kit.troubles()).toEqual({});
    await kit.advance(72 * hour);
    expect(attempts).toHaveLength(1);
    expect((await permanentlyFailed(kit)).map(({ record_id }) => record_id)).toEqual(['2']);
  });

  it('that is written again unchanged while it waits loses no attempt and gains none', async () => {
    await kit.sync(student(1, { email: refusedEmail }));
    await kit.advance(20 * minute);
    await kit.sync(student(1, { email: refusedEmail, write_date: '2026-11-11 11:11:11' }));
    expect(await kit.mapping('oec_student_1')).toMatchObject({ attempts: 2 });
    await kit.advance(72 * hour);
    expect(await kit.mapping('oec_student_1')).toMatchObject({ attempts: 5, status: 'permanently_failed' });
    expect(await permanentlyFailed(kit)).toHaveLength(1);
  });
});
