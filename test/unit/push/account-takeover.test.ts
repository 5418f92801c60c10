import { beforeEach, describe, expect, it } from 'vitest';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { createUsers, getUsersByField, type NewUser, updateUsers } from '#shared/moodle/functions/users.ts';
import { faculty, program, session, student, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

/** Ana, who was in Moodle before the link was. */
const ana: NewUser = {
  username: 'ana',
  firstname: 'Ana',
  lastname: 'Sample',
  email: 'ana@example.org',
  password: 'Long-enough-1',
};
const asAna = { first_name: 'Ana', last_name: 'Sample', email: 'ana@example.org' };

let kit: PushKit;
beforeEach(async () => {
  kit = await PushKit.start();
  return () => kit.moodle.stop();
});

async function resident(fields: Partial<NewUser> = {}): Promise<number> {
  const [created] = await createUsers(kit.site.client, [{ ...ana, ...fields }]);
  return created!.id;
}
const account = async (id: number) => (await getUsersByField(kit.site.client, 'id', [id]))[0]!;

describe('an ID number', () => {
  it('that a student has typed into the own profile makes nobody a teacher', async () => {
    await kit.sync(student(2));
    const eve = (await kit.site.user('oec_student_2'))!.id;
    await updateUsers(kit.site.client, [{ id: eve, idnumber: 'oec_faculty_2' }]);
    await kit.sync(program(1, { subject_ids: [1] }), ...[subject(1), faculty(2), session(1, 2, 1, 1)]);
    expect(kit.troubles()).toMatchObject({ oec_faculty_2: 'conflict: unprovenidnumber' });
    expect(await kit.site.participants('oec_subj_1_course_1')).toEqual({});
    await updateUsers(kit.site.client, [{ id: eve, idnumber: 'oec_student_2' }]);
    await kit.advance(24 * 3_600_000);
    await kit.sync(faculty(2, { phone: '1' }));
    expect(await kit.site.participants('oec_subj_1_course_1')).toEqual({ oec_faculty_2: 'editingteacher' });
  });

  it('that a student has typed is no claim on the account of a future student either', async () => {
    const id = await resident({ idnumber: 'oec_student_9' });
    await kit.sync(student(9));
    expect(kit.troubles()).toEqual({ oec_student_9: 'conflict: unprovenidnumber' });
    expect(await account(id)).toMatchObject({ firstname: 'Ana' });
  });

  it('proves whose it is together with the address', async () => {
    const id = await resident({ idnumber: 'oec_student_5', firstname: 'Old', lastname: 'Name' });
    await kit.sync(student(5, asAna));
    expect(kit.mapping('oec_student_5')).toMatchObject({ moodle_id: id, status: 'synced' });
    expect(await account(id)).toMatchObject({ firstname: 'Ana', lastname: 'Sample' });
  });

  it('proves it with the address that was noted before the account was made', async () => {
    kit.moodle.intercept(async (call, proceed) => {
      const answer = await proceed();
      // The worker dies after Moodle has made the account.
      if (call.function === 'core_user_create_users') throw new Error('killed');
      return answer;
    });
    await kit.put(student(6));
    const unit = { instance: 'demo', service: 'students' as const, ids: ['6'] };
    await kit.workOff(unit);
    const [made] = await kit.site.usersByEmail('student6@example.org');
    expect(made).toBeDefined();
    await kit.sync(student(6, { email: 'new@example.org' }));
    await kit.advance(3_600_000);
    expect(await kit.site.user('oec_student_6')).toMatchObject({ id: made!.id, email: 'new@example.org' });
    expect(kit.troubles()).toEqual({});
  });

  it('of another system is never overwritten, at a take-over or later', async () => {
    const id = await resident({ idnumber: 'HR-17' });
    await kit.sync(student(77, asAna));
    expect(kit.troubles()).toEqual({ oec_student_77: 'conflict: foreignidnumber' });
    expect(await account(id)).toMatchObject({ idnumber: 'HR-17', firstname: 'Ana' });
    await kit.sync(student(1));
    const own = (await kit.site.user('oec_student_1'))!.id;
    await updateUsers(kit.site.client, [{ id: own, idnumber: 'HR-18' }]);
    await kit.sync(student(1, { first_name: 'Changed' }));
    expect(await account(own)).toMatchObject({ idnumber: 'HR-18', firstname: 'Changed' });
  });
});

describe('an address', () => {
  it.each([
    ['in whatever case', { firstname: 'ana', lastname: 'SÁMPLE', email: 'ANA@Example.org' }, {}],
    ['with a middle name more', {}, { middle_name: 'Maria' }],
  ])('takes over an account of the same name, %s', async (_what, there, record) => {
    const id = await resident(there);
    await kit.sync(student(10, { ...asAna, ...record }));
    expect(await account(id)).toMatchObject({
      username: 'ana',
      idnumber: 'oec_student_10',
      firstname: 'Ana',
      lastname: 'Sample',
    });
    expect(kit.moodle.siteState.mails.get(id)).toBeUndefined();
    expect(kit.troubles()).toEqual({});
  });

  it("does not take over an account of another name, such as a dean's", async () => {
    const id = await resident({ firstname: 'Dean', lastname: 'Important' });
    await kit.sync(student(77, { ...asAna, first_name: 'Eve', last_name: 'Evil' }));
    expect(kit.troubles()).toEqual({ oec_student_77: 'conflict: othername' });
    expect(await account(id)).toMatchObject({ firstname: 'Dean', idnumber: '' });
  });

  it.each([student, faculty])('does not take over an account with a role above student', async (make) => {
    const id = await resident();
    await kit.sync(program(1, { subject_ids: [1] }), subject(1));
    const courseid = kit.mapping('oec_subj_1_course_1')!.moodle_id!;
    await enrolUsers(kit.site.client, [{ roleid: 5, userid: id, courseid }]);
    await enrolUsers(kit.site.client, [{ roleid: 4, userid: id, courseid }]);
    await kit.sync(make(8, asAna));
    expect(Object.values(kit.troubles())).toEqual(['conflict: higherrole']);
    expect(await account(id)).toMatchObject({ idnumber: '' });
  });

  it('takes over nothing where the token cannot ask for roles', async () => {
    await using blind = await PushKit.start({
      moodle: { withoutFunctions: ['core_enrol_get_users_courses'] },
    });
    await createUsers(blind.site.client, [ana]);
    await blind.put(student(8, asAna));
    await blind.workAtOnce(['students', 8]);
    expect(blind.troubles()).toEqual({ oec_student_8: 'failed: accessexception' });
  });

  it('takes over the account of somebody who is a student elsewhere', async () => {
    const id = await resident();
    await kit.sync(program(1, { subject_ids: [1] }), subject(1));
    const courseid = kit.mapping('oec_subj_1_course_1')!.moodle_id!;
    await enrolUsers(kit.site.client, [{ roleid: 5, userid: id, courseid }]);
    await kit.sync(student(8, asAna));
    expect(kit.mapping('oec_student_8')).toMatchObject({ moodle_id: id, status: 'synced' });
  });

  it('by which an account was taken over stays until somebody has looked', async () => {
    const id = await resident();
    await kit.sync(student(11, asAna));
    await kit.sync(student(11, { ...asAna, last_name: 'Married', email: 'eve@evil.example' }));
    expect(await account(id)).toMatchObject({ email: 'ana@example.org', lastname: 'Married' });
    expect(kit.troubles()).toEqual({ oec_address_student_11: 'conflict: addresskept' });
    await kit.sync(student(11, asAna));
    expect(kit.troubles()).toEqual({});
  });

  it('of an account that the link has made follows the record', async () => {
    await kit.sync(student(12));
    await kit.sync(student(12, { email: 'other@example.org' }));
    expect(await kit.site.user('oec_student_12')).toMatchObject({ email: 'other@example.org' });
    expect(kit.troubles()).toEqual({});
  });

  it('is found by nobody where Moodle hides addresses: nothing is made twice', async () => {
    await using hidden = await PushKit.start({ moodle: { identityHidden: true } });
    await createUsers(hidden.site.client, [{ ...ana, idnumber: 'oec_student_3' }]);
    await hidden.sync(student(3, asAna));
    expect(hidden.troubles()).toEqual({ oec_student_3: 'failed: emailhidden' });
  });
});
