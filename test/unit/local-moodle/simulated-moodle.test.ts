import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { callMoodle, newUser } from '#test/unit/local-moodle/moodle-caller.ts';

let moodle: SimulatedMoodle;
const call = (name: string, parameters?: object) => callMoodle(moodle, name, parameters);

beforeEach(async () => {
  moodle = await SimulatedMoodle.start();
});
afterEach(() => moodle.stop());

describe('the transport', () => {
  it('names a bad token, a function outside the service and an unknown function', async () => {
    expect(await callMoodle(moodle, 'core_webservice_get_site_info', {}, 'wrong')).toMatchObject({
      errorcode: 'invalidtoken',
    });
    expect(await call('core_user_delete_users')).toMatchObject({ errorcode: 'accessexception' });
    expect(await call('mod_absent_get_nothing')).toMatchObject({ errorcode: 'invalidrecord' });
  });

  it('drops what is past max_input_vars without a word', async () => {
    await moodle.stop();
    moodle = await SimulatedMoodle.start({ settings: { maxInputVars: 3 + 6 * 4 } });
    const created = await call('core_user_create_users', { users: [1, 2, 3, 4, 5].map((n) => newUser(n)) });
    expect(created).toHaveLength(4);
  });

  it('keeps a log without anything personal', async () => {
    await call('core_user_create_users', { users: [newUser(1)] });
    expect(moodle.calls).toEqual([
      {
        function: 'core_user_create_users',
        items: 1,
        variables: 9,
        ok: true,
        milliseconds: expect.any(Number),
      },
    ]);
  });
});

describe('users', () => {
  it('are created all or not at all', async () => {
    const users = [newUser(1), newUser(2, { username: 'Upper@x' })];
    expect(await call('core_user_create_users', { users })).toMatchObject({ errorcode: 'invalidparameter' });
    const twins = [newUser(1), newUser(2, { email: 'STUDENT1@example.org' })];
    expect(await call('core_user_create_users', { users: twins })).toMatchObject({
      errorcode: 'invalidparameter',
    });
    expect(moodle.siteState.userByIdnumber('oec_student_1')).toBeUndefined();
    expect(moodle.siteState.mails.size).toBe(0);
  });

  it.each([
    ['a tag in a name', { firstname: '<b>x</b>' }, 'invalidparameter'],
    ['an unknown key', { suspended: 1 }, 'invalidparameter'],
    ['a JSON boolean', { createpassword: 'true' }, 'invalidparameter'],
    ['too long a name', { lastname: 'x'.repeat(101) }, 'dmlwriteexception'],
    ['a weak password', { createpassword: undefined, password: 'weak' }, expect.stringMatching(/^<div>/)],
    ['no password', { createpassword: undefined }, 'invalidparameter'],
    ['an address that is none', { email: 'josé@example.org' }, 'invalidparameter'],
  ])('are refused for %s', async (_why, wrong, errorcode) => {
    expect(await call('core_user_create_users', { users: [newUser(1, wrong)] })).toMatchObject({ errorcode });
  });

  it('are updated one by one, the bad ones as warnings', async () => {
    const [one, two] = await call('core_user_create_users', { users: [newUser(1), newUser(2)] });
    const { warnings } = await call('core_user_update_users', {
      users: [
        { id: 1, firstname: 'x' },
        { id: 2, firstname: 'x' },
        { id: 999, firstname: 'x' },
        { id: two.id, email: 'student1@example.org' },
        { id: two.id, username: one.username },
        { id: one.id, suspended: 1, firstname: 'Zoë & Co' },
      ],
    });
    expect(warnings.map((warning: { warningcode: string }) => warning.warningcode)).toEqual([
      'usernotupdatedguest',
      'usernotupdatedadmin',
      'invaliduserid',
      'useremailduplicate',
      'dmlwriteexception',
    ]);
    expect(
      await call('core_user_get_users_by_field', { field: 'idnumber', values: ['OEC_student_1'] }),
    ).toMatchObject([{ username: one.username, suspended: true, firstname: 'Zoë & Co' }]);
  });
});

describe('courses and groups', () => {
  it('escape names of categories and courses and keep their trees sound', async () => {
    const [law] = await call('core_course_create_categories', {
      categories: [{ name: 'Law & Order', idnumber: 'd1' }],
    });
    expect(law.name).toBe('Law &amp; Order');
    const [child] = await call('core_course_create_categories', {
      categories: [{ name: 'Child', parent: law.id }],
    });
    const move = { categories: [{ id: law.id, parent: child.id }] };
    expect(await call('core_course_update_categories', move)).toHaveProperty('errorcode');
    const categories = await call('core_course_get_categories', {
      criteria: [{ key: 'idnumber', value: 'd1' }],
    });
    expect(categories.map((category: { id: number }) => category.id)).toEqual([law.id, child.id]);
  });

  it('enrol, group and unenrol', async () => {
    const [user] = await call('core_user_create_users', { users: [newUser(1)] });
    const course = { fullname: 'A & B', shortname: 'ab', categoryid: 1, idnumber: 'c1' };
    const [{ id: courseid }] = await call('core_course_create_courses', { courses: [course] });
    const [group] = await call('core_group_create_groups', {
      groups: [{ courseid, name: 'Batch', description: '', idnumber: 'b1' }],
    });
    const members = [{ groupid: group.id, userid: user.id }];
    expect(await call('core_group_add_group_members', { members })).toMatchObject({
      errorcode: 'invalidparameter',
    });
    const enrolment = { roleid: 5, userid: user.id, courseid };
    expect(
      await call('enrol_manual_enrol_users', { enrolments: [enrolment, { ...enrolment, roleid: 3 }] }),
    ).toBeNull();
    expect(await call('core_group_add_group_members', { members })).toBeNull();
    const options = [{ name: 'userfields', value: 'id,idnumber,roles,groups' }];
    expect(await call('core_enrol_get_enrolled_users', { courseid, options })).toMatchObject([
      {
        id: user.id,
        idnumber: 'oec_student_1',
        roles: [{ roleid: 3 }, { roleid: 5 }],
        groups: [{ id: group.id }],
      },
    ]);
    expect(await (await fetch(`${moodle.url}/course/${courseid}`)).text()).toContain('A &amp; B');
    await call('enrol_manual_unenrol_users', { enrolments: [{ userid: user.id, courseid }] });
    expect(moodle.siteState.groupMembers(group.id)).toEqual([]);
  });
});

describe('faults', () => {
  it('lose an answer of a call that has happened', async () => {
    moodle.intercept(faults.times(1, 'core_user_create_users', faults.answerLost()));
    await expect(call('core_user_create_users', { users: [newUser(1)] })).rejects.toThrow();
    expect(moodle.siteState.userByIdnumber('oec_student_1')).toBeDefined();
    expect(moodle.calls[0]?.ok).toBe(false);
  });

  it.each(['halfAnswer', 'cutAnswer', 'connectionReset', 'emptyBody'] as const)(
    '%s is not JSON',
    async (fault) => {
      moodle.intercept(faults[fault]());
      await expect(call('core_webservice_get_site_info')).rejects.toThrow();
    },
  );

  it('deadlock calls that lock rows in different orders while they overlap', async () => {
    await moodle.stop();
    moodle = await SimulatedMoodle.start({
      settings: { latencyMilliseconds: 30, deadlocks: { probability: 1, seed: 1 } },
    });
    const enrol = (userids: number[]) =>
      call('enrol_manual_enrol_users', {
        enrolments: userids.map((userid) => ({ roleid: 5, userid, courseid: 1 })),
      });
    const answers = await Promise.all([enrol([2, 3]), enrol([3, 2])]);
    expect(answers.map((answer) => answer?.errorcode).sort()).toEqual(['dmlwriteexception', 'wsnoinstance']);
  });
});
