import { beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, parentRole } from '#local/moodle/settings.ts';
import { faculty, parent, student } from '#test/integration/records.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { PushKit } from './push-kit.ts';

const day = 24 * 3_600_000;
const moodle = {
  roles: [...defaultSettings.roles, parentRole, { ...parentRole, id: 10, shortname: 'guardian' }],
};

let kit: PushKit;
beforeEach(async () => {
  kit = await PushKit.start({ settings: { role_ids: { parent: parentRole.id } }, moodle });
  return () => kit.moodle.stop();
});

const role = (who: string, child: number, id = parentRole.id) =>
  `${who}@example.org: role ${id} over oec_student_${child}`;
const roles = () => kit.site.rolesOverUsers();
const children = (id: number) => kit.mapping(`oec_parent_${id}@children`);

describe('parents', () => {
  it('get an account, and the role over the accounts of their children', async () => {
    await kit.sync(student(1), student(2), parent(1, [1, 2]), parent(2, [2]));
    expect(kit.troubles()).toEqual({});
    expect(await kit.site.user('oec_parent_1')).toMatchObject({
      firstname: 'Parent',
      lastname: 'Number1',
      email: 'parent1@example.org',
    });
    expect(roles()).toEqual([role('parent1', 1), role('parent1', 2), role('parent2', 2)]);
    expect(children(1)).toMatchObject({ active: true, made_with: { oec_student_1: expect.any(Number) } });
    const calls = await kit.site.callsDuring(() => kit.sync(parent(1, [1, 2])));
    expect(calls).toEqual([]);
  });

  it('are none of an instance that names no role for them', async () => {
    kit.instance = { ...kit.instance, role_ids: { student: 5, teacher: 3 } };
    const calls = await kit.site.callsDuring(() => kit.sync(parent(1, [1])));
    expect(calls).toEqual([]);
    expect(kit.mappings.rows.size).toBe(0);
    await kit.sync(student(1));
    expect([...kit.mappings.rows.keys()]).toEqual(['oec_student_1']);
  });

  it('are left alone, and not compared, where the instance names no role any more', async () => {
    await kit.sync(student(1), parent(1, [1]));
    kit.instance = { ...kit.instance, role_ids: { student: 5, teacher: 3 } };
    await kit.sync(parent(1, [], { active: false }), student(1, { active: false }));
    administratorOf(kit.moodle).changeAccount((await kit.site.user('oec_parent_1'))!.id, { firstname: 'X' });
    expect(await kit.compare()).toEqual([]);
    expect(await kit.site.user('oec_parent_1')).toMatchObject({ firstname: 'X', suspended: false });
    expect(roles()).toEqual([role('parent1', 1)]);
  });

  it('have it no more over a child that is taken from them, or whose record ends', async () => {
    await kit.sync(student(1), student(2), parent(1, [1, 2]), parent(2, [1, 2]));
    await kit.sync(parent(1, [2]));
    expect(roles()).toEqual([role('parent1', 2), role('parent2', 1), role('parent2', 2)]);
    await kit.sync(student(2, { active: false }));
    expect(roles()).toEqual([role('parent2', 1)]);
    await kit.sync(student(2));
    expect(roles()).toEqual([role('parent1', 2), role('parent2', 1), role('parent2', 2)]);
    await kit.delete(student(1));
    await kit.settle();
    expect(roles()).toEqual([role('parent1', 2), role('parent2', 2)]);
    expect(kit.troubles()).toEqual({});
    expect(Object.keys(children(2)?.made_with ?? {})).toEqual(['oec_parent_2', 'oec_student_2']);
  });

  it('lose the roles and the account when their record ends, and keep the account without children', async () => {
    await kit.sync(student(1), parent(1, [1]), parent(2, [1]), parent(3, [1]));
    await kit.put(parent(1, [1], { active: false }), parent(3, []));
    await kit.delete(parent(2, [1]));
    await kit.settle();
    expect(roles()).toEqual([]);
    const suspended = await Promise.all(
      [1, 2, 3].map(async (id) => (await kit.site.user(`oec_parent_${id}`))?.suspended),
    );
    expect(suspended).toEqual([true, true, false]);
  });

  it('are given what can be given, and the rest when the child is there', async () => {
    await kit.sync(student(1), student(2, { email: false }), parent(1, [1, 2, 3]));
    expect(roles()).toEqual([role('parent1', 1)]);
    await kit.sync(student(2));
    expect(roles()).toEqual([role('parent1', 1), role('parent1', 2)]);
    await kit.sync(student(3));
    expect(roles()).toHaveLength(3);
    expect(kit.troubles()).toEqual({});
  });

  it('keep what they have while a child, or their own record, cannot be read', async () => {
    await kit.sync(student(1), parent(1, [1]));
    await kit.sync(student(1, { email: 'no address' }));
    await kit.sync(parent(1, [], { email: false }));
    expect(roles()).toEqual([role('parent1', 1)]);
    await kit.sync(parent(1, []));
    expect(kit.troubles()).toEqual({ oec_student_1: 'invalid: format' });
    expect(roles()).toEqual([]);
  });

  it('without an address are incomplete, and hold no child', async () => {
    await kit.sync(parent(1, [1], { email: false }), student(1));
    expect(kit.troubles()).toEqual({ oec_parent_1: 'invalid: required' });
    expect(await kit.site.user('oec_student_1')).toMatchObject({ suspended: false });
    await kit.sync(parent(1, [1]));
    expect(kit.troubles()).toEqual({});
    expect(roles()).toEqual([role('parent1', 1)]);
  });

  it('follow a child whose account was deleted in Moodle and is made again, and so do they themselves', async () => {
    await kit.sync(student(1), parent(1, [1]));
    for (const idnumber of ['oec_student_1', 'oec_parent_1']) {
      administratorOf(kit.moodle).deleteAccount((await kit.site.user(idnumber))!.id);
      expect(roles()).toEqual([]);
      await kit.compare();
      expect(roles()).toEqual([role('parent1', 1)]);
      expect(kit.troubles()).toEqual({});
    }
  });

  it('are the account of a teacher of the same name and address, and lose only the roles with the parent', async () => {
    const name = { first_name: 'Ada', last_name: 'Both', email: 'both@example.org' };
    await kit.sync(
      faculty(1, name),
      student(1),
      parent(1, [1], { name: [7, 'Ada Both'], email: name.email }),
    );
    expect(kit.troubles()).toEqual({});
    expect(roles()).toEqual([role('both', 1)]);
    expect(await kit.site.usersByEmail(name.email)).toMatchObject([{ idnumber: 'oec_faculty_1' }]);
    await kit.sync(parent(1, [1], { name: [7, 'Ada Both'], email: name.email, active: false }));
    expect(roles()).toEqual([]);
    expect(await kit.site.usersByEmail(name.email)).toMatchObject([{ suspended: false }]);
  });

  it('who came back with another record keep the role that only the old one loses', async () => {
    const old = parent(1, [1]);
    await kit.sync(student(1), old);
    const again = { name: old.name, email: old.email };
    await kit.sync({ ...old, active: false }, parent(2, [1], again));
    await kit.advance(day);
    expect(roles()).toEqual([role('parent1', 1)]);
    expect(kit.troubles()).toEqual({});
  });

  it('who share an address are a conflict, unless the instance lets them', async () => {
    const email = 'family@example.org';
    await kit.sync(student(1, { email }), parent(1, [1], { email }));
    expect(kit.troubles()).toMatchObject({ oec_parent_1: 'conflict: sharedemail' });
    expect(await kit.site.user('oec_student_1')).toBeDefined();
    expect(roles()).toEqual([]);
  });

  it('lose nothing while the brake is on, and are given what is new', async () => {
    await kit.sync(student(1), student(2), parent(1, [1]));
    kit.isBrakeOn = true;
    await kit.sync(parent(1, [2]));
    expect(roles()).toEqual([role('parent1', 1), role('parent1', 2)]);
    expect(kit.troubles()).toEqual({ 'oec_parent_1@children': 'held: none' });
    await kit.releaseBrake();
    expect(roles()).toEqual([role('parent1', 2)]);
    expect(kit.troubles()).toEqual({});
  });

  it('change over to another role where the instance names another one', async () => {
    await kit.sync(student(1), student(2), parent(1, [1, 2]));
    kit.instance = { ...kit.instance, role_ids: { ...kit.instance.role_ids, parent: 10 } };
    await kit.sync(parent(1, [1]));
    expect(roles()).toEqual([role('parent1', 1, 10)]);
    await kit.sync(parent(1, []));
    expect(roles()).toEqual([]);
    expect(kit.troubles()).toEqual({});
  });

  it('are told of a role that the link may not give, one by one, and the Moodle is called on', async () => {
    kit.instance = { ...kit.instance, role_ids: { ...kit.instance.role_ids, parent: 5 } };
    await kit.sync(student(1), parent(1, [1]), student(2));
    expect(kit.troubles()).toEqual({ 'oec_parent_1@children': 'failed: roleofparents' });
    expect(kit.toldBreaker).toEqual([]);
    kit.instance = { ...kit.instance, role_ids: { ...kit.instance.role_ids, parent: parentRole.id } };
    await kit.advance(day);
    expect(roles()).toEqual([role('parent1', 1)]);
  });

  it('belong where one of their children does, where an instance is limited', async () => {
    kit.instance = { ...kit.instance, scope: { departments: [], companies: ['1'] } };
    await kit.sync(
      student(1, { company_id: 1 }),
      student(2, { company_id: 2 }),
      ...[parent(1, [1, 2]), parent(2, [2])],
    );
    expect(roles()).toEqual([role('parent1', 1)]);
    expect(await kit.site.user('oec_parent_2')).toBeUndefined();
    await kit.sync(student(2, { company_id: 1 }));
    expect(roles()).toEqual([role('parent1', 1), role('parent1', 2), role('parent2', 2)]);
  });
});
