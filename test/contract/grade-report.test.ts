import { describe, expect, it } from 'vitest';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { type GradeItem, getGradeItems, type UserGrades } from '#shared/moodle/functions/grade-items.ts';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import { isMissing, makeCourse, makeStudent, nowhere, refusal, roles, userById } from './makers.ts';
import { usePeer } from './peer.ts';
import { usePreparedCourse } from './prepared-course.ts';

const peer = usePeer();
const report = (courseid: number, options = {}) => getGradeItems(peer.client, courseid, options);
const userids = (users: UserGrades[]) => users.map(({ userid }) => userid);

describe('the grade report', () => {
  it('of a new course has nothing but the total of nothing', async () => {
    const course = await makeCourse(peer.client);
    const userid = await makeStudent(peer.client, course);
    const { idnumber } = await userById(peer.client, userid);
    const [only] = await report(course);
    expect(only).toMatchObject({ courseid: course, userid, useridnumber: idnumber });
    expect(only?.gradeitems).toHaveLength(1);
    expect(only?.gradeitems[0]).toMatchObject({ itemtype: 'course', graderaw: null, grademax: 0 });
  });

  it('has no suspended enrolment, but suspended accounts', async () => {
    const course = await makeCourse(peer.client);
    const [account, enrolment] = [
      await makeStudent(peer.client, course),
      await makeStudent(peer.client, course),
    ];
    await updateUsers(peer.client, [{ id: account, suspended: true }]);
    const suspended = { roleid: roles.student, userid: enrolment, courseid: course, suspend: true };
    await enrolUsers(peer.client, [suspended]);
    expect(userids(await report(course))).toEqual([account]);
  });

  it('of an unknown course or user is refused', async () => {
    const course = await makeCourse(peer.client);
    expect(await refusal(report(nowhere))).toSatisfy(isMissing);
    expect(await refusal(report(course, { userid: nowhere }))).toSatisfy(isMissing);
  });
});

describe('the grade report of a course with grades', () => {
  const prepared = usePreparedCourse(peer);
  const itemsOf = async (userid: number, options = {}): Promise<GradeItem[]> => {
    const users = await report(prepared.course, options);
    return users.find((user) => user.userid === userid)?.gradeitems ?? [];
  };
  const activity = (items: GradeItem[], { cmid }: { cmid: number }) =>
    items.find((item) => item.cmid === cmid);
  const column = (items: GradeItem[], id: number) => items.find((item) => item.id === id);

  it('lists its students by name', async () => {
    const { graded, suspendedAccount, takenBack, ungraded } = prepared.users;
    expect(userids(await report(prepared.course))).toEqual([graded, suspendedAccount, takenBack, ungraded]);
  });

  it('gives activities by their ids, with what students got', async () => {
    const items = await itemsOf(prepared.users.graded);
    expect(activity(items, prepared.quiz)).toMatchObject({
      itemname: 'Quiz & A',
      itemtype: 'mod',
      itemmodule: 'quiz',
      iteminstance: prepared.quiz.id,
      itemnumber: 0,
      graderaw: 10,
      grademin: 0,
      grademax: 10,
      gradedategraded: expect.any(Number),
    });
    expect(activity(items, prepared.assignment)).toMatchObject({ itemmodule: 'assign', graderaw: 77.5 });
    expect(activity(items, prepared.overridden)).toMatchObject({ graderaw: 66 });
  });

  it("gives the gradebook's own columns, hidden ones too", async () => {
    const items = await itemsOf(prepared.users.graded);
    expect(column(items, prepared.items.manual)).toMatchObject({
      itemname: 'Oral & exam',
      itemtype: 'manual',
      itemmodule: null,
      iteminstance: null,
      cmid: null,
      graderaw: 15,
      grademax: 20,
      gradeishidden: false,
    });
    expect(column(items, prepared.items.hidden)).toMatchObject({ graderaw: 33, gradeishidden: true });
  });

  it('tells words of a scale and mere feedback from numbers', async () => {
    const items = await itemsOf(prepared.users.graded);
    const scale = { gradetype: 'scale', grademin: 1, grademax: 3, outcomeid: null };
    expect(column(items, prepared.items.scale)).toMatchObject({ ...scale, graderaw: 3 });
    expect(activity(items, prepared.scaled)).toMatchObject({ ...scale, graderaw: 2 });
    expect(column(items, prepared.items.text)).toMatchObject({ gradetype: 'text', graderaw: null });
    expect(column(items, prepared.items.manual)).toMatchObject({ gradetype: 'value' });
  });

  it('has neither grade nor date where nothing was given, or was taken back', async () => {
    const nothing = { graderaw: null, gradedategraded: null };
    expect(activity(await itemsOf(prepared.users.graded), prepared.untouched)).toMatchObject(nothing);
    const takenBack = await itemsOf(prepared.users.takenBack);
    expect(activity(takenBack, prepared.assignment)).toMatchObject(nothing);
    expect(column(takenBack, prepared.items.manual)).toMatchObject(nothing);
  });

  it('ends with the total of what is graded, after the totals of categories', async () => {
    const items = await itemsOf(prepared.users.graded);
    const totals = items.filter(({ itemtype }) => itemtype === 'category' || itemtype === 'course');
    expect(totals.map(({ itemtype, itemname, cmid }) => ({ itemtype, itemname, cmid }))).toEqual([
      { itemtype: 'category', itemname: null, cmid: null },
      { itemtype: 'course', itemname: null, cmid: null },
    ]);
    expect(totals[0]).toMatchObject({ graderaw: 25, grademax: 50 });
    expect(items.at(-1)).toBe(totals[1]);
    const counted = items.filter((item) => !totals.includes(item) && item.graderaw !== null);
    const sum = (numbers: (number | null | undefined)[]) =>
      numbers.reduce<number>((all, each) => all + (each ?? 0), 0);
    expect(totals[1]?.graderaw).toBeCloseTo(sum(counted.map(({ graderaw }) => graderaw)), 4);
    expect(totals[1]?.grademax).toBeCloseTo(sum(counted.map(({ grademax }) => grademax)), 4);
  });

  it('has no total where there is no grade', async () => {
    const total = (await itemsOf(prepared.users.takenBack)).at(-1);
    expect(total).toMatchObject({ itemtype: 'course', graderaw: null, gradedategraded: null });
  });

  it('can be had for a group; of one that is not there nobody comes', async () => {
    expect(userids(await report(prepared.course, { groupid: prepared.group }))).toEqual([
      prepared.users.graded,
    ]);
    expect(await report(prepared.course, { groupid: nowhere })).toEqual([]);
  });

  it('can be had for anybody by id, whatever the enrolment', async () => {
    const { suspendedEnrolment } = prepared.users;
    const [user] = await report(prepared.course, { userid: suspendedEnrolment });
    expect(user?.userid).toBe(suspendedEnrolment);
    expect(activity(user?.gradeitems ?? [], prepared.assignment)?.graderaw).toBe(40);
    expect(userids(await report(prepared.course, { userid: prepared.teacher }))).toEqual([prepared.teacher]);
  });

  it('has feedback for those who ask, and names for nobody', async () => {
    const { graded } = prepared.users;
    expect(column(await itemsOf(graded), prepared.items.manual)).not.toHaveProperty('feedback');
    const items = await itemsOf(graded, { feedback: true });
    expect(column(items, prepared.items.manual)?.feedback).toBe('Well done');
    expect(column(items, prepared.items.text)?.feedback).toBe('only words');
    expect((await report(prepared.course))[0]).not.toHaveProperty('userfullname');
  });
});
