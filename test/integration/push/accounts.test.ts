import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUsers } from '#shared/moodle/functions/users.ts';
import { type Kit, type Site, startKit, student } from '#test/integration/kit.ts';
import { faults } from '#test/peers/moodle-faults.ts';

/** Accounts that were in Moodle before the link was. */
const residents = [
  { username: 'ana', email: 'ANA@example.org', idnumber: '', firstname: 'Ána', lastname: 'SAMPLE' },
  {
    username: 'other@example.org',
    email: 'somebody.else@example.org',
    idnumber: '',
    firstname: 'X',
    lastname: 'Y',
  },
  {
    username: 'taken',
    email: 'taken@example.org',
    idnumber: 'oec_student_999',
    firstname: 'X',
    lastname: 'Y',
  },
];

let kit: Kit;
let site: Site;
beforeAll(async () => {
  kit = await startKit();
  site = kit.site();
  const password = 'Long-enough-1';
  await createUsers(
    site.client,
    residents.map((user) => ({ ...user, password, auth: 'manual' })),
  );
});
afterAll(() => kit.stop());

describe('usernames', () => {
  it.each([
    [1, 'Upper.Case@Example.ORG', /^upper\.case@example\.org$/],
    [2, 'a+b@example.org', /^a-b-[0-9a-f]{8}@example\.org$/],
    [3, "o'neil@example.org", /^o-neil-[0-9a-f]{8}@example\.org$/],
    [4, 'other@example.org', /^other-oec_student_4@example\.org$/],
  ])('student %i: %s', async (id, email, expected) => {
    await kit.sync(student(id, { email }));
    expect((await site.user(`oec_student_${id}`))?.username).toMatch(expected);
  });
});

describe('an account that is there already', () => {
  it('is adopted by its e-mail address, in whatever case; its username stays', async () => {
    await kit.sync(student(10, { email: 'ana@example.org', first_name: 'Ana', last_name: 'Sample' }));
    expect(await site.user('oec_student_10')).toMatchObject({
      username: 'ana',
      firstname: 'Ana',
      lastname: 'Sample',
    });
    expect(await site.usersByEmail('ana@example.org')).toHaveLength(1);
    expect(site.moodle.siteState.mails.get((await site.user('oec_student_10'))!.id)).toBeUndefined();
  });

  it('is left alone when it has the ID number of somebody else', async () => {
    await kit.sync(student(11, { email: 'taken@example.org' }));
    expect(await kit.mapping('oec_student_11')).toMatchObject({
      status: 'conflict',
      failure: { code: 'foreignidnumber', reason: expect.stringContaining('oec_student_999') },
    });
    expect(await site.user('oec_student_999')).toMatchObject({ firstname: 'X' });
    await kit.syncDeletion(student(11));
    expect(await kit.mapping('oec_student_11')).toBeUndefined();
  });

  it("is left alone when it is the link's own or the administrator's", async () => {
    const { users } = site.moodle.siteState;
    const [admin, own] = [users.get(2)!, users.get(3)!];
    await kit.sync(student(12, { email: admin.email }), student(13, { email: own.email }));
    expect(await kit.troubles()).toEqual({
      oec_student_12: 'conflict: protectedaccount',
      oec_student_13: 'conflict: protectedaccount',
    });
    await kit.syncDeletion(student(12), student(13));
  });
});

describe('one e-mail address on two records', () => {
  it('belongs to the first; the second is a conflict until the first gives it up', async () => {
    await kit.sync(
      student(20, { email: 'shared@example.org' }),
      student(21, { email: 'Shared@example.org' }),
    );
    expect(await kit.troubles()).toEqual({ oec_student_21: 'conflict: sharedemail' });
    await kit.sync(student(20, { email: 'own@example.org' }));
    expect(await kit.troubles()).toEqual({});
    expect((await site.user('oec_student_21'))?.email).toBe('Shared@example.org');
  });

  it('is a conflict as well when a known account takes it on', async () => {
    await kit.sync(student(22), student(23));
    await kit.sync(student(23, { email: 'student22@example.org' }));
    expect(await kit.troubles()).toEqual({ oec_student_23: 'conflict: sharedemail' });
    expect((await site.user('oec_student_23'))?.email).toBe('student23@example.org');
    await kit.sync(student(23));
    expect(await kit.troubles()).toEqual({});
  });
});

describe('a record that cannot be pushed', () => {
  it.each([
    ['no e-mail address', { email: false }, 'email', 'has no e-mail address'],
    ['a tag in the name', { first_name: '<b>Bo</b>' }, 'first_name', '"<"'],
    ['a name too long', { last_name: 'x'.repeat(101) }, 'last_name', '101 characters'],
    ['an address that is none', { email: 'not-an-email' }, 'email', 'not one Moodle accepts'],
  ])('%s: no call, and a reason that names the field', async (_what, fields, field, reason) => {
    const calls = await site.callsDuring(() => kit.sync(student(30, fields)));
    expect(calls).toEqual([]);
    const mapping = await kit.mapping('oec_student_30');
    expect(mapping).toMatchObject({ status: 'invalid', failure: { field } });
    expect(mapping?.failure?.reason).toContain(reason);
    expect(JSON.stringify(mapping)).not.toContain('example.org');
    await kit.sync(student(30));
    expect((await kit.mapping('oec_student_30'))?.status).toBe('synced');
    await kit.syncDeletion(student(30));
  });
});

describe('passwords', () => {
  it('are mailed once to a new account, also when it is pushed again', async () => {
    await kit.sync(student(40));
    await kit.sync(student(40, { last_name: 'Renamed' }));
    expect(site.moodle.siteState.mails.get((await site.user('oec_student_40'))!.id)).toBe(1);
  });

  it('are mailed once although the answer was lost', async () => {
    kit.expectErrors(/./);
    site.moodle.intercept(faults.times(1, 'core_user_create_users', faults.answerLost()));
    await kit.sync(student(41));
    expect((await kit.mapping('oec_student_41'))?.status).toBe('failed');
    await kit.advance(6 * 60_000);
    expect(await site.usersByEmail('student41@example.org')).toHaveLength(1);
    expect(site.moodle.siteState.mails.get((await site.user('oec_student_41'))!.id)).toBe(1);
    expect(await kit.troubles()).toEqual({});
  });

  it.each([
    ['random ones are mailed to nobody', { auth: 'manual', password: 'random' }, 'manual'],
    ['none are needed with single sign-on', { auth: 'oidc', password: 'mailed' }, 'oidc'],
  ])('%s', async (_what, new_accounts, auth) => {
    await kit.configure('demo', { new_accounts });
    const id = auth === 'oidc' ? 43 : 42;
    await kit.sync(student(id));
    const user = await site.user(`oec_student_${id}`);
    expect(user?.auth).toBe(auth);
    expect(site.moodle.siteState.mails.get(user!.id)).toBeUndefined();
    await kit.configure('demo', { new_accounts: { auth: 'manual', password: 'mailed' } });
  });
});
