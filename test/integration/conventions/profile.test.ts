import { describe, expect, it } from 'vitest';
import type { Trial } from '#cli/commands/instance/try.ts';
import type { PlannedChange } from '#shared/operate/plan/planned-changes.ts';
import type { Kit } from '#test/integration/kit.ts';
import { faculty, isWrite, startKit, student } from '#test/integration/kit.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { differences, factsAfter, factsOf } from '../cli/moodle-facts.ts';
import { runCli } from '../cli/run-cli.ts';
import { sweep, unnoticed } from '../sweep/support.ts';

const hours = 3_600_000;

const moodle = {
  languages: ['en', 'es', 'pt_br'],
  customFields: [
    { shortname: 'matricula', type: 'text' },
    { shortname: 'shift', type: 'menu', options: ['Morning', 'Evening'] },
    { shortname: 'birth', type: 'datetime' },
  ],
} as const;

const profile = {
  institution: '{person.company_id}',
  city: '{person.city?}',
  country: '{person.country_code?}',
  lang: '{person.lang?}',
  timezone: '{person.tz?}',
  phone2: '{person.mobile?}',
  profile_field_matricula: '{student.gr_no}',
  profile_field_shift: '{student.x_shift?}',
  profile_field_birth: '{student.birth_date?}',
};

const company_id = [1, 'My University'];

async function account(kit: Kit, idnumber: string) {
  const user = await kit.site().user(idnumber);
  const custom = user?.customfields?.map(({ shortname, value }) => [shortname, value]) ?? [];
  return { ...user, customfields: Object.fromEntries(custom) };
}

describe('who somebody is', () => {
  it('comes to the account from the record: of new ones, of those that are there, and after a change', async () => {
    await using kit = await startKit({ moodle, instances: [{ profile }] });
    const about = { company_id, city: 'Cali', country_code: 'co', lang: 'es_CO', tz: 'America/Bogota' };
    await kit.sync(
      student(1, { ...about, mobile: '300 1', x_shift: 'Evening', birth_date: '2004-02-29' }),
      faculty(1, { company_id, lang: 'pt_BR' }),
    );
    expect(await account(kit, 'oec_student_1')).toMatchObject({
      ...{
        institution: 'My University',
        city: 'Cali',
        country: 'CO',
        lang: 'es',
        timezone: 'America/Bogota',
      },
      customfields: { matricula: 'GR-1', shift: 'Evening', birth: '1078012800' },
    });
    const { moodle_id: id } = (await kit.mapping('oec_student_1'))!;
    expect(administratorOf(kit.site().moodle).account(id!).phone2).toBe('300 1');
    // A template of students says nothing of teachers.
    expect(await account(kit, 'oec_faculty_1')).toMatchObject({
      ...{ institution: 'My University', lang: 'pt_br', customfields: {} },
    });
    expect(await kit.troubles()).toEqual({});

    const calls = await kit
      .site()
      .callsDuring(() => kit.sync(student(1, { ...about, company_id: [1, 'Other'], city: false })));
    expect(calls.filter(isWrite).map(({ function: name }) => name)).toEqual(['core_user_update_users']);
    const after = await account(kit, 'oec_student_1');
    expect(after).toMatchObject({ institution: 'Other', lang: 'es', customfields: { matricula: 'GR-1' } });
    expect(after.city).toBeUndefined();
  });

  it('that Moodle would refuse is left out and said, and keeps nobody out', async () => {
    await using kit = await startKit({ moodle, instances: [{ profile }] });
    await kit.sync(
      student(1, {
        company_id: [1, 'x'.repeat(300)],
        city: 'Cali <b',
        country_code: 'XX',
        tz: 'Mars/Phobos',
      }),
      student(2, { company_id, gr_no: false, lang: 'fi_FI' }),
    );
    const [first, second] = [await account(kit, 'oec_student_1'), await account(kit, 'oec_student_2')];
    expect(first).toMatchObject({ firstname: 'Student', customfields: { matricula: 'GR-1' } });
    expect([first.institution, first.city, first.country]).toEqual([undefined, undefined, undefined]);
    // Finnish is not there: the site's own.
    expect(second).toMatchObject({ institution: 'My University', lang: 'en', customfields: {} });
    expect(await kit.troubles()).toEqual({
      oec_address_student_1: 'invalid: profile',
      oec_address_student_2: 'invalid: profile',
    });
    const reason = (await kit.mapping('oec_address_student_1'))?.failure?.reason;
    expect(reason).toMatch(/institution is left out: it has 300 characters, and 255 fit\./);
    expect(reason).toMatch(/city is left out.*country is left out.*timezone is left out/);
    expect(reason).not.toMatch(/Cali|xxx/);
    const explained = await runCli(kit, ['explain', 'student', '2']);
    expect(explained.stdout).toContain(
      'account: The account is there without some of its profile: profile_field_matr',
    );
    await kit.sync(student(1, { company_id }), student(2, { company_id }));
    expect(await kit.troubles()).toEqual({});
  });

  it('is sent once the instance asks for it, and stays as it is once it does not', async () => {
    await using kit = await startKit({ moodle });
    await kit.sync(student(1, { company_id }));
    expect((await account(kit, 'oec_student_1')).institution).toBeUndefined();
    await kit.configure('demo', { profile: { institution: '{person.company_id}' } });
    await kit.advance(2 * hours);
    expect((await account(kit, 'oec_student_1')).institution).toBe('My University');
    const calls = await kit.site().callsDuring(async () => {
      await kit.configure('demo', { profile: {} });
      await kit.advance(2 * hours);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect((await account(kit, 'oec_student_1')).institution).toBe('My University');
  });

  it('is in a plan as the push makes it, and in `try`', async () => {
    await using kit = await startKit({ moodle, schedules: 'none' });
    await kit.sync(student(1, { company_id, lang: 'es_CO' }), faculty(1, { company_id, city: 'Cali' }));
    await unnoticed(kit, () => kit.put(student(2, { company_id, x_shift: 'Evening', lang: 'pt_BR' })));
    await kit.configure('demo', { profile });
    const { siteState } = kit.site().moodle;
    const before = factsOf(siteState);
    const calls = await kit.site().callsDuring(async () => {
      const planned = await runCli(kit, ['plan', '--details', '--json']);
      const { changes } = planned.json<{ instances: { changes: PlannedChange[] }[] }>().instances[0]!;
      const of = (idnumber: string) =>
        `${idnumber.replace(/^oec_|_/g, '').replace('faculty', 'teacher')}@example.org`;
      const { facts, misread } = factsAfter(before, changes, of);
      const tried = await runCli(kit, ['instance', 'try', 'demo', 'op.student', '1', '--json']);
      const fields = tried.json<Trial>().fields.map(({ field, changed }) => [field, changed]);
      expect(Object.fromEntries(fields)).toMatchObject({ institution: 'My University', lang: 'es' });
      expect(factsOf(siteState)).toEqual(before);
      await sweep(kit);
      // A site tells its own language of whoever has chosen none.
      expect(misread).toEqual(['student1@example.org lang: undefined and not en']);
      expect(differences(facts, factsOf(siteState))).toEqual([]);
    });
    expect(await account(kit, 'oec_faculty_1')).toMatchObject({ city: 'Cali' });
    // All else of plan and try only reads.
    const writes = calls.filter(isWrite).map(({ function: name }) => name);
    expect(writes).toContain('core_user_create_users');
    expect(await kit.troubles()).toEqual({});
  });

  it('belongs to whom the instance says', async () => {
    const field_ownership = { 'user.institution': 'create', 'user.profile_field_matricula': 'moodle' };
    await using kit = await startKit({ moodle, instances: [{ profile, field_ownership }] });
    await kit.sync(student(1, { company_id }));
    await kit.sync(student(1, { company_id: [1, 'Other'] }));
    expect(await account(kit, 'oec_student_1')).toMatchObject({
      ...{ institution: 'My University', customfields: {} },
    });
  });
});
