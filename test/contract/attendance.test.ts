import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addAttendance,
  addAttendanceSession,
  attendanceFunctionName,
  getAttendanceSessions,
  type NewAttendanceSession,
  updateAttendanceStatus,
} from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { enrolUsers, unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { addGroupMembers } from '#shared/moodle/functions/groups.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import {
  isMissing,
  makeCourse,
  makeGroup,
  makeStudent,
  makeUser,
  nowhere,
  refusal,
  roles,
} from './makers.ts';
import { usePeer } from './peer.ts';
import { usePreparedCourse } from './prepared-course.ts';

const peer = usePeer();
let available: string[] = [];
let course: number;
let attendance: number;
beforeAll(async () => {
  available = (await getSiteInfo(peer.client)).functions;
  course = await makeCourse(peer.client);
});
beforeEach(async (context) => {
  const isMissing = attendanceFunctionName('add_session', available) === undefined;
  context.skip(isMissing, 'the site has no attendance plugin, or the token may not add sessions');
  attendance = await add();
});

const sessiontime = 1_790_000_000;
const add = (courseid = course) => addAttendance(peer.client, available, { courseid, name: 'A & B' });
const addSession = (session: Partial<NewAttendanceSession> = {}) =>
  addAttendanceSession(peer.client, available, { attendanceid: attendance, sessiontime, ...session });
const sessions = (attendanceid = attendance) => getAttendanceSessions(peer.client, available, attendanceid);
const mark = (sessionid: number, studentid: number, statusid: number, takenbyid = studentid) =>
  updateAttendanceStatus(peer.client, available, {
    sessionid,
    studentid,
    takenbyid,
    statusid,
    statusset: '0',
  });

describe('attendance activities', () => {
  it('are one more each time one is added', async () => {
    const other = await makeCourse(peer.client);
    const added = [await add(other), await add(other)];
    const modules = await getCourseModules(peer.client, other, { modname: 'attendance' });
    expect(modules.map(({ instance, name }) => ({ instance, name }))).toEqual(
      added.map((instance) => ({ instance, name: 'A & B' })),
    );
  });

  it('have no sessions at first, and are refused where they are not there', async () => {
    expect(await sessions()).toEqual([]);
    expect(await refusal(sessions(nowhere))).toBe('invalidrecordunknown');
    expect(await refusal(add(nowhere))).toSatisfy(isMissing);
  });
});

describe('attendance sessions', () => {
  it('have the usual statuses, from many points to few, and were never taken', async () => {
    const id = await addSession({ duration: 3600, description: '<p>Lecture</p>' });
    const [session] = await sessions();
    expect(session).toMatchObject({
      id,
      attendanceid: attendance,
      groupid: 0,
      sessdate: sessiontime,
      duration: 3600,
      description: expect.stringContaining('Lecture'),
      lasttaken: 0,
      statusset: 0,
      attendance_log: [],
    });
    // By these points who was there is told from who was not, in whatever language the site installed the plugin.
    expect(session?.statuses.map(({ grade }) => grade)).toEqual([2, 1, 1, 0]);
  });

  it('are answered in the order in which they were added', async () => {
    const later = await addSession({ sessiontime: sessiontime + 7200 });
    const sooner = await addSession();
    expect((await sessions()).map(({ id }) => id)).toEqual([later, sooner]);
  });

  it('list students, suspended ones too, but no teachers', async () => {
    const own = await makeCourse(peer.client);
    const [account, enrolment] = [await makeStudent(peer.client, own), await makeStudent(peer.client, own)];
    const teacher = await makeUser(peer.client);
    await updateUsers(peer.client, [{ id: account, suspended: true }]);
    await enrolUsers(peer.client, [
      { roleid: roles.student, userid: enrolment, courseid: own, suspend: true },
      { roleid: roles.editingTeacher, userid: teacher, courseid: own },
    ]);
    const activity = await add(own);
    await addSession({ attendanceid: activity });
    const [session] = await sessions(activity);
    expect(session?.users.map(({ id }) => id).sort()).toEqual([account, enrolment].sort());
  });

  it('list only the members of their group, where the activity has groups', async () => {
    const own = await makeCourse(peer.client);
    const groupid = await makeGroup(peer.client, own);
    const [member] = [await makeStudent(peer.client, own), await makeStudent(peer.client, own)];
    await addGroupMembers(peer.client, [{ groupid, userid: member }]);
    const activity = { courseid: own, name: 'In groups', groupmode: 2 } as const;
    const attendanceid = await addAttendance(peer.client, available, activity);
    await addSession({ attendanceid, groupid });
    const [session] = await sessions(attendanceid);
    expect(session?.groupid).toBe(groupid);
    expect(session?.users).toEqual([{ id: member }]);
    const foreign = await makeGroup(peer.client, course);
    expect(await refusal(addSession({ attendanceid, groupid: foreign }))).toBe('invalidparameter');
  });

  it('are refused for a group where the activity has none, and where it is not there', async () => {
    const groupid = await makeGroup(peer.client, course);
    expect(await refusal(addSession({ groupid }))).toBe('invalidparameter');
    expect(await refusal(addSession({ attendanceid: nowhere }))).toBe('invalidrecordunknown');
  });
});

describe("marking a student's attendance", () => {
  it('stores the status and when it was taken, and grades nothing', async () => {
    const student = await makeStudent(peer.client, course);
    const id = await addSession();
    const [before] = await sessions();
    const present = before?.statuses[0]?.id ?? 0;
    await mark(id, student, present);
    const [after] = await sessions();
    expect(after?.attendance_log).toEqual([{ studentid: student, statusid: present, remarks: '' }]);
    expect(after?.lasttaken).toBeGreaterThan(0);
    expect(after?.timemodified).toBe(after?.lasttaken);
    const [{ gradeitems } = { gradeitems: [] }] = await getGradeItems(peer.client, course, {
      userid: student,
    });
    expect(gradeitems.find(({ iteminstance }) => iteminstance === attendance)?.graderaw).toBeNull();
  });

  it('replaces what was marked before', async () => {
    const student = await makeStudent(peer.client, course);
    const id = await addSession();
    const statuses = (await sessions())[0]?.statuses ?? [];
    for (const status of statuses) await mark(id, student, status.id);
    const log = (await sessions())[0]?.attendance_log;
    expect(log).toEqual([{ studentid: student, statusid: statuses.at(-1)?.id, remarks: '' }]);
  });

  it('takes any status for anybody, of this activity and course or not; from 2026 on one of the session’s only', async () => {
    const stranger = await makeUser(peer.client);
    const id = await addSession();
    const refused = await refusal(mark(id, stranger, nowhere));
    const log = (await sessions())[0]?.attendance_log;
    if (refused === undefined) expect(log).toEqual([{ studentid: stranger, statusid: nowhere, remarks: '' }]);
    else expect({ refused, log }).toEqual({ refused: 'invalidparameter', log: [] });
  });

  it('outlives the enrolment', async () => {
    const student = await makeStudent(peer.client, course);
    const id = await addSession();
    await mark(id, student, (await sessions())[0]?.statuses[0]?.id ?? 0);
    await unenrolUsers(peer.client, [{ userid: student, courseid: course }]);
    const [session] = await sessions();
    expect(session?.attendance_log.map(({ studentid }) => studentid)).toEqual([student]);
    expect(session?.users.map((user) => user.id)).not.toContain(student);
  });

  it('is refused in an unknown session, and for or by somebody unknown', async () => {
    const student = await makeStudent(peer.client, course);
    const id = await addSession();
    expect(await refusal(mark(nowhere, student, 1))).toSatisfy(isMissing);
    expect(await refusal(mark(id, nowhere, 1, student))).toSatisfy(isMissing);
    expect(await refusal(mark(id, student, 1, nowhere))).toSatisfy(isMissing);
  });
});

describe('attendance that a teacher has taken', () => {
  const prepared = usePreparedCourse(peer);

  it('has statuses and remarks of those who were marked, and null for a mere remark', async () => {
    const { taken, open, present, absent, late, id } = prepared.attendance;
    const { graded, ungraded, takenBack, suspendedEnrolment } = prepared.users;
    const found = await sessions(id);
    expect(found.map((session) => session.id)).toEqual([taken, open]);
    expect(found[0]?.attendance_log).toEqual([
      { studentid: graded, statusid: present, remarks: 'came early' },
      { studentid: ungraded, statusid: absent, remarks: '' },
      { studentid: takenBack, statusid: null, remarks: 'only a remark' },
      // Hidden since: the mark keeps it, and no list has it any more.
      { studentid: suspendedEnrolment, statusid: late, remarks: '' },
    ]);
    for (const { statuses } of found) expect(statuses.map((status) => status.id)).not.toContain(late);
    expect(found[0]?.lasttaken).toBeGreaterThan(0);
    expect(found[1]?.lasttaken).toBe(0);
  });

  it('is graded by points', async () => {
    const users = await getGradeItems(peer.client, prepared.course);
    const gradeOf = (userid: number) =>
      users
        .find((user) => user.userid === userid)
        ?.gradeitems.find(({ cmid }) => cmid === prepared.attendance.cmid)?.graderaw;
    expect(gradeOf(prepared.users.graded)).toBe(100);
    expect(gradeOf(prepared.users.ungraded)).toBe(0);
    expect(gradeOf(prepared.users.takenBack)).toBeNull();
  });
});
