import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { makeUser, newUser, nowhere, refusal, unique } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();

describe('finding users', () => {
  it('takes many values in one call and answers those that exist', async () => {
    const users = [newUser(), newUser()];
    const ids = [await makeUser(peer.client, users[0]), await makeUser(peer.client, users[1])];
    const values = [...users.map(({ idnumber }) => idnumber!), unique('nobody')];
    const found = await getUsersByField(peer.client, 'idnumber', values);
    expect(found.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  it('finds by id, username and e-mail too', async () => {
    const user = newUser();
    const id = await makeUser(peer.client, user);
    for (const [field, value] of [
      ['id', id],
      ['username', user.username],
      ['email', user.email],
    ] as const) {
      expect((await getUsersByField(peer.client, field, [value])).map((found) => found.id)).toEqual([id]);
    }
    expect(await getUsersByField(peer.client, 'id', [nowhere])).toEqual([]);
  });

  it.each(['idnumber', 'email'] as const)('takes no notice of the case of an %s', async (field) => {
    const user = newUser();
    const id = await makeUser(peer.client, user);
    const found = await getUsersByField(peer.client, field, [user[field]!.toUpperCase()]);
    expect(found.map((each) => each.id)).toEqual([id]);
  });

  it('refuses a username with an upper-case letter', async () => {
    expect(await refusal(getUsersByField(peer.client, 'username', ['Upper']))).toBe('invalidparameter');
  });

  it('takes any text as an e-mail address to search by', async () => {
    const user = newUser();
    const id = await makeUser(peer.client, user);
    const found = await getUsersByField(peer.client, 'email', ['josé@example.org', '', user.email]);
    expect(found.map((each) => each.id)).toEqual([id]);
  });

  it('refuses a field it does not search by', async () => {
    const byPhone = peer.client.call(
      'core_user_get_users_by_field',
      { field: 'phone', values: ['1'] },
      z.unknown(),
    );
    expect(await refusal(byPhone)).toBe('codingerror');
  });
});
