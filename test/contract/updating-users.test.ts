import { describe, expect, it } from 'vitest';
import { createUsers, type UserChange, updateUsers } from '#shared/moodle/functions/users.ts';
import { makeUser, newUser, nowhere, refusal, unique, userById } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
const update = async (...changes: UserChange[]) => {
  const { warnings } = await updateUsers(peer.client, changes);
  return warnings.map(({ itemid, warningcode }) => ({ itemid, warningcode }));
};

describe('updating users', () => {
  it('changes the fields given and leaves the others', async () => {
    const user = newUser();
    const id = await makeUser(peer.client, user);
    expect(await update({ id, firstname: 'Iva' })).toEqual([]);
    expect(await userById(peer.client, id)).toMatchObject({
      firstname: 'Iva',
      lastname: user.lastname,
      email: user.email,
    });
  });

  it('suspends and brings back', async () => {
    const id = await makeUser(peer.client);
    await update({ id, suspended: true });
    expect((await userById(peer.client, id)).suspended).toBe(true);
    await update({ id, suspended: false });
    expect((await userById(peer.client, id)).suspended).toBe(false);
  });

  it('applies the good items and warns of an unknown user', async () => {
    const id = await makeUser(peer.client);
    expect(await update({ id: nowhere, firstname: 'Nobody' }, { id, firstname: 'Iva' })).toEqual([
      { itemid: nowhere, warningcode: 'invaliduserid' },
    ]);
    expect((await userById(peer.client, id)).firstname).toBe('Iva');
  });

  it('warns of an e-mail that another account has, whatever its case', async () => {
    const other = newUser();
    await makeUser(peer.client, other);
    const id = await makeUser(peer.client);
    expect(await update({ id, email: other.email.toUpperCase(), firstname: 'Iva' })).toEqual([
      { itemid: id, warningcode: 'useremailduplicate' },
    ]);
    expect((await userById(peer.client, id)).firstname).toBe('Ana');
  });

  it('warns of an e-mail that is none', async () => {
    const id = await makeUser(peer.client);
    expect(await update({ id, email: 'josé@example.org' })).toEqual([
      { itemid: id, warningcode: 'useremailinvalid' },
    ]);
  });

  it('warns of the guest account, which is the first of every Moodle', async () => {
    expect(await update({ id: 1, firstname: 'Guest' })).toEqual([
      { itemid: 1, warningcode: 'usernotupdatedguest' },
    ]);
  });

  it('warns of a site administrator when the token is not one of them', async () => {
    expect(await update({ id: 2, city: 'Split' })).toEqual([
      { itemid: 2, warningcode: 'usernotupdatedadmin' },
    ]);
  });

  it('warns of a value that is too long', async () => {
    const id = await makeUser(peer.client);
    expect(await update({ id, firstname: 'x'.repeat(101) })).toEqual([
      { itemid: id, warningcode: 'dmlwriteexception' },
    ]);
  });

  it('warns of a username that is taken as of any value it cannot write', async () => {
    const other = newUser();
    await makeUser(peer.client, other);
    const user = newUser();
    const id = await makeUser(peer.client, user);
    const warnings = [{ itemid: id, warningcode: 'dmlwriteexception' }];
    expect(await update({ id, username: other.username })).toEqual(warnings);
    expect(await update({ id, username: other.username, firstname: 'Iva' })).toEqual(warnings);
    expect(await userById(peer.client, id)).toMatchObject({ username: user.username, firstname: 'Ana' });
  });

  it('changes a username that is free', async () => {
    const id = await makeUser(peer.client);
    const { username } = newUser();
    await update({ id, username });
    expect((await userById(peer.client, id)).username).toBe(username);
  });

  it('refuses the whole call for a name with a tag or a username of another alphabet', async () => {
    const id = await makeUser(peer.client);
    const good = await makeUser(peer.client);
    const call = (change: UserChange) => refusal(update({ id: good, firstname: 'Iva' }, change));
    expect(await call({ id, lastname: '<b>x</b>' })).toBe('invalidparameter');
    expect(await call({ id, username: 'Upper' })).toBe('invalidparameter');
    expect((await userById(peer.client, good)).firstname).toBe('Ana');
  });

  it('takes an empty name, other than creating does', async () => {
    const id = await makeUser(peer.client);
    expect(await update({ id, firstname: '' })).toEqual([]);
  });

  it('takes any text for an idnumber as it stands, of at most 255 characters', async () => {
    const id = await makeUser(peer.client);
    const idnumber = `${unique('S')}/2026 Ñ <1>`;
    expect(await update({ id, idnumber })).toEqual([]);
    expect((await userById(peer.client, id)).idnumber).toBe(idnumber);
    expect(await update({ id, idnumber: 'x'.repeat(256) })).toEqual([
      { itemid: id, warningcode: 'dmlwriteexception' },
    ]);
  });

  it('changes username and idnumber of an account that logs in elsewhere', async () => {
    const { password: _password, ...user } = newUser({ auth: 'ldap' });
    const [created] = await createUsers(peer.client, [user]);
    const { id } = created!;
    const name = unique('ldap');
    expect(await update({ id, username: name, idnumber: name })).toEqual([]);
    expect(await userById(peer.client, id)).toMatchObject({ username: name, idnumber: name, auth: 'ldap' });
  });

  it('sets an idnumber that another account has', async () => {
    const other = newUser();
    await makeUser(peer.client, other);
    const id = await makeUser(peer.client);
    expect(await update({ id, idnumber: other.idnumber })).toEqual([]);
    expect((await userById(peer.client, id)).idnumber).toBe(other.idnumber);
  });
});
