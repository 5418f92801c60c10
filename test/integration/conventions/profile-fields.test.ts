import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SetResult } from '#cli/commands/instance/set.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { isWrite, type Kit, startKit, student } from '#test/integration/kit.ts';
import { runCli } from '../cli/run-cli.ts';

const moodle = {
  customFields: [
    { shortname: 'matricula', type: 'text', length: 10 },
    { shortname: 'shift', type: 'menu', options: ['Morning', 'Evening'] },
    { shortname: 'birth', type: 'datetime' },
    { shortname: 'local', type: 'checkbox' },
  ],
} as const;

describe('a field that a site has added to its accounts', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ moodle, schedules: 'none' });
    await kit.sync(student(1, { x_shift: 'Night' }), student(2, { x_shift: 'Evening' }));
  });
  afterAll(() => kit.stop());

  const settings = async () => (await kit.system.instances.get('demo'))?.profile;
  const run = (...args: string[]) => runCli(kit, ['instance', ...args]);

  it('is named before anything is saved where Moodle does not know it', async () => {
    const refused = await run('set', 'demo', 'profile.profile_field_Matricula={student.gr_no}');
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('no profile field with the short name Matricula');
    expect(await settings()).toEqual({});
  });

  it('is known by the token’s own account, whatever kind it is, and asked for with nothing but a look from then on', async () => {
    const assignments = [
      'profile.profile_field_matricula={student.gr_no}',
      'profile.profile_field_shift={student.x_shift?}',
      'profile.profile_field_birth={student.birth_date?}',
      'profile.profile_field_local={student.x_local?}',
    ];
    const set = await run('set', 'demo', ...assignments, '--json');
    expect(set.json<SetResult>()).toMatchObject({ saved: true, health: { status: 'ok' } });
    expect(set.json<SetResult>().changes).toHaveLength(4);
    expect(Object.keys((await settings())!)).toHaveLength(4);
    const calls = await kit.site().callsDuring(async () => {
      expect((await run('test', 'demo')).stdout).toContain('is well');
    });
    expect(calls.filter(isWrite)).toEqual([]);
    // Of nobody else anything was changed, and no person's own value stays there.
    const { userid } = await getSiteInfo(kit.site().client);
    const [own] = await getUsersByField(kit.site().client, 'id', [userid]);
    const values = own!.customfields!.map(({ shortname, value }) => [shortname, value]);
    expect(Object.fromEntries(values)).toMatchObject({ matricula: 'oec-moodle', shift: 'Evening' });
  });

  it('that is not there is filled in only with --force, and is told of by each check; taking a setting away asks nothing', async () => {
    const refused = await run('set', 'demo', 'profile.profile_field_gone={student.gr_no}');
    expect(refused.code).toBe(1);
    const forced = await run('set', 'demo', 'profile.profile_field_gone={student.gr_no}', '--force');
    expect(forced.code).toBe(0);
    expect((await run('test', 'demo')).stdout).toContain('no profile field with the short name gone');
    const calls = await kit.site().callsDuring(async () => {
      const json = (await run('set', 'demo', 'profile.profile_field_gone=', '--json')).json<SetResult>();
      expect(json.changes).toEqual([
        { name: 'profile.profile_field_gone', before: '{student.gr_no}', after: '(default)' },
      ]);
    });
    expect(calls).toEqual([]);
    expect(Object.keys((await settings())!)).toHaveLength(3 + 1);
  });

  it('is saved only with --force where Moodle cannot be asked', async () => {
    const { base_url } = (await kit.system.instances.get('demo'))!;
    await kit.configure('demo', { base_url: 'http://127.0.0.1:1' });
    const before = await settings();
    const refused = await run('set', 'demo', 'profile.profile_field_away={student.gr_no}');
    expect([refused.code, await settings()]).toEqual([1, before]);
    await kit.configure('demo', { base_url });
  });

  it('or a language of people that Moodle does not have is told of, and saved', async () => {
    await kit.sync(student(3, { lang: 'fi_FI' }), student(4, { lang: 'en_GB' }));
    const set = await run('set', 'demo', 'profile.lang={person.lang?}');
    expect(set.code).toBe(0);
    expect(set.stdout).toContain('The site has no language fi_fi or fi: ');
    expect(set.stdout).not.toContain('no language en_gb');
    expect(await settings()).toMatchObject({ lang: '{person.lang?}' });
  });

  it('is not asked for by `try`, which writes nothing and says so', async () => {
    const calls = await kit.site().callsDuring(async () => {
      const tried = await run('try', 'demo', 'op.student', '1', 'profile.profile_field_new={student.gr_no}');
      expect(tried.stdout).toContain('profile_field_new');
      expect(tried.stdout).toContain('`instance set` asks');
    });
    expect(calls.filter(isWrite)).toEqual([]);
  });
});
