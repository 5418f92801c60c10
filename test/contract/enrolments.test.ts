import { beforeAll, describe, expect, it } from 'vitest';
import {
  enrolUsers,
  getEnrolledUsers,
  getUsersCourses,
  type NewEnrolment,
  unenrolUsers,
} from '#shared/moodle/functions/enrolments.ts';
import { addGroupMembers } from '#shared/moodle/functions/groups.ts';
import { unassignCourseRoles } from '#shared/moodle/functions/roles.ts';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import {
  isMissing,
  makeCourse,
  makeGroup,
  makeStudent,
  makeUser,
  newUser,
  nowhere,
  refusal,
  roles,
} from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let course: number;
beforeAll(async () => {
  course = await makeCourse(peer.client);
});

const enrol = (...enrolments: NewEnrolment[]) => enrolUsers(peer.client, enrolments);
const participants = (options = {}) => getEnrolledUsers(peer.client, course, options);
const participant = async (userid: number) => (await participants()).find(({ id }) => id === userid);
const isSuspended = async (userid: number) =>
  (await participants({ only: 'suspended' })).some(({ id }) => id === userid);

describe('enrolling', () => {
  it('gives a person a role in a course, and is content if it was given already', async () => {
    const userid = await makeStudent(peer.client, course);
    await enrol({ roleid: roles.student, userid, courseid: course });
    expect((await participant(userid))?.roles?.map(({ roleid }) => roleid)).toEqual([roles.student]);
  });

  it('adds a second role to the first', async () => {
    const userid = await makeStudent(peer.client, course);
    await enrol({ roleid: roles.editingTeacher, userid, courseid: course });
    const held = (await participant(userid))?.roles?.map(({ roleid }) => roleid).sort();
    expect(held).toEqual([roles.editingTeacher, roles.student]);
  });

  it('suspends and brings back', async () => {
    const userid = await makeStudent(peer.client, course);
    await enrol({ roleid: roles.student, userid, courseid: course, suspend: true });
    expect(await isSuspended(userid)).toBe(true);
    await enrol({ roleid: roles.student, userid, courseid: course });
    expect(await isSuspended(userid)).toBe(false);
  });

  it('makes an enrolment that is suspended from the start', async () => {
    const userid = await makeUser(peer.client);
    await enrol({ roleid: roles.student, userid, courseid: course, suspend: true });
    expect(await isSuspended(userid)).toBe(true);
  });

  it('takes people whose account is suspended', async () => {
    const userid = await makeUser(peer.client);
    await updateUsers(peer.client, [{ id: userid, suspended: true }]);
    expect(await refusal(enrol({ roleid: roles.student, userid, courseid: course }))).toBeUndefined();
    expect(await participant(userid)).toBeDefined();
  });

  it('is all or nothing', async () => {
    const userid = await makeUser(peer.client);
    const good = { roleid: roles.student, userid, courseid: course };
    expect(await refusal(enrol(good, { ...good, userid: nowhere }))).toSatisfy(isMissing);
    expect(await participant(userid)).toBeUndefined();
  });

  it('names what is unknown by its code', async () => {
    const userid = await makeUser(peer.client);
    const good = { roleid: roles.student, userid, courseid: course };
    expect(await refusal(enrol({ ...good, userid: nowhere }))).toSatisfy(isMissing);
    expect(await refusal(enrol({ ...good, courseid: nowhere }))).toBe('invalidparameter');
    expect(await refusal(enrol({ ...good, roleid: nowhere }))).toBe('wsusercannotassign');
  });

  it('works in a hidden course', async () => {
    const hidden = await makeCourse(peer.client, { visible: 0 });
    const userid = await makeUser(peer.client);
    expect(await refusal(enrol({ roleid: roles.student, userid, courseid: hidden }))).toBeUndefined();
  });
});

describe('times of an enrolment', () => {
  /** Whatever the time is. */
  const [past, future] = [Date.UTC(2001, 1, 1) / 1000, Date.UTC(2201, 5, 30) / 1000];
  const courseOf = async (userid: number) =>
    (await getUsersCourses(peer.client, userid)).some(({ id }) => id === course);
  const given = async (times: { timestart?: number; timeend?: number }, userid: number) => {
    await enrol({ roleid: roles.student, userid, courseid: course, ...times });
    return [await isSuspended(userid), await courseOf(userid)];
  };
  const [letIn, keptOut] = [
    [false, true],
    [true, false],
  ];

  it('let in as long as they last, and count as a suspension before and after', async () => {
    const userid = await makeStudent(peer.client, course);
    expect(await given({ timestart: past, timeend: future }, userid)).toEqual(letIn);
    expect(await given({ timestart: future }, userid)).toEqual(keptOut);
    expect(await given({ timeend: past }, userid)).toEqual(keptOut);
  });

  it('are written anew by each call, by one without any as well', async () => {
    const userid = await makeStudent(peer.client, course);
    expect(await given({ timestart: past, timeend: past + 1 }, userid)).toEqual(keptOut);
    expect(await given({ timeend: future }, userid)).toEqual(letIn);
    expect(await given({ timeend: past }, userid)).toEqual(keptOut);
    expect(await given({}, userid)).toEqual(letIn);
  });

  it('may end before they begin', async () => {
    const userid = await makeStudent(peer.client, course);
    expect(await given({ timestart: future, timeend: past }, userid)).toEqual(keptOut);
  });

  it('take neither role nor group', async () => {
    const userid = await makeStudent(peer.client, course);
    const groupid = await makeGroup(peer.client, course);
    await addGroupMembers(peer.client, [{ groupid, userid }]);
    await given({ timeend: past }, userid);
    expect(await participant(userid)).toMatchObject({
      roles: [{ roleid: roles.student }],
      groups: [{ id: groupid }],
    });
  });
});

describe('taking a role in a course away', () => {
  const unassign = (...taken: { roleid: number; userid: number; courseid: number }[]) =>
    unassignCourseRoles(peer.client, taken);
  const rolesOf = async (userid: number) => (await participant(userid))?.roles?.map(({ roleid }) => roleid);

  it('leaves the enrolment with the others, and is content if it was not held', async () => {
    const userid = await makeStudent(peer.client, course);
    await enrol({ roleid: roles.editingTeacher, userid, courseid: course });
    const student = { roleid: roles.student, userid, courseid: course };
    await unassign(student);
    await unassign(student);
    expect(await rolesOf(userid)).toEqual([roles.editingTeacher]);
    await unassign({ ...student, roleid: roles.editingTeacher });
    expect(await rolesOf(userid)).toEqual([]);
    expect(await isSuspended(userid)).toBe(false);
  });

  it('is all or nothing, and refuses an unknown role or course', async () => {
    const userid = await makeStudent(peer.client, course);
    const student = { roleid: roles.student, userid, courseid: course };
    expect(await refusal(unassign(student, { ...student, roleid: nowhere }))).toBe('invalidparameter');
    expect(await refusal(unassign(student, { ...student, courseid: nowhere }))).toBe('invalidparameter');
    expect(await rolesOf(userid)).toEqual([roles.student]);
  });
});

describe('unenrolling', () => {
  it('takes the person out of the course and its groups', async () => {
    const userid = await makeStudent(peer.client, course);
    const groupid = await makeGroup(peer.client, course);
    await addGroupMembers(peer.client, [{ groupid, userid }]);
    await unenrolUsers(peer.client, [{ userid, courseid: course }]);
    expect(await participant(userid)).toBeUndefined();
    await enrol({ roleid: roles.student, userid, courseid: course });
    expect((await participant(userid))?.groups ?? []).toEqual([]);
  });

  it('passes over who is not enrolled', async () => {
    const userid = await makeUser(peer.client);
    expect(await refusal(unenrolUsers(peer.client, [{ userid, courseid: course }]))).toBeUndefined();
  });

  it('refuses an unknown person or course', async () => {
    const userid = await makeStudent(peer.client, course);
    expect(await refusal(unenrolUsers(peer.client, [{ userid: nowhere, courseid: course }]))).toSatisfy(
      isMissing,
    );
    expect(await refusal(unenrolUsers(peer.client, [{ userid, courseid: nowhere }]))).toSatisfy(isMissing);
  });
});

describe('participants', () => {
  it('are listed with only the fields asked for', async () => {
    const user = newUser();
    const userid = await makeUser(peer.client, user);
    await enrol({ roleid: roles.student, userid, courseid: course });
    const found = await participants({ userfields: ['id', 'idnumber'] });
    expect(found.find(({ id }) => id === userid)).toEqual({ id: userid, idnumber: user.idnumber });
  });

  it('keep their groups while their enrolment is suspended', async () => {
    const userid = await makeStudent(peer.client, course);
    const groupid = await makeGroup(peer.client, course);
    await addGroupMembers(peer.client, [{ groupid, userid }]);
    await enrol({ roleid: roles.student, userid, courseid: course, suspend: true });
    expect((await participant(userid))?.groups?.map(({ id }) => id)).toEqual([groupid]);
  });

  it('with a suspended account count as active, those whose enrolment is suspended do not', async () => {
    const [away, suspended] = [
      await makeStudent(peer.client, course),
      await makeStudent(peer.client, course),
    ];
    await updateUsers(peer.client, [{ id: away, suspended: true }]);
    await enrol({ roleid: roles.student, userid: suspended, courseid: course, suspend: true });
    const active = (await participants({ only: 'active' })).map(({ id }) => id);
    expect(active).toContain(away);
    expect(active).not.toContain(suspended);
  });

  it('of an unknown course are refused', async () => {
    expect(await refusal(getEnrolledUsers(peer.client, nowhere))).toSatisfy(isMissing);
  });
});
