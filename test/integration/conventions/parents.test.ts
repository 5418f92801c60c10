import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanEntry } from '#cli/commands/plan/plan.ts';
import { defaultSettings, parentRole } from '#local/moodle/settings.ts';
import { blankUser } from '#local/moodle/state/install-site.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { runCli } from '#test/integration/cli/run-cli.ts';
import { isWrite, type Kit, parent, startKit, student } from '#test/integration/kit.ts';
import { sweep, unnoticed } from '#test/integration/sweep/support.ts';

const hour = 3_600_000;
const role = (parentId: number, child: number) =>
  `parent${parentId}@example.org: role ${parentRole.id} over oec_student_${child}`;

/** One Moodle gives parents accounts, and one does not. */
describe('parents', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({
      instances: [
        { id: 'school', role_ids: { parent: parentRole.id }, brake: { share: 1, minimum: 1000 } },
        { id: 'other' },
      ],
      moodle: { roles: [...defaultSettings.roles, parentRole] },
    });
  });
  afterAll(() => kit.stop());

  const roles = () => kit.site('school').rolesOverUsers();

  it('get accounts and roles from a record to Moodle, where the instance asks for it', async () => {
    await kit.sync(parent(1, [1, 2]), student(1), student(2), parent(2, [2]));
    expect(await kit.troubles('school')).toEqual({});
    expect(roles()).toEqual([role(1, 1), role(1, 2), role(2, 2)]);
    expect(await kit.site('school').user('oec_parent_1')).toMatchObject({ email: 'parent1@example.org' });
  });

  it('make nothing, and no call, where it does not', async () => {
    expect([...(await kit.mappings('other')).keys()]).toEqual(['oec_student_1', 'oec_student_2']);
    const calls = await kit.site('other').callsDuring(() => kit.sync(parent(3, [1]), parent(1, [2])));
    expect(calls).toEqual([]);
    expect(roles()).toEqual([role(1, 2), role(2, 2), role(3, 1)]);
  });

  it('follow a child that leaves and comes back', async () => {
    await kit.sync(student(2, { active: false }));
    expect(roles()).toEqual([role(3, 1)]);
    await kit.sync(student(2));
    expect(roles()).toEqual([role(1, 2), role(2, 2), role(3, 1)]);
  });

  it('are found by the sweep where nobody has told of them, and taken when their record is gone', async () => {
    await kit.configure('other', { role_ids: { student: 5, teacher: 3, parent: parentRole.id } });
    await kit.advance(2 * hour);
    expect(await kit.troubles('other')).toEqual({});
    expect(kit.site('other').rolesOverUsers()).toEqual([role(1, 2), role(2, 2), role(3, 1)]);
    await kit.syncDeletion(parent(3, [1]));
    for (const name of ['school', 'other']) {
      expect(kit.site(name).rolesOverUsers()).toEqual([role(1, 2), role(2, 2)]);
      expect(await kit.site(name).user('oec_parent_3')).toMatchObject({ suspended: true });
    }
  });

  it('are left as they are where the instance asks for it no more', async () => {
    await kit.configure('other', { role_ids: { student: 5, teacher: 3 } });
    const calls = await kit.site('other').callsDuring(async () => {
      await kit.sync(parent(1, []), parent(2, [2], { active: false }));
      await kit.advance(2 * hour);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(kit.site('other').rolesOverUsers()).toEqual([role(1, 2), role(2, 2)]);
    expect(roles()).toEqual([]);
  });
});

describe('what operators do with parents', () => {
  let kit: Kit;
  const record = parent(1, [1, 2]);
  beforeAll(async () => {
    kit = await startKit({
      instances: [{ role_ids: { parent: parentRole.id }, brake: { share: 1, minimum: 1000 } }],
      moodle: { roles: [...defaultSettings.roles, parentRole] },
      schedules: 'none',
    });
    await kit.sync(student(1), student(2, { email: false }));
  });
  afterAll(() => kit.stop());

  const cli = (...args: string[]) => runCli(kit, args);
  const planned = async () => {
    const { instances } = (await cli('plan', '--details', '--json')).json<{ instances: PlanEntry[] }>();
    const [plan] = instances as Extract<PlanEntry, { status: 'planned' }>[];
    return Object.fromEntries(
      plan!.changes!.map((change) => [`${change.kind} ${change.idnumber}`, change.fields]),
    );
  };

  it('see in a plan whom it would give a role, and take it', async () => {
    await unnoticed(kit, () => kit.put(record));
    expect(await planned()).toMatchObject({
      'create oec_parent_1': expect.any(Array),
      'give_role oec_parent_1@children': [{ field: 'oec_student_1', now: null, planned: 'role 9' }],
    });
    expect(kit.site().rolesOverUsers()).toEqual([]);
    await sweep(kit);
    expect(kit.site().rolesOverUsers()).toEqual([role(1, 1)]);
    expect(await planned()).toEqual({});
    await unnoticed(kit, () => kit.put(parent(1, [])));
    expect(await planned()).toEqual({
      'take_role oec_parent_1@children': [{ field: 'oec_student_1', now: 'role 9', planned: null }],
    });
    await kit.sync(record);
    expect(kit.site().rolesOverUsers()).toEqual([role(1, 1)]);
  });

  it('are told why a parent has a role, and over whom not', async () => {
    const said = await cli('explain', 'parent', '1');
    expect(said).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('child oec_student_1: It was pushed'),
    });
    expect(said.stdout).toContain('STOP   child oec_student_2: This student has no e-mail address');
    await kit.sync(student(2));
    expect((await cli('explain', 'parent', 'parent1@example.org')).stdout).toContain(
      'Nothing stands in the way: in demo the parent 1 has been given the role over the children.',
    );
    expect((await cli('explain', 'parent', '7')).stdout).toContain('The records table holds no parent 7.');
  });

  it('try on one parent what another setting would do', async () => {
    const tried = await cli('instance', 'try', 'demo', 'op.parent', '1', 'role_ids.parent=', '--json');
    expect(tried.json()).toMatchObject({ model: 'op.parent', changed: { changes: [] } });
  });

  it('are told by doctor whether the role can be given', async () => {
    expect((await cli('doctor', '--instance', 'demo')).stdout).toContain(
      "✓ The role of role_ids.parent (9) is there, and the token's user may give it.",
    );
    await kit.configure('demo', { role_ids: { student: 5, teacher: 3, parent: 4 } });
    // A role for courses.
    expect((await cli('doctor', '--instance', 'demo')).stdout).toContain(
      "✗ The token's user may not give the role of role_ids.parent (4), or there is no such role.",
    );
    await kit.configure('demo', { role_ids: { student: 5, teacher: 3, parent: parentRole.id } });
    expect(kit.site().rolesOverUsers()).toEqual([role(1, 1), role(1, 2)]);
  });

  it('compare the accounts, and find nothing to tell of the roles', async () => {
    expect((await cli('drift', '--json')).json()).toMatchObject({ instances: [{ findings: [] }] });
  });

  it('make the mappings anew of accounts; the next sweep gives the roles once more', async () => {
    const before = await kit.mapping('oec_parent_1@children');
    const table = mappingsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    await table.remove('demo', [...(await kit.mappings()).keys()]);
    expect((await cli('rebuild-mappings', '--yes')).code).toBe(0);
    const calls = await kit.site().callsDuring(() => sweep(kit));
    expect(calls.filter(isWrite).map(({ function: name }) => name)).toEqual(['core_role_assign_roles']);
    expect(await kit.mapping('oec_parent_1@children')).toMatchObject({ extra_data: before!.extra_data });
    // Found anew, the roles are known from the mapping alone.
    expect((await cli('rebuild-mappings', '--force', '--yes')).code).toBe(0);
    await unnoticed(kit, () => kit.put(parent(1, [2])));
    await sweep(kit);
    expect(kit.site().rolesOverUsers()).toEqual([role(1, 2)]);
    expect(await kit.troubles()).toEqual({});
  });

  it('adopt an account that a parent has had for years', async () => {
    const { users } = kit.site().moodle.siteState;
    const name = { firstname: 'Parent', lastname: 'Number2', username: 'old', idnumber: 'SIS-77' };
    const { id } = users.insert({ ...blankUser(), ...name, email: 'parent2@example.org' });
    await kit.sync(parent(2, [1]));
    expect(await kit.troubles()).toMatchObject({ oec_parent_2: 'conflict: foreignidnumber' });
    await cli('adopt', '--instance', 'demo', '--apply');
    await sweep(kit);
    expect(users.get(id)).toMatchObject({ idnumber: 'oec_parent_2' });
    expect(kit.site().rolesOverUsers()).toEqual([role(1, 2), role(2, 1)]);
    await kit.sync(parent(2, []));
  });

  it('see, export and erase what is held of a parent, and of a child', async () => {
    const found = await cli('person', 'find', 'parent1@example.org');
    expect(found.stdout).toMatch(/parent │ +1 │ oec_parent_1 │ Parent Number1/);
    const directory = await mkdtemp(join(tmpdir(), 'parents-'));
    const file = join(directory, 'child.json');
    expect((await cli('person', 'export', 'oec_student_2', '--output', file)).code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('oec_parent_1@children');
    await rm(directory, { recursive: true });
    await kit.syncDeletion(parent(1, [2]));
    expect((await cli('person', 'erase', 'oec_parent_1', '--yes')).code).toBe(0);
    expect([...(await kit.mappings()).keys()].filter((name) => name.startsWith('oec_parent_1'))).toEqual([]);
  });
});
