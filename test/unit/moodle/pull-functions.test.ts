import { describe, expect, it } from 'vitest';
import { getAssignmentGrades, getAssignments } from '#shared/moodle/functions/assignments.ts';
import { attendanceFunctionName, getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { getQuizBestGrade, getQuizzes } from '#shared/moodle/functions/quizzes.ts';
import { clientWith } from '#test/unit/moodle/client-with.ts';

/** What a call sent, without the three that every call sends. */
async function sent(call: (client: ReturnType<typeof clientWith>) => Promise<unknown>, answer: unknown) {
  let form = new URLSearchParams();
  await call(
    clientWith((given) => {
      form = given;
      return answer;
    }),
  );
  const parameters = Object.fromEntries(form);
  const { wstoken: _token, moodlewsrestformat: _format, wsfunction, ...own } = parameters;
  return { wsfunction, ...own };
}

describe('getGradeItems', () => {
  const report = (item: object) => ({
    usergrades: [
      {
        courseid: 1,
        userid: 2,
        userfullname: 'Ana Marić',
        useridnumber: 'oec_student_1',
        gradeitems: [{ id: 3, itemtype: 'manual', feedback: 'Well done', ...item }],
      },
    ],
    warnings: [],
  });
  const itemOf = async (item: object) => {
    const [user] = await getGradeItems(
      clientWith(() => report(item)),
      1,
    );
    return user?.gradeitems[0];
  };

  it('asks for everybody unless told, and for a slice or one user by id', async () => {
    const wsfunction = 'gradereport_user_get_grade_items';
    const answer = { usergrades: [] };
    expect(await sent((client) => getGradeItems(client, 1), answer)).toEqual({ wsfunction, courseid: '1' });
    const slice = (client: ReturnType<typeof clientWith>) => getGradeItems(client, 1, { groupid: 4 });
    expect(await sent(slice, answer)).toEqual({ wsfunction, courseid: '1', groupid: '4' });
  });

  it('takes no names, and feedback only when asked', async () => {
    const client = clientWith(() => report({}));
    const without = JSON.stringify(await getGradeItems(client, 1));
    expect(without).not.toContain('Ana');
    expect(without).not.toContain('Well done');
    const [user] = await getGradeItems(client, 1, { feedback: true });
    expect(user?.gradeitems[0]?.feedback).toBe('Well done');
  });

  it('makes do with a course whose report hides grades and ranges', async () => {
    expect(await itemOf({})).toMatchObject({
      graderaw: null,
      grademin: null,
      grademax: null,
      gradedategraded: null,
      gradeishidden: false,
      gradetype: 'value',
    });
  });

  it.each([
    ['0&ndash;100', 'value'],
    ['-5&ndash;5', 'value'],
    ['0,5&ndash;1.000,0', 'value'],
    ['1&ndash;5', 'value'],
    ['Poor&ndash;Good', 'scale'],
    ['1&ndash;Distinction', 'scale'],
    ['&ndash;', 'text'],
  ])('takes a column with the range %s for one of type %s', async (rangeformatted, gradetype) => {
    expect(await itemOf({ rangeformatted })).toMatchObject({ gradetype });
  });
});

describe('assignments', () => {
  it('and quizzes have times of 0 where Moodle leaves them out', async () => {
    const module = { id: 1, course: 2, name: 'A', grade: 10 };
    const assignments = [{ ...module, cmid: 3, duedate: null }];
    const inCourses = clientWith(() => ({ courses: [{ id: 2, assignments }] }));
    expect((await getAssignments(inCourses, [2])).assignments).toMatchObject([
      { allowsubmissionsfromdate: 0, duedate: 0 },
    ]);
    const quizzes = clientWith(() => ({ quizzes: [{ ...module, coursemodule: 3, timeclose: 5 }] }));
    expect((await getQuizzes(quizzes, [2])).quizzes).toMatchObject([{ timeopen: 0, timeclose: 5 }]);
  });

  it('are asked for in courses in which nobody is enrolled for the token', async () => {
    const answer = { courses: [], warnings: [] };
    expect(await sent((client) => getAssignments(client, [1]), answer)).toEqual({
      wsfunction: 'mod_assign_get_assignments',
      'courseids[0]': '1',
      includenotenrolledcourses: '1',
    });
  });

  it('have numbers for grades, and null for one that was taken back', async () => {
    const grade = (userid: number, grade: string) => ({ userid, timemodified: 5, grade });
    const grades = [grade(1, '77.50000'), grade(2, '-1.00000'), grade(3, '0.00000'), grade(4, '')];
    const client = clientWith(() => ({ assignments: [{ assignmentid: 1, grades }], warnings: [] }));
    const { assignments } = await getAssignmentGrades(client, [1]);
    expect(assignments[0]?.grades.map(({ grade }) => grade)).toEqual([77.5, null, 0, null]);
  });

  it('that have nothing new are no warning, those that are closed are', async () => {
    const warning = (itemid: number, warningcode: string) => ({ item: 'assignment', itemid, warningcode });
    const client = clientWith(() => ({ assignments: [], warnings: [warning(1, '3'), warning(2, '1')] }));
    expect((await getAssignmentGrades(client, [1, 2])).warnings).toEqual([warning(2, '1')]);
  });
});

describe('getQuizBestGrade', () => {
  it.each([
    [{ hasgrade: false }, { grade: null, gradetopass: null }],
    [
      { hasgrade: false, gradetopass: 5 },
      { grade: null, gradetopass: 5 },
    ],
    [
      { hasgrade: true, grade: 0, gradetopass: 5 },
      { grade: 0, gradetopass: 5 },
    ],
  ])('%o is %o', async (answer, expected) => {
    expect(
      await getQuizBestGrade(
        clientWith(() => answer),
        1,
        2,
      ),
    ).toEqual(expected);
  });
});

describe('getCourseModules', () => {
  it('takes the activities out of their sections', async () => {
    const module = (id: number) => ({
      id,
      modname: 'quiz',
      instance: id + 10,
      name: 'A &amp; B',
      visible: 1,
    });
    const client = clientWith(() => [
      { modules: [module(1)] },
      { modules: [] },
      { modules: [module(2), module(3)] },
    ]);
    const modules = await getCourseModules(client, 1);
    expect(modules.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(modules[0]).toEqual({ id: 1, modname: 'quiz', instance: 11, name: 'A & B', visible: 1 });
  });
});

describe('getUsersCourses', () => {
  it('has Moodle count nobody, and takes what is hidden for unknown', async () => {
    const query = await sent((client) => getUsersCourses(client, 7), []);
    expect(query).toMatchObject({ userid: '7', returnusercount: '0' });
    const [course] = await getUsersCourses(
      clientWith(() => [{ id: 1, completed: null, progress: null }]),
      7,
    );
    expect(course).toMatchObject({ completed: null, progress: null, completionhascriteria: false });
  });
});

describe('attendance', () => {
  it('goes by the name that the site has', async () => {
    const call = (available: string[]) =>
      sent((client) => getAttendanceSessions(client, available, 1), []).then(({ wsfunction }) => wsfunction);
    expect(await call(['mod_attendance_get_sessions'])).toBe('mod_attendance_get_sessions');
    expect(await call(['mod_wsattendance_get_sessions'])).toBe('mod_wsattendance_get_sessions');
    expect(await call([])).toBe('mod_attendance_get_sessions');
  });

  it('has no name where the plugin is missing', () => {
    expect(attendanceFunctionName('add_session', ['core_webservice_get_site_info'])).toBeUndefined();
  });

  it('has never been taken when Moodle says null or 0, and no status where there is a remark only', async () => {
    const log = (statusid: string | null) => ({ studentid: 1, statusid, remarks: null, id: '1' });
    const session = {
      id: 1,
      attendanceid: 2,
      groupid: 0,
      sessdate: 3,
      duration: 4,
      lasttaken: null,
      timemodified: 5,
      statusset: 0,
      statuses: [],
      attendance_log: [log('9'), log('0'), log('')],
      users: [],
    };
    const client = clientWith(() => [session]);
    const [found] = await getAttendanceSessions(client, [], 2);
    expect(found?.lasttaken).toBe(0);
    expect(found?.attendance_log.map(({ statusid }) => statusid)).toEqual([9, null, null]);
  });
});
