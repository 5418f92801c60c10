import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import {
  addGroupMembers,
  createGroups,
  deleteGroupMembers,
  getCourseGroups,
  type NewGroup,
  updateGroups,
} from '#shared/moodle/functions/groups.ts';
import {
  isMissing,
  makeCourse,
  makeGroup,
  makeStudent,
  makeUser,
  nowhere,
  refusal,
  unique,
} from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let course: number;
beforeAll(async () => {
  course = await makeCourse(peer.client);
});

const newGroup = (fields: Partial<NewGroup> = {}): NewGroup => {
  const name = unique('group');
  return { courseid: course, name, idnumber: name, description: '', ...fields };
};
const create = (...groups: NewGroup[]) => createGroups(peer.client, groups);
const groupsOf = async (userid: number) => {
  const users = await getEnrolledUsers(peer.client, course, { userfields: ['id', 'groups'] });
  return users.find(({ id }) => id === userid)?.groups?.map(({ id }) => id) ?? [];
};

describe('groups of a course', () => {
  it('are made in the order of the items and found by course', async () => {
    const groups = [newGroup({ name: unique('A & B “x” 🎓') }), newGroup()];
    const created = await create(...groups);
    expect(created.map(({ name, idnumber }) => ({ name, idnumber }))).toEqual(
      groups.map(({ name, idnumber }) => ({ name, idnumber })),
    );
    const found = await getCourseGroups(peer.client, course);
    expect(found).toEqual(expect.arrayContaining(created));
  });

  it('need a description, be it empty', async () => {
    const groups = [{ courseid: course, name: unique('group') }];
    expect(await refusal(peer.client.call('core_group_create_groups', { groups }, z.unknown()))).toBe(
      'invalidparameter',
    );
  });

  it('have a name and an idnumber that nobody else has in the course', async () => {
    const first = newGroup();
    await create(first);
    expect(await refusal(create(newGroup({ name: first.name })))).toBe('invalidparameter');
    expect(await refusal(create(newGroup({ idnumber: first.idnumber })))).toBe('idnumbertaken');
    const elsewhere = await makeCourse(peer.client);
    expect(await refusal(create({ ...first, courseid: elsewhere }))).toBeUndefined();
  });

  it('are made all or not at all', async () => {
    const good = newGroup();
    expect(await refusal(create(good, newGroup({ name: ' ' })))).toBe('invalidparameter');
    expect((await getCourseGroups(peer.client, course)).map(({ name }) => name)).not.toContain(good.name);
  });

  it('have 254 characters of name and 100 of idnumber at most', async () => {
    const fill = (size: number) => unique('x').padEnd(size, '0');
    expect(await refusal(create(newGroup({ name: fill(254), idnumber: fill(100) })))).toBeUndefined();
    expect(await refusal(create(newGroup({ name: fill(255) })))).toBe('dmlwriteexception');
    expect(await refusal(create(newGroup({ idnumber: fill(101) })))).toBe('dmlwriteexception');
  });

  it('hold no tag in their name', async () => {
    expect(await refusal(create(newGroup({ name: '<b>A</b>' })))).toBe('invalidparameter');
  });

  it('cannot be made in a course that is not there', async () => {
    expect(await refusal(create(newGroup({ courseid: nowhere })))).toBe('errorcoursecontextnotvalid');
    expect(await refusal(getCourseGroups(peer.client, nowhere))).toBe('errorcoursecontextnotvalid');
  });

  it('are renamed, all or none', async () => {
    const [one, other] = [await makeGroup(peer.client, course), await makeGroup(peer.client, course)];
    const name = unique('renamed');
    await updateGroups(peer.client, [{ id: one, name }]);
    const nameOf = async (id: number) =>
      (await getCourseGroups(peer.client, course)).find((group) => group.id === id)?.name;
    expect(await nameOf(one)).toBe(name);
    expect(
      await refusal(
        updateGroups(peer.client, [
          { id: other, name: 'x' },
          { id: nowhere, name: 'y' },
        ]),
      ),
    ).toBe('invalidparameter');
    expect(await nameOf(other)).not.toBe('x');
    expect(await refusal(updateGroups(peer.client, [{ id: other, name }]))).toBe('invalidparameter');
  });

  it('cannot change their name in case or accents alone', async () => {
    const name = `${unique('group')} Café`;
    const [created] = await create(newGroup({ name }));
    const rename = (to: string) => refusal(updateGroups(peer.client, [{ id: created!.id, name: to }]));
    expect(await rename(name)).toBeUndefined();
    expect(await rename(name.toUpperCase())).toBe('invalidparameter');
    expect(await rename(name.replace('é', 'e'))).toBe('invalidparameter');
    expect(await rename(`${name} for a moment`)).toBeUndefined();
    expect(await rename(name.toUpperCase())).toBeUndefined();
  });

  it('keep their idnumber when only the name is sent', async () => {
    const first = newGroup();
    const [created] = await create(first);
    await updateGroups(peer.client, [{ id: created!.id, name: unique('renamed') }]);
    const found = (await getCourseGroups(peer.client, course)).find(({ id }) => id === created!.id);
    expect(found?.idnumber).toBe(first.idnumber);
  });

  it('refuse an idnumber of another group of the course', async () => {
    const first = newGroup();
    await create(first);
    const second = newGroup();
    const [created] = await create(second);
    const change = { id: created!.id, name: second.name, idnumber: first.idnumber! };
    expect(await refusal(updateGroups(peer.client, [change]))).toBe('idnumbertaken');
  });
});

describe('members of a group', () => {
  it('are added and taken out, also twice', async () => {
    const groupid = await makeGroup(peer.client, course);
    const userid = await makeStudent(peer.client, course);
    for (const _time of [1, 2]) await addGroupMembers(peer.client, [{ groupid, userid }]);
    expect(await groupsOf(userid)).toEqual([groupid]);
    for (const _time of [1, 2]) await deleteGroupMembers(peer.client, [{ groupid, userid }]);
    expect(await groupsOf(userid)).toEqual([]);
  });

  it('must be enrolled, or the whole call fails', async () => {
    const groupid = await makeGroup(peer.client, course);
    const userid = await makeStudent(peer.client, course);
    const stranger = await makeUser(peer.client);
    const members = [
      { groupid, userid },
      { groupid, userid: stranger },
    ];
    expect(await refusal(addGroupMembers(peer.client, members))).toBe('invalidparameter');
    expect(await groupsOf(userid)).toEqual([]);
  });

  it('are refused for an unknown group or user', async () => {
    const groupid = await makeGroup(peer.client, course);
    const userid = await makeStudent(peer.client, course);
    expect(await refusal(addGroupMembers(peer.client, [{ groupid: nowhere, userid }]))).toSatisfy(isMissing);
    expect(await refusal(addGroupMembers(peer.client, [{ groupid, userid: nowhere }]))).toSatisfy(isMissing);
    expect(await refusal(deleteGroupMembers(peer.client, [{ groupid: nowhere, userid }]))).toSatisfy(
      isMissing,
    );
  });
});
