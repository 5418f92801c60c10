import { describe, expect, it } from 'vitest';
import { createUsers, getUsersByField, type NewUser } from '#shared/moodle/functions/users.ts';
import { makeUser, newUser, refusal, unique, userById } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
const create = (...users: NewUser[]) => createUsers(peer.client, users);

describe('creating users', () => {
  it('answers id and username in the order of the items', async () => {
    const users = [newUser(), newUser(), newUser()];
    const created = await create(...users);
    expect(created.map(({ username }) => username)).toEqual(users.map(({ username }) => username));
  });

  it('keeps what was given', async () => {
    const user = newUser({ firstname: 'Zoë & “Zo” 🎓', lastname: "O'Neil", auth: 'manual' });
    const { firstname, lastname, email, idnumber, auth, suspended } = await userById(
      peer.client,
      await makeUser(peer.client, user),
    );
    expect({ firstname, lastname, email, idnumber }).toEqual({
      firstname: user.firstname,
      lastname: user.lastname,
      email: user.email,
      idnumber: user.idnumber,
    });
    expect({ auth, suspended }).toEqual({ auth: 'manual', suspended: false });
  });

  it('is all or nothing: one bad item and none is made', async () => {
    const good = newUser();
    expect(await refusal(create(good, newUser({ firstname: '' })))).toBe('invalidparameter');
    expect(await getUsersByField(peer.client, 'username', [good.username])).toEqual([]);
  });

  it('accepts a second account with the same idnumber', async () => {
    const first = newUser();
    await create(first);
    await create(newUser({ idnumber: first.idnumber }));
    expect(await getUsersByField(peer.client, 'idnumber', [first.idnumber!])).toHaveLength(2);
  });

  it('refuses a username or an e-mail that is taken, whatever its case', async () => {
    const first = newUser();
    await create(first);
    expect(await refusal(create(newUser({ username: first.username })))).toBe('invalidparameter');
    expect(await refusal(create(newUser({ email: first.email })))).toBe('invalidparameter');
    expect(await refusal(create(newUser({ email: first.email.toUpperCase() })))).toBe('invalidparameter');
  });

  it('refuses the same new account twice in one call', async () => {
    const user = newUser();
    expect(await refusal(create(user, user))).toBe('invalidparameter');
  });

  it.each(['a+b', "o'neil", 'josé', 'Upper', 'two words'])('refuses the username %s', async (stem) => {
    expect(await refusal(create(newUser({ username: `${unique(stem)}@example.org` })))).toBe(
      'invalidparameter',
    );
  });

  it('takes a username of a-z 0-9 . - _ @', async () => {
    expect(
      await refusal(create(newUser({ username: `${unique('a.b_c-d')}@x-y.example.org` }))),
    ).toBeUndefined();
  });

  it.each(['firstname', 'lastname'] as const)('wants a %s without tags', async (field) => {
    expect(await refusal(create(newUser({ [field]: '' })))).toBe('invalidparameter');
    expect(await refusal(create(newUser({ [field]: '   ' })))).toBe('invalidparameter');
    expect(await refusal(create(newUser({ [field]: '<b>Ana</b>' })))).toBe('invalidparameter');
  });

  it.each([
    ['username', 100],
    ['firstname', 100],
    ['lastname', 100],
    ['idnumber', 255],
    ['institution', 255],
    ['department', 255],
    ['phone1', 20],
    ['city', 120],
  ] as const)('takes a %s of %i characters, and fails to write a longer one', async (field, length) => {
    const fill = (size: number) => unique('x').padEnd(size, '0');
    expect(await refusal(create(newUser({ [field]: fill(length) })))).toBeUndefined();
    expect(await refusal(create(newUser({ [field]: fill(length + 1) })))).toBe('dmlwriteexception');
  });

  it('counts an emoji as one character', async () => {
    expect(await refusal(create(newUser({ firstname: '🎓'.repeat(100) })))).toBeUndefined();
  });

  it('rolls everything back when one item cannot be written', async () => {
    const good = newUser();
    expect(await refusal(create(good, newUser({ firstname: 'x'.repeat(101) })))).toBe('dmlwriteexception');
    expect(await getUsersByField(peer.client, 'username', [good.username])).toEqual([]);
  });

  it('does not take suspended', async () => {
    const user = { ...newUser(), suspended: true } as NewUser;
    expect(await refusal(create(user))).toBe('invalidparameter');
  });

  it('wants a password or the order to make one up, for an account with a password', async () => {
    expect(await refusal(create(newUser({ password: undefined })))).toBe('invalidparameter');
    expect(await refusal(create(newUser({ password: undefined, createpassword: true })))).toBeUndefined();
  });

  it('refuses a password that breaks the policy', async () => {
    expect(await refusal(create(newUser({ password: 'abc' })))).toBe('passwordpolicy');
  });

  it('takes any authentication plugin that is installed, and no other', async () => {
    expect(await refusal(create(newUser({ auth: 'oauth2', password: undefined })))).toBeUndefined();
    expect(await refusal(create(newUser({ auth: 'absent' })))).toBe('invalidparameter');
  });

  it('takes a country of two letters and refuses one with other characters', async () => {
    expect(await refusal(create(newUser({ country: 'HR' })))).toBeUndefined();
    expect(await refusal(create(newUser({ country: 'H1' })))).toBe('invalidparameter');
  });
});

describe('e-mail addresses of accounts', () => {
  it.each([
    ['a plus', 'a+b', 'example.org'],
    ['an apostrophe', "o'neil", 'example.org'],
    ['capitals', 'Ana.Maric', 'Example.ORG'],
    ['a long top level domain', 'ana', 'example.photography'],
    ['punctuation', '!#$%&*/=?^_`{|}~', 'example.org'],
    ['an underscore', 'a_b', 'sub.example.org'],
    ['digits in the domain', 'ana', '0example.c0m'],
  ])('may hold %s', async (_what, stem, domain) => {
    expect(await refusal(create(newUser({ email: `${unique(stem)}@${domain}` })))).toBeUndefined();
  });

  it.each([
    ['accents', 'josé', 'example.org'],
    ['no dot in the domain', 'x', 'localhost'],
    ['blanks', 'a b', 'example.org'],
    ['an accent in the domain', 'ana', 'exämple.org'],
    ['two dots in a row', 'a..b', 'example.org'],
    ['an underscore in the domain', 'ana', 'ex_ample.org'],
    ['two @', 'a@b', 'example.org'],
    ['a top level domain that begins with a digit', 'ana', 'example.0rg'],
    ['an IP address', 'ana', '192.168.0.1'],
  ])('may not hold %s', async (_what, stem, domain) => {
    expect(await refusal(create(newUser({ email: `${unique(stem)}@${domain}` })))).toBe('invalidparameter');
  });

  it('may not be empty', async () => {
    expect(await refusal(create(newUser({ email: '' })))).toBe('invalidparameter');
  });

  it('may not end with a dot before the @', async () => {
    expect(await refusal(create(newUser({ email: `${unique('a')}.@example.org` })))).toBe('invalidparameter');
  });

  it('have 64 characters before the @ and 100 in all at most', async () => {
    const local = (size: number) => unique('x').padEnd(size, '0');
    const domain = (size: number) => `${'d'.repeat(size - '.example.org'.length)}.example.org`;
    expect(await refusal(create(newUser({ email: `${local(64)}@${domain(35)}` })))).toBeUndefined();
    expect(await refusal(create(newUser({ email: `${local(65)}@example.org` })))).toBe('invalidparameter');
    expect(await refusal(create(newUser({ email: `${local(64)}@${domain(36)}` })))).toBe('dmlwriteexception');
  });

  it('are kept with the blanks around them cut off', async () => {
    const user = newUser();
    expect(await refusal(create({ ...user, email: ` ${user.email} ` }))).toBe('invalidparameter');
  });
});
