import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings, parentRole } from '#local/moodle/settings.ts';
import { isWrite, type Kit, parent, startKit, student } from '#test/integration/kit.ts';

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
