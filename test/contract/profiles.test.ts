import { describe, expect, it, type TestContext } from 'vitest';
import {
  getUsersByField,
  hasLanguage,
  type UserChange,
  updateUsers,
} from '#shared/moodle/functions/users.ts';
import { profileIn } from '#shared/moodle/inventory/observed.ts';
import { makeUser, newUser, refusal } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer(undefined, {
  customFields: [
    { shortname: 'oec_text', type: 'text', length: 10 },
    { shortname: 'oec_menu', type: 'menu', options: ['Morning', 'Evening'] },
    { shortname: 'oec_date', type: 'datetime' },
  ],
});

async function told(id: number) {
  const [user] = await getUsersByField(peer.client, 'id', [id]);
  return profileIn(user!);
}

/** What an account tells after a change that Moodle has not refused. */
async function changed(id: number, change: Omit<UserChange, 'id'>) {
  expect(await updateUsers(peer.client, [{ id, ...change }])).toEqual({ warnings: [] });
  return told(id);
}

describe('what an account tells of somebody', () => {
  it('is what was sent; what is empty is left out, and the site’s own language told', async () => {
    const fields = {
      ...{ institution: 'A & B', department: 'Law', address: 'Calle 1', city: 'Cali', country: 'CO' },
      timezone: 'America/Bogota',
    };
    const id = await makeUser(peer.client, { ...fields, phone2: '300' });
    // Phones are told only where a site has them among its user identity fields.
    const { phone2: _phone, lang, ...rest } = await told(id);
    expect(rest).toEqual(fields);
    expect(lang).toMatch(/^[a-z]/);
    expect(await changed(id, { institution: '', city: '', country: '' })).not.toHaveProperty('institution');
    expect(await told(id)).not.toHaveProperty('country');
  });

  it('has no country where Moodle does not know the code, which has to be in capitals', async () => {
    const id = await makeUser(peer.client, { country: 'CO' });
    for (const country of ['XX', 'co', 'COL'])
      expect((await changed(id, { country })).country).not.toBe(country);
    expect(await refusal(updateUsers(peer.client, [{ id, country: 'C1' }]))).toBe('invalidparameter');
  });

  it.each([
    ['institution', 'A <b'],
    ['timezone', 'Etc/GMT+5'],
    ['lang', 'xx'],
  ])('refuses the whole call for a %s such as %s', async (field, value) => {
    const [one, other] = [await makeUser(peer.client), await makeUser(peer.client)];
    const users = [
      { id: one, [field]: value },
      { id: other, city: 'Cali' },
    ];
    expect(await refusal(updateUsers(peer.client, users))).toBe('invalidparameter');
    expect(await told(other)).not.toHaveProperty('city');
  });

  it('warns of one that is too long, and changes the others', async () => {
    const [one, other] = [await makeUser(peer.client), await makeUser(peer.client)];
    const users = [
      { id: one, department: 'x'.repeat(256) },
      { id: other, city: 'Cali' },
    ];
    expect((await updateUsers(peer.client, users)).warnings).toMatchObject([
      { itemid: one, warningcode: 'dmlwriteexception' },
    ]);
    expect(await told(other)).toMatchObject({ city: 'Cali' });
  });

  it('takes any time zone that looks like one', async () => {
    const id = await makeUser(peer.client, { timezone: 'Mars/Phobos' });
    expect(await told(id)).toMatchObject({ timezone: 'Mars/Phobos' });
  });
});

describe('a language', () => {
  it('is there or not, and to ask changes nothing', async () => {
    expect(await hasLanguage(peer.client, 'en')).toBe(true);
    expect(await hasLanguage(peer.client, 'xx_yy')).toBe(false);
  });
});

describe('a field that the site has added', () => {
  const set = (id: number, values: Record<string, string>) =>
    changed(id, { customfields: Object.entries(values).map(([type, value]) => ({ type, value })) });

  async function prepared(context: TestContext): Promise<number> {
    const id = await makeUser(peer.client);
    const there = await set(id, { oec_text: 'x', oec_menu: 'Morning', oec_date: '2000-01-01' });
    const isThere = Object.keys(there).filter((name) => name.startsWith('profile_field_oec_')).length === 3;
    context.skip(!isThere, 'needs the profile fields oec_text, oec_menu and oec_date (docs/testing.md)');
    return id;
  }

  it('that is not there is passed over', async () => {
    const id = await makeUser(peer.client, newUser({ customfields: [{ type: 'oec_none', value: 'x' }] }));
    expect(await set(id, { oec_none: 'x' })).not.toHaveProperty('profile_field_oec_none');
  });

  it('holds what was sent, of a text no more than fits, and a date as its day', async (context) => {
    const id = await prepared(context);
    expect(
      await set(id, { oec_text: '12345678901', oec_menu: 'Evening', oec_date: '2026-09-01' }),
    ).toMatchObject({
      profile_field_oec_text: '1234567890',
      profile_field_oec_menu: 'Evening',
      profile_field_oec_date: '2026-09-01',
    });
  });

  it('is not told where it is empty, or a menu has no such choice', async (context) => {
    const id = await prepared(context);
    const after = await set(id, { oec_text: '', oec_menu: 'Night', oec_date: '' });
    expect(Object.keys(after).filter((name) => name.startsWith('profile_field_oec_'))).toEqual([]);
  });

  it('has its short name in capitals or not', async (context) => {
    const id = await prepared(context);
    expect(await set(id, { OEC_TEXT: 'other' })).toMatchObject({ profile_field_oec_text: 'x' });
  });
});
