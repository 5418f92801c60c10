import { describe, expect, it } from 'vitest';
import { languagesFor, profileOf, profileSchema } from '#shared/moodle/conventions/profile.ts';
import { instanceSchema, isRepaired, ownerOf } from '#shared/moodle/instance/instance.ts';
import {
  checkedSettings,
  parseAssignment,
  settingNames,
  shownSettings,
  withSettings,
} from '#shared/moodle/instance/settings.ts';
import { student } from '#test/integration/records.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { PushKit } from '../push/push-kit.ts';

const told = (templates: object, item: Record<string, unknown>) =>
  profileOf(profileSchema.parse(templates), { model: 'op.student', id: '1', ...item });

describe('what a record says of a profile', () => {
  it.each([
    [{ institution: '{person.company_id}' }, { company_id: [1, ' My University '] }, 'My University'],
    [{ department: 'Students of {student.x_home?}' }, {}, 'Students of'],
    [{ city: '{person.city?}' }, { city: false }, ''],
    [{ country: '{person.country_code}' }, { country_code: 'co' }, 'CO'],
    [{ country: '{person.country_code?}' }, {}, ''],
    [{ lang: '{person.lang}' }, { lang: 'es_CO' }, 'es_co'],
    [{ lang: '{person.lang}' }, { lang: 'sr@latin' }, 'sr_latin'],
    [{ lang: '{person.lang?}' }, {}, undefined],
    [{ timezone: '{person.tz}' }, { tz: 'America/Argentina/Buenos_Aires' }, 'America/Argentina/Buenos_Aires'],
    [{ timezone: '{person.tz?}' }, {}, undefined],
    [{ profile_field_matricula: '{student.gr_no}' }, { gr_no: 4711 }, '4711'],
    [{ profile_field_home: '{teacher.main_department_id}' }, { main_department_id: [1, 'Law'] }, undefined],
  ])('%j of %j is %j', (templates, item, expected) => {
    const { fields, leftOut } = told(templates, item);
    expect(Object.values(fields)).toEqual(expected === undefined ? [] : [expected]);
    expect(leftOut).toEqual([]);
  });

  it.each([
    [{ city: '{person.city}' }, { city: '' }, 'city is left out: the student has no city.'],
    [
      { city: '{person.city}' },
      { city: 'x'.repeat(121) },
      'city is left out: it has 121 characters, and 120 fit.',
    ],
    [{ institution: '{person.company_id}' }, { company_id: [1, 'A <b'] }, 'that Moodle takes for HTML'],
    [
      { country: '{person.country_id}' },
      { country_id: [49, 'Colombia'] },
      'as {person.country_code} has them',
    ],
    [{ country: '{person.country_code}' }, { country_code: 'XK' }, 'no code of a country'],
    [{ timezone: '{person.tz}' }, { tz: 'Etc/GMT+5' }, 'no time zone such as'],
    [{ timezone: '{person.tz}' }, { tz: 'Mars/Phobos' }, 'no time zone such as'],
    [{ lang: '{person.lang}' }, { lang: 'Spanish' }, 'no code of a language'],
    [{ phone2: '{person.mobile}' }, { mobile: '1'.repeat(21) }, '21 characters, and 20 fit'],
  ])('%j of %j is left out', (templates, item, sentence) => {
    const { fields, leftOut } = told(templates, item);
    expect(fields).toEqual({});
    expect(leftOut.join()).toContain(sentence);
  });

  it('says nothing of a parent, whose account has no profile', () => {
    const templates = { institution: '{person.company_id}', city: '{student.city}', department: 'All' };
    expect(told(templates, { model: 'op.parent' })).toEqual({ fields: {}, leftOut: [] });
  });

  it('looks for a language in Moodle from the narrower to the wider', () => {
    expect([languagesFor('es_co'), languagesFor('en')]).toEqual([['es_co', 'es'], ['en']]);
  });
});

describe('the settings of a profile', () => {
  const settings = { id: 'demo', base_url: 'https://moodle.example.org' };

  it('take a field that the site has added by its short name, with its owner', () => {
    const changes = [
      'profile.profile_field_mat-1={student.gr_no}',
      'field_ownership.user.profile_field_mat-1=create',
      'hand_changes.user.profile_field_mat-1=repair',
    ].map(parseAssignment);
    const changed = withSettings(settings, changes);
    const instance = checkedSettings(changed);
    expect(instance.profile).toEqual({ 'profile_field_mat-1': '{student.gr_no}' });
    expect(ownerOf(instance, 'user.profile_field_mat-1')).toBe('create');
    expect(isRepaired(instance, 'user.profile_field_mat-1')).toBe(true);
    const shown = shownSettings(instance, changed).filter(({ name }) => name.includes('mat-1'));
    expect(shown.map(({ name, value }) => [name, value])).toEqual([
      ['profile.profile_field_mat-1', '{student.gr_no}'],
      ['field_ownership.user.profile_field_mat-1', 'create'],
      ['hand_changes.user.profile_field_mat-1', 'repair'],
    ]);
    expect(settingNames).toContain('profile.profile_field_…');
    expect(withSettings(changed, [['profile.profile_field_mat-1', '']])).not.toHaveProperty('profile');
  });

  it('refuse a field that Moodle could not have, and a record that is nobody', () => {
    expect(() => parseAssignment('profile.nickname=x')).toThrow('There is no setting profile.nickname');
    expect(() => parseAssignment('profile.profile_field_a b=x')).toThrow('There is no setting');
    expect(() => checkedSettings({ ...settings, profile: { city: '{batch.name}' } })).toThrow(
      'profile.city: {batch.name}: here it takes fields of person, student, teacher',
    );
  });

  it('are none by default, and a field of the site is the ERP’s and kept as it is changed', () => {
    const instance = instanceSchema.parse(settings);
    expect(instance.profile).toEqual({});
    expect(ownerOf(instance, 'user.profile_field_a')).toBe('erp');
    expect(isRepaired(instance, 'user.profile_field_a')).toBe(false);
  });
});

describe('a profile that was changed in Moodle', () => {
  const moodle = {
    languages: ['en', 'es'],
    customFields: [
      { shortname: 'matricula', type: 'text' },
      { shortname: 'birth', type: 'datetime' },
    ],
  } as const;
  const profile = {
    institution: '{person.company_id}',
    lang: '{person.lang?}',
    timezone: '{person.tz?}',
    phone2: '{person.mobile?}',
    profile_field_matricula: '{student.gr_no}',
    profile_field_birth: '{student.birth_date?}',
  };
  const person = { company_id: [1, 'My University'], mobile: '300', birth_date: '2004-02-29' };

  it('is found, repaired or kept; what Moodle does not tell is no difference', async () => {
    await using kit = await PushKit.start({ moodle, settings: { profile } });
    await kit.sync(student(1, { ...person, lang: 'es_CO', tz: 'America/Bogota' }));
    expect(await kit.compare()).toEqual([]);
    const id = kit.mapping('oec_student_1')!.moodle_id!;
    administratorOf(kit.moodle).changeAccount(id, { institution: '', customfields: [], lang: '' });
    const found = await kit.compare();
    expect(found.map(({ about, in_erp, in_moodle }) => [about, in_erp, in_moodle])).toEqual([
      ['user.institution', 'My University', ''],
      ['user.lang', 'es', 'en'],
      ['user.profile_field_birth', '2004-02-29', ''],
      ['user.profile_field_matricula', 'GR-1', ''],
    ]);
    expect(await kit.site.user('oec_student_1')).toMatchObject({ institution: 'My University', lang: 'en' });
    expect((await kit.compare()).map(({ about }) => about)).not.toContain('user.institution');
  });

  it('is no difference where Moodle does not have the language of the ERP', async () => {
    await using kit = await PushKit.start({ settings: { profile: { lang: '{person.lang?}' } } });
    await kit.sync(student(1, { lang: 'fi_FI' }));
    expect(await kit.compare()).toEqual([]);
  });

  it('goes in as few calls as without one, and asks for each language once', async () => {
    await using kit = await PushKit.start({ moodle, settings: { profile } });
    const people = Array.from({ length: 40 }, (_, index) =>
      student(index + 1, { ...person, lang: index % 2 === 0 ? 'es_CO' : 'en_US' }),
    );
    const calls = await kit.site.callsDuring(() => kit.sync(...people));
    const names = calls.map((call) => call.function).filter((name) => !name.includes('_get_'));
    // Whether there is es_co, es, en_us; English is always there.
    expect(names.filter((name) => name === 'core_user_update_users')).toHaveLength(3);
    expect(names.filter((name) => name === 'core_user_create_users')).toHaveLength(1);
    expect(kit.troubles()).toEqual({});
  });

  it('phones are no difference either, which a site tells only where it shows them to identify people', async () => {
    await using kit = await PushKit.start({ settings: { field_ownership: { 'user.phone1': 'erp' } } });
    await kit.sync(student(1, { phone: '123' }));
    expect(await kit.compare()).toEqual([]);
  });
});
