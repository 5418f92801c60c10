import { describe, expect, it } from 'vitest';
import { enrolUsers, unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { addGroupMembers, deleteGroupMembers } from '#shared/moodle/functions/groups.ts';
import { createUsers, getAccountRows, getUsersByField, updateUsers } from '#shared/moodle/functions/users.ts';
import { administrator } from './administrator.ts';
import { isMissing, makeCourse, makeGroup, newUser, nowhere, refusal, roles } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();

async function makeDeleted() {
  const user = newUser();
  const [created] = await createUsers(peer.client, [user]);
  await administrator(peer).deleteAccount(created!.id);
  return { user, userid: created!.id };
}

describe.skipIf(!administrator.isThere)('an account that was deleted', () => {
  it('is found by its id only, and looks as if it were there but for its address and username', async () => {
    const { user, userid } = await makeDeleted();
    for (const field of ['idnumber', 'email', 'username'] as const)
      expect(await getAccountRows(peer.client, field, [user[field]!])).toEqual([]);
    const [row] = await getAccountRows(peer.client, 'id', [userid]);
    expect(row).toMatchObject({ id: userid, firstname: user.firstname, idnumber: '', suspended: false });
    expect(row?.email).toMatch(/^[0-9a-f]{32}$/);
    expect(row?.username).toMatch(new RegExp(`^${user.email}\\.\\d{10}$`));
    expect(await getUsersByField(peer.client, 'id', [userid])).toEqual([]);
  });

  it('is not changed, with a warning of its own', async () => {
    const { userid } = await makeDeleted();
    const { warnings } = await updateUsers(peer.client, [{ id: userid, firstname: 'Iva' }]);
    expect(warnings).toMatchObject([{ itemid: userid, warningcode: 'usernotupdateddeleted' }]);
  });

  it('can be enrolled, suspended and unenrolled no more', async () => {
    const { userid } = await makeDeleted();
    const courseid = await makeCourse(peer.client);
    const enrolment = { roleid: roles.student, userid, courseid };
    expect(await refusal(enrolUsers(peer.client, [enrolment]))).toBe('userdeleted');
    expect(await refusal(enrolUsers(peer.client, [{ ...enrolment, suspend: true }]))).toBe('userdeleted');
    expect(await refusal(unenrolUsers(peer.client, [{ userid, courseid }]))).toBe('userdeleted');
  });

  it('is for groups as one that never was', async () => {
    const { userid } = await makeDeleted();
    const groupid = await makeGroup(peer.client, await makeCourse(peer.client));
    for (const id of [userid, nowhere]) {
      expect(await refusal(addGroupMembers(peer.client, [{ groupid, userid: id }]))).toSatisfy(isMissing);
      expect(await refusal(deleteGroupMembers(peer.client, [{ groupid, userid: id }]))).toSatisfy(isMissing);
    }
  });

  it('leaves its address, username and ID number to another one', async () => {
    const { user } = await makeDeleted();
    expect(await refusal(createUsers(peer.client, [user]))).toBeUndefined();
  });
});
