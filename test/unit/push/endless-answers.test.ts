import { expect, it } from 'vitest';
import { student } from '#test/integration/records.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { PushKit } from './push-kit.ts';

it('an answer without end is the instance’s failure: the breaker hears of it, and the record is pushed later', async () => {
  await using kit = await PushKit.start();
  kit.moodle.intercept(faults.times(1, 'core_user_get_users_by_field', faults.endlessAnswer('{},')));
  await kit.sync(student(1));
  expect(kit.toldBreaker).toEqual(['too-large']);
  expect(kit.mapping('oec_student_1')).toMatchObject({
    status: 'failed',
    failure: { class: 'unreachable', code: 'too-large' },
  });
  await kit.advance(3_600_000);
  expect(kit.troubles()).toEqual({});
});
