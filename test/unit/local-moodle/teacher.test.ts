import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import type { Teacher } from '#test/peers/teacher/teacher.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { callMoodle, newUser } from '#test/unit/local-moodle/moodle-caller.ts';

let moodle: SimulatedMoodle;
let teacher: Teacher;
let course: number;
let student: number;
const call = (name: string, parameters?: object) => callMoodle(moodle, name, parameters);

beforeEach(async () => {
  moodle = await SimulatedMoodle.start();
  teacher = teacherOf(moodle);
  const courses = [{ fullname: 'Physics', shortname: 'P', categoryid: 1 }];
  [{ id: course }] = await call('core_course_create_courses', { courses });
  [{ id: student }] = await call('core_user_create_users', { users: [newUser(1)] });
  const enrolments = [{ roleid: 5, userid: student, courseid: course }];
  await call('enrol_manual_enrol_users', { enrolments });
});
afterEach(() => moodle.stop());

/** Of the student, by the column's id: the grade and when it was given. */
async function grades(): Promise<Record<number, [number | null, number | null]>> {
  const { usergrades } = await call('gradereport_user_get_grade_items', { courseid: course });
  return Object.fromEntries(
    usergrades[0].gradeitems.map(
      (item: { id: number; graderaw: number | null; gradedategraded: number | null }) => [
        item.id,
        [item.graderaw, item.gradedategraded],
      ],
    ),
  );
}

const totals = async (): Promise<
  { graderaw: number | null; grademax: number; gradedategraded: number }[]
> => {
  const { usergrades } = await call('gradereport_user_get_grade_items', { courseid: course });
  return usergrades[0].gradeitems.filter(({ itemtype }: { itemtype: string }) => itemtype === 'course');
};

describe('grades', () => {
  it('add up to a total that changes with them, also when one is taken back', async () => {
    const oral = teacher.gradebook.addItem(course, { name: 'Oral', grademax: 20 });
    const lab = teacher.gradebook.addItem(course, { name: 'Lab', grademax: 50 });
    teacher.gradebook.grade(oral, student, 15, { at: 100 });
    teacher.gradebook.grade(lab, student, 40, { at: 200 });
    expect(await totals()).toMatchObject([{ graderaw: 55, grademax: 70, gradedategraded: 200 }]);
    teacher.gradebook.grade(lab, student, null, { at: 300 });
    expect(await totals()).toMatchObject([{ graderaw: 15, grademax: 20, gradedategraded: 300 }]);
    expect(await grades()).toMatchObject({ [oral]: [15, 100], [lab]: [null, null] });
  });

  it('that are given once more keep their time', async () => {
    const oral = teacher.gradebook.addItem(course, { name: 'Oral' });
    teacher.gradebook.grade(oral, student, 15, { at: 100 });
    teacher.gradebook.grade(oral, student, 15, { at: 200 });
    expect(await grades()).toMatchObject({ [oral]: [15, 100] });
  });

  it('of an activity give way to what a teacher types into the gradebook', async () => {
    const { id, itemid } = teacher.activities.addAssignment(course, { name: 'Essay' });
    teacher.activities.gradeAssignment(id, student, 50, { at: 100 });
    teacher.gradebook.grade(itemid, student, 66, { at: 200 });
    teacher.activities.gradeAssignment(id, student, 40, { at: 300 });
    expect(await grades()).toMatchObject({ [itemid]: [66, 200] });
    const { assignmentGrades } = moodle.siteState.activities;
    expect(assignmentGrades.find('assignment', id)).toMatchObject([
      { grade: 40, timecreated: 100, timemodified: 300 },
    ]);
  });

  it('of a quiz are gone with its attempts', async () => {
    const { id, itemid } = teacher.activities.addQuiz(course, { name: 'Quiz' });
    teacher.activities.finishQuiz(id, student, 7);
    teacher.activities.finishQuiz(id, student, 3);
    expect((await grades())[itemid]?.[0]).toBe(7);
    teacher.activities.deleteAttempts(id, student);
    expect((await grades())[itemid]).toEqual([null, null]);
    const best = await call('mod_quiz_get_user_best_grade', { quizid: id, userid: student });
    expect(best).toEqual({ hasgrade: false, warnings: [] });
  });
});

describe('somebody who is unenrolled and enrolled again', () => {
  it('has lost the gradebook, but not what activities and completion keep', async () => {
    const { id, cmid, itemid } = teacher.activities.addAssignment(course, { name: 'Essay' });
    teacher.completion.requireActivities(course, [cmid]);
    teacher.activities.gradeAssignment(id, student, 50);
    teacher.completion.completeCourse(course, student);
    const place = { userid: student, courseid: course };
    await call('enrol_manual_unenrol_users', { enrolments: [place] });
    await call('enrol_manual_enrol_users', { enrolments: [{ ...place, roleid: 5 }] });
    expect((await grades())[itemid]).toEqual([null, null]);
    const { assignmentGrades } = moodle.siteState.activities;
    expect(assignmentGrades.find('assignment', id)).toMatchObject([{ userid: student, grade: 50 }]);
    expect(await call('core_enrol_get_users_courses', { userid: student })).toMatchObject([
      { completed: true },
    ]);
  });
});

describe('activities', () => {
  it('are hidden with their column', async () => {
    const { cmid } = teacher.activities.addQuiz(course, { name: 'Quiz' });
    teacher.activities.hide(cmid);
    const { usergrades } = await call('gradereport_user_get_grade_items', { courseid: course });
    expect(usergrades[0].gradeitems[0]).toMatchObject({ cmid, gradeishidden: true });
  });

  it('are deleted with all that was done in them', async () => {
    const quiz = teacher.activities.addQuiz(course, { name: 'Quiz' });
    const attendance = teacher.activities.addAttendance(course, { name: 'Attendance' });
    teacher.activities.finishQuiz(quiz.id, student, 7);
    teacher.completion.requireActivities(course, [quiz.cmid]);
    teacher.attendance.addSession(attendance.id, { sessdate: 100 });
    for (const { cmid } of [quiz, attendance]) teacher.activities.delete(cmid);
    expect(Object.keys(await grades())).toHaveLength(1);
    expect(await call('mod_quiz_get_user_best_grade', { quizid: quiz.id })).toMatchObject({
      errorcode: 'invalidrecord',
    });
    expect(await call('mod_attendance_get_sessions', { attendanceid: attendance.id })).toMatchObject({
      errorcode: 'invalidrecordunknown',
    });
    expect(await call('core_enrol_get_users_courses', { userid: student })).toMatchObject([
      { completionhascriteria: false, progress: null },
    ]);
  });

  it('are deleted with their course', async () => {
    const { id } = teacher.activities.addAssignment(course, { name: 'Essay' });
    teacher.activities.gradeAssignment(id, student, 50);
    teacher.deleteCourse(course);
    expect(await call('gradereport_user_get_grade_items', { courseid: course })).toMatchObject({
      errorcode: 'invalidrecord',
    });
    expect(moodle.siteState.activities.assignmentGrades.find('assignment', id)).toEqual([]);
    expect(await call('core_enrol_get_users_courses', { userid: student })).toEqual([]);
  });
});

describe('attendance', () => {
  it('that is taken on the page moves lasttaken and not timemodified', async () => {
    const { id } = teacher.activities.addAttendance(course, { name: 'Attendance' });
    const session = teacher.attendance.addSession(id, { sessdate: 100 });
    const [before] = await call('mod_attendance_get_sessions', { attendanceid: id });
    const at = before.timemodified + 1000;
    teacher.attendance.take(session, [{ userid: student, statusid: teacher.attendance.statusId(id, 'L') }], {
      at,
    });
    const [after] = await call('mod_attendance_get_sessions', { attendanceid: id });
    expect(after).toMatchObject({ lasttaken: at, lasttakenby: 2, timemodified: before.timemodified });
  });

  it('may have statuses of its own, and keeps those that were deleted in what was taken', async () => {
    const { id, itemid } = teacher.activities.addAttendance(course, { name: 'Attendance' });
    const session = teacher.attendance.addSession(id, { sessdate: 100 });
    const online = teacher.attendance.addStatus(id, { acronym: 'O', description: 'Online', grade: 1.5 });
    teacher.attendance.take(session, [{ userid: student, statusid: online }]);
    expect((await grades())[itemid]?.[0]).toBe(75);
    teacher.attendance.deleteStatus(online);
    const [answer] = await call('mod_attendance_get_sessions', { attendanceid: id });
    expect(answer.statuses.map(({ acronym }: { acronym: string }) => acronym)).toEqual(['P', 'L', 'E', 'A']);
    expect(answer.attendance_log).toMatchObject([{ studentid: student, statusid: String(online) }]);
  });
});

describe('the attendance plugin', () => {
  const names = async (attendance: 'mod_wsattendance' | 'missing'): Promise<string[]> => {
    await moodle.stop();
    moodle = await SimulatedMoodle.start({ settings: { attendance } });
    const { functions } = await call('core_webservice_get_site_info');
    return functions
      .map(({ name }: { name: string }) => name)
      .filter((name: string) => name.includes('attendance'));
  };

  it('of an older release has older names', async () => {
    expect(await names('mod_wsattendance')).toContain('mod_wsattendance_get_sessions');
    const attendance = { courseid: 1, name: 'A' };
    expect(await call('mod_wsattendance_add_attendance', attendance)).toEqual({ attendanceid: 1 });
    expect(await call('mod_attendance_add_attendance', attendance)).toMatchObject({
      errorcode: 'invalidrecord',
    });
  });

  it('may be missing', async () => {
    expect(await names('missing')).toEqual([]);
    expect(await call('mod_attendance_get_sessions')).toMatchObject({ errorcode: 'invalidrecord' });
  });
});
