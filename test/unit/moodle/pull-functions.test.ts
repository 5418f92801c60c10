import { describe, expect, it } from 'vitest';
import { attendanceFunctionName, getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { getQuizPassMark } from '#shared/moodle/functions/quizzes.ts';
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

  it('leaves out feedback that would not fit the table, and keeps the grade', async () => {
    const client = clientWith(() => report({ feedback: 'x'.repeat(500_000), graderaw: 7 }));
    const [user] = await getGradeItems(client, 1, { feedback: true });
    expect(user?.gradeitems[0]).toMatchObject({ feedback: '', graderaw: 7 });
  });

  it('does not take what the report does not show for nothing', async () => {
    expect(await itemOf({})).toMatchObject({
      graderaw: undefined,
      grademin: null,
      grademax: null,
      gradedategraded: null,
      gradeishidden: false,
      gradetype: undefined,
      passed: null,
      hasRow: false,
    });
    expect(await itemOf({ graderaw: null })).toMatchObject({ graderaw: null });
    // While Moodle works a column out again its cells are empty.
    expect(await itemOf({ graderaw: null, gradeneedsupdate: true })).toMatchObject({ graderaw: undefined });
  });

  it.each([
    ['0&ndash;100', 0, 100, 'value'],
    ['-5&ndash;5', -5, 5, 'value'],
    ['0,5&ndash;1000,0', 0.5, 1000, 'value'],
    ['0&ndash;8', 0, 7.5, 'value'],
    ['0,00&ndash;7,50', 0, 7.5, 'value'],
    ['1&ndash;5', 1, 5, 'value'],
    ['Poor&ndash;Good', 1, 3, 'scale'],
    ['1&ndash;Distinction', 1, 4, 'scale'],
    ['-3&ndash;12', 1, 7, 'scale'],
    ['6&ndash;1', 1, 6, 'scale'],
    ['18&ndash;30', 1, 13, 'scale'],
    ['0&ndash;1', 1, 2, 'scale'],
    ['&ndash;', 0, 100, 'text'],
  ])('takes a column with the range %s, from %d to %d, for one of type %s', async (...row) => {
    const [rangeformatted, grademin, grademax, gradetype] = row;
    expect(await itemOf({ rangeformatted, grademin, grademax })).toMatchObject({ gradetype });
  });

  const icon = (name: string) => `<i class="icon fa ${name} fa-fw inline"  title="Bestanden" role="img"></i>`;
  const image = (name: string) =>
    `<img class="icon inline" alt="" src="https://m.org/theme/image.php/t/core/1/i/${name}" />`;
  it.each([
    ['7.50', null, 7.5],
    [`${icon('fa-check text-success')}7,50`, true, 7.5],
    [`${icon('fa-xmark text-danger')}4.60`, false, 4.6],
    [`${icon('fa-times text-danger')}4.60`, false, 4.6],
    [`${image('valid')}12`, true, 12],
    [`${image('invalid')}02`, false, 2],
    ['-3', null, -3],
    ['Good', null, null],
    ['75.00 %', null, null],
    ['-', null, null],
  ])('reads %s: passed %j, shown %j', async (gradeformatted, passed, shown) => {
    expect(await itemOf({ gradeformatted })).toMatchObject({ passed, shown });
  });

  it('reads percentages with what they may have been rounded by', async () => {
    expect((await itemOf({ percentageformatted: '77,5 %' }))?.percentage).toEqual({
      value: 77.5,
      error: 0.05,
    });
    expect((await itemOf({ percentageformatted: '-' }))?.percentage).toBeNull();
  });
});

describe('getQuizPassMark', () => {
  it.each([
    [{ hasgrade: false }, null],
    [{ hasgrade: true, grade: 7, gradetopass: null }, null],
    [{ hasgrade: false, gradetopass: 5 }, 5],
  ])('of %j is %j', async (answer, passMark) => {
    expect(
      await getQuizPassMark(
        clientWith(() => answer),
        1,
        2,
      ),
    ).toBe(passMark);
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
    expect(modules[0]).toMatchObject({ id: 1, modname: 'quiz', instance: 11, name: 'A & B', visible: 1 });
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
