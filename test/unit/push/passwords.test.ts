import { describe, expect, it } from 'vitest';
import { student } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

describe('the password of a new account', () => {
  it.each([
    // Moodle hashes one of 15 characters in half the time.
    { minPasswordLength: 8, lengths: [15] },
    { minPasswordLength: 15, lengths: [15] },
    { minPasswordLength: 16, lengths: [15, 36] },
    { minPasswordLength: 30, lengths: [15, 36] },
  ])('has as many characters as a site with at least $minPasswordLength wants', async (site) => {
    const kit = await PushKit.start({
      settings: { new_accounts: { auth: 'manual', password: 'random' } },
      moodle: { minPasswordLength: site.minPasswordLength },
    });
    const lengths: number[] = [];
    kit.moodle.intercept((call, proceed) => {
      const { users = [] } = call.parameters as { users?: { password: string }[] };
      if (call.function === 'core_user_create_users') lengths.push(users[0]!.password.length);
      return proceed();
    });
    await kit.sync(student(1), student(2));
    expect(lengths).toEqual(site.lengths);
    expect(kit.troubles()).toEqual({});
    await kit.moodle.stop();
  });
});
