import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MoodleCopy } from '#local/moodle/copy/moodle-copy.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import {
  addAttendance,
  addAttendanceSession,
  getAttendanceSessions,
  updateAttendanceStatus,
} from '#shared/moodle/functions/attendance.ts';
import { createCategories, getAllCategories, updateCategories } from '#shared/moodle/functions/categories.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { createCourses, getCoursesByCategory, updateCourses } from '#shared/moodle/functions/courses.ts';
import { enrolUsers, unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import {
  addGroupMembers,
  createGroups,
  deleteGroupMembers,
  getCourseGroups,
  updateGroups,
} from '#shared/moodle/functions/groups.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { createUsers, getUsersByField, updateUsers } from '#shared/moodle/functions/users.ts';
import { isWrite } from '#test/integration/site.ts';
import { PushKit } from '#test/unit/push/push-kit.ts';

const person = (name: string, more: object = {}) => ({
  ...{ username: name, firstname: name, lastname: 'Sample', email: `${name}@example.org` },
  ...{ idnumber: `oec_student_${name}`, password: 'By-hand-1!', ...more },
});

/** What is in a Moodle before, with one of everything. */
async function furnish(client: MoodleCaller) {
  const { functions, userid: tokenUser } = await getSiteInfo(client);
  const [top, other] = await createCategories(client, [{ name: 'Top', idnumber: 'top' }, { name: 'Other' }]);
  const [below] = await createCategories(client, [{ name: 'Below', parent: top!.id }]);
  const [course] = await createCourses(client, [
    { fullname: 'Law & Order', shortname: 'LAW', categoryid: below!.id, idnumber: 'oec_subj_1_course_1' },
  ]);
  const [ana, ben, cid] = await createUsers(
    client,
    ['ana', 'ben', 'cid'].map((name) => person(name)),
  );
  const courseid = course!.id;
  const [group] = await createGroups(client, [
    { courseid, name: 'A', description: '', idnumber: 'oec_batch_1' },
  ]);
  const places = [ana!, ben!].map(({ id: userid }) => ({ roleid: 5, userid, courseid }));
  await enrolUsers(client, places);
  await addGroupMembers(client, [{ groupid: group!.id, userid: ana!.id }]);
  const attendanceid = await addAttendance(client, functions, { courseid, name: 'Attendance', groupmode: 2 });
  const session = { attendanceid, sessiontime: 1_700_000_000, description: 'oec_sheet_1' };
  const sessionid = await addAttendanceSession(client, functions, session);
  const empty = await addAttendance(client, functions, { courseid, name: 'Empty', groupmode: 2 });
  return {
    ...{ functions, tokenUser, top: top!.id, below: below!.id, other: other!.id, courseid, group: group!.id },
    ...{ ana: ana!.id, ben: ben!.id, cid: cid!.id, attendanceid, sessionid, empty },
  };
}
type Furnished = Awaited<ReturnType<typeof furnish>>;

/** What is done one after another, and what a reader of the answer would see; ids of what was made are left out. */
const doings: Record<string, (client: MoodleCaller, there: Furnished) => Promise<unknown>> = {
  'puts a category below itself': (client, { top, below }) =>
    updateCategories(client, [{ id: top, parent: below }]),
  'takes an ID number twice': (client, { other }) =>
    updateCategories(client, [{ id: other, idnumber: 'TOP' }]),
  'makes two categories, the second in none': (client) =>
    createCategories(client, [{ name: 'New' }, { name: 'Lost', parent: 999_999 }]),
  'moves a category': (client, { other, top }) => updateCategories(client, [{ id: other, parent: top }]),
  'lists categories': async (client) =>
    (await getAllCategories(client)).map(({ name, depth }) => `${name} ${depth}`).sort(),
  'takes a short name twice': (client, { top }) =>
    createCourses(client, [{ fullname: 'Other', shortname: 'law', categoryid: top }]),
  'gives a name that is too long': (client, { courseid }) =>
    updateCourses(client, [{ id: courseid, fullname: 'x'.repeat(300) }]),
  'moves and hides a course, and one that is not there': (client, { courseid, top }) =>
    updateCourses(client, [
      { id: courseid, categoryid: top, visible: 0 },
      { id: 999_999, visible: 0 },
    ]),
  'makes a course': async (client, { top }) => {
    const [made] = await createCourses(client, [{ fullname: 'New', shortname: 'NEW', categoryid: top }]);
    return made!.shortname;
  },
  'lists courses': async (client, { top }) =>
    (await getCoursesByCategory(client, top)).map(({ fullname, visible }) => `${fullname} ${visible}`).sort(),
  'takes a username twice': (client) =>
    createUsers(client, [person('dan'), person('ana', { email: 'x@example.org' })]),
  'takes an address twice': (client) => createUsers(client, [person('dan', { email: 'Ana@Example.org' })]),
  'gives somebody another one’s address, and suspends another': (client, { ana, ben }) =>
    updateUsers(client, [
      { id: ana, email: 'ben@example.org' },
      { id: ben, suspended: true },
    ]),
  'finds people': async (client) =>
    (await getUsersByField(client, 'username', ['ana', 'ben', 'dan'])).map(({ username, suspended }) => [
      username,
      suspended,
    ]),
  'takes the name of a group twice': (client, { courseid }) =>
    createGroups(client, [{ courseid, name: 'a', description: '' }]),
  'renames a group': (client, { group }) => updateGroups(client, [{ id: group, name: 'B' }]),
  'lists groups': async (client, { courseid }) =>
    (await getCourseGroups(client, courseid)).map(({ name }) => name),
  'puts somebody into a group who is not in the course': (client, { group, cid }) =>
    addGroupMembers(client, [{ groupid: group, userid: cid }]),
  'enrols somebody, and nobody': (client, { courseid, cid }) =>
    enrolUsers(
      client,
      [cid, 999_999].map((userid) => ({ roleid: 5, userid, courseid })),
    ),
  'enrols somebody': (client, { courseid, cid }) =>
    enrolUsers(client, [{ roleid: 5, userid: cid, courseid }]),
  'puts somebody into a group': (client, { group, cid }) =>
    addGroupMembers(client, [{ groupid: group, userid: cid }]),
  'takes somebody out of it': (client, { group, ana }) =>
    deleteGroupMembers(client, [{ groupid: group, userid: ana }]),
  'ends an enrolment': (client, { courseid, ben }) => unenrolUsers(client, [{ userid: ben, courseid }]),
  'finds activities': async (client, { courseid }) =>
    (await getCourseModules(client, courseid, { modname: 'attendance' })).map(({ name }) => name),
  'adds a session for a group where there was none': async (client, { functions, empty, group }) => {
    const session = { attendanceid: empty, sessiontime: 1_700_000_000, groupid: group };
    await addAttendanceSession(client, functions, session);
    return sessionsOf(client, functions, empty);
  },
  'marks somebody': async (client, { functions, attendanceid, sessionid, ana, tokenUser }) => {
    const [session] = await getAttendanceSessions(client, functions, attendanceid);
    const { id: statusid } = session!.statuses.find(({ acronym }) => acronym === 'L')!;
    const mark = { sessionid, studentid: ana, takenbyid: tokenUser, statusid, statusset: '0' };
    await updateAttendanceStatus(client, functions, mark);
    return sessionsOf(client, functions, attendanceid);
  },
};

async function sessionsOf(client: MoodleCaller, functions: string[], attendanceid: number) {
  const sessions = await getAttendanceSessions(client, functions, attendanceid);
  return sessions.map(({ description, users, statuses, attendance_log: log }) => ({
    description,
    users: users.map(({ id }) => id).sort((a, b) => a - b),
    statuses: statuses.map(({ acronym }) => acronym).sort(),
    marks: log.map(({ studentid, statusid }) => [
      studentid,
      statuses.find(({ id }) => id === statusid)?.acronym,
    ]),
  }));
}

async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MoodleError) return `refused: ${error.errorcode}`;
    throw error;
  }
}

describe('a copy of a Moodle', () => {
  let kit: PushKit;
  let there: Furnished;
  let copy: MoodleCopy;
  beforeAll(async () => {
    kit = await PushKit.start();
    there = await furnish(kit.site.client);
    copy = new MoodleCopy({
      moodle: kit.site.client,
      courseOfGroup: async () => there.courseid,
      ...{ sharesEmails: false, auth: 'manual', roles: { student: 5, teacher: 3 } },
    });
  });
  afterAll(() => kit.moodle.stop());

  it('answers and refuses as the Moodle itself does, and calls nothing of it that writes', async () => {
    const answers: Record<string, unknown> = {};
    const called = await kit.site.callsDuring(async () => {
      for (const [what, doing] of Object.entries(doings)) answers[what] = await outcome(doing(copy, there));
    });
    expect(called.filter(isWrite)).toEqual([]);
    for (const [what, doing] of Object.entries(doings))
      expect.soft([what, answers[what]]).toEqual([what, await outcome(doing(kit.site.client, there))]);
    expect(Object.values(answers).filter((answer) => String(answer).startsWith('refused')).length).toBe(9);
  });
});
