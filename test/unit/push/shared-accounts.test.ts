import { beforeEach, describe, expect, it } from 'vitest';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { batch, enrolment, faculty, program, session, student, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

const hour = 3_600_000;
const phd = { first_name: 'Ada', last_name: 'Doctor', email: 'phd@example.org' };
const one = 'oec_subj_1_course_1';
const two = 'oec_subj_2_course_1';

let kit: PushKit;
beforeEach(async () => {
  kit = await PushKit.start();
  await kit.sync(
    program(1, { subject_ids: [1, 2] }),
    ...[subject(1), subject(2, { subject_type: 'elective' }), batch(1, 1), batch(2, 1)],
  );
  return () => kit.moodle.stop();
});

const accounts = () => kit.site.usersByEmail('phd@example.org');
const people = (course: string) => kit.site.participants(course);

describe('somebody who comes back with a new record', () => {
  const first = student(101, phd);
  const again = student(102, { ...phd, phone: '1' });

  it.each([
    ['deleted', async () => kit.delete(first, enrolment(101, 101, 1, 1))],
    ['archived', async () => kit.put({ ...first, active: false })],
  ])('has the old account again, after the record was %s', async (_how, end) => {
    await kit.sync(first, enrolment(101, 101, 1, 1));
    const [account] = await accounts();
    await end();
    await kit.settle();
    expect((await accounts())[0]).toMatchObject({ id: account!.id, suspended: true });

    await kit.sync(again, enrolment(102, 102, 1, 2));
    expect(kit.troubles()).toEqual({});
    expect(await accounts()).toMatchObject([
      { id: account!.id, suspended: false, idnumber: 'oec_student_102' },
    ]);
    expect(await people(one)).toMatchObject({ oec_student_102: expect.stringContaining('oec_batch_2') });
    expect((await people(one)).oec_student_102).not.toContain('suspended');

    await kit.sync(student(101, { ...phd, active: false, last_name: 'Married', email: 'x@example.org' }));
    await kit.advance(hour);
    expect(await accounts()).toMatchObject([
      { id: account!.id, suspended: false, idnumber: 'oec_student_102', lastname: 'Doctor' },
    ]);
    expect(kit.troubles()).toEqual({});
  });

  it('is known in all at once: the old record archived and the new one written together', async () => {
    await kit.sync(first, enrolment(101, 101, 1, 1));
    await kit.sync({ ...first, active: false }, again, enrolment(102, 102, 1, 1));
    await kit.advance(hour);
    expect(kit.troubles()).toEqual({});
    expect(await people(one)).toEqual({ oec_student_102: 'student in oec_batch_1' });
  });

  it('is a conflict while the old record is in use, and where the name is another', async () => {
    await kit.sync(first);
    await kit.sync(again);
    expect(kit.troubles()).toEqual({ oec_student_102: 'conflict: sharedemail' });
    await kit.sync({ ...first, active: false }, student(102, { ...phd, first_name: 'Bo', last_name: 'X' }));
    expect(kit.troubles()).toEqual({ oec_student_102: 'conflict: othername' });
    await kit.sync(again);
    expect(kit.troubles()).toEqual({});
  });

  it('may leave and come back a third time', async () => {
    await kit.sync(first);
    await kit.sync({ ...first, active: false }, again);
    await kit.sync({ ...again, active: false });
    expect(await accounts()).toMatchObject([{ suspended: true }]);
    await kit.sync(student(103, phd));
    expect(await accounts()).toMatchObject([{ suspended: false, idnumber: 'oec_student_103' }]);
    await kit.sync({ ...first, active: false, last_name: 'Old' });
    expect(await accounts()).toMatchObject([{ suspended: false, lastname: 'Doctor' }]);
  });
});

describe('a teacher who is a student too', () => {
  const asStudent = student(120, phd);
  const asTeacher = faculty(120, { ...phd, phone: '1' });

  it('has one account, with each role where its record says', async () => {
    await kit.sync(asStudent, enrolment(1, 120, 1, 1));
    await kit.sync(asTeacher, session(1, 120, 2, 1));
    expect(kit.troubles()).toEqual({});
    expect(await accounts()).toHaveLength(1);
    expect(await people(one)).toEqual({ oec_student_120: 'student in oec_batch_1' });
    expect(await people(two)).toEqual({ oec_student_120: 'editingteacher' });
  });

  it('has one account where both records come at once', async () => {
    await kit.sync(asTeacher, session(1, 120, 2, 1), asStudent, enrolment(1, 120, 1, 1));
    await kit.advance(hour);
    expect(kit.troubles()).toEqual({});
    expect(await accounts()).toHaveLength(1);
    expect(Object.values(await people(two))).toEqual(['editingteacher']);
  });

  it('has one account where two workers meet the two records at the same moment', async () => {
    await kit.put(asTeacher, session(1, 120, 2, 1), asStudent, enrolment(1, 120, 1, 1));
    await kit.workAtOnce(['faculty', 120], ['students', 120], ['teaching', 120], ['enrolments', 120]);
    await kit.settle();
    await kit.advance(hour);
    expect(kit.troubles()).toEqual({});
    expect(await accounts()).toHaveLength(1);
    expect(Object.values(await people(two))).toEqual(['editingteacher']);
    expect(Object.values(await people(one))).toEqual(['student in oec_batch_1']);
  });

  it('is suspended only when no record needs the account', async () => {
    await kit.sync(asStudent, enrolment(1, 120, 1, 1));
    await kit.sync(asTeacher, session(1, 120, 2, 1));
    await kit.sync({ ...asStudent, active: false });
    expect(await accounts()).toMatchObject([{ suspended: false, idnumber: 'oec_faculty_120' }]);
    expect(await people(two)).toEqual({ oec_faculty_120: 'editingteacher' });
    expect(await people(one)).toEqual({ oec_faculty_120: 'suspended student in oec_batch_1' });
    await kit.sync({ ...asTeacher, active: false });
    expect(await accounts()).toMatchObject([{ suspended: true }]);
    await kit.sync(asStudent);
    expect(await accounts()).toMatchObject([{ suspended: false, idnumber: 'oec_student_120' }]);
  });

  it('keeps the course that the other record still asks for', async () => {
    await kit.sync(asStudent, enrolment(1, 120, 1, 1));
    await kit.sync(asTeacher, session(1, 120, 1, 1));
    expect(await people(one)).toEqual({ oec_student_120: 'editingteacher+student in oec_batch_1' });
    await kit.sync(enrolment(1, 120, 1, 1, { state: 'finished' }));
    expect((await people(one)).oec_student_120).not.toContain('suspended');
    await kit.sync(session(1, 120, 1, 1, { state: 'cancel' }));
    expect((await people(one)).oec_student_120).toContain('suspended');
  });

  it('keeps the fields of the record that has had the account longest', async () => {
    await kit.sync(asTeacher);
    await kit.sync({ ...asStudent, middle_name: 'Eve', phone: '2' });
    expect(await accounts()).toMatchObject([{ idnumber: 'oec_faculty_120', lastname: 'Doctor' }]);
    await kit.sync({ ...asStudent, last_name: 'Renamed', email: 'eve@evil.example' });
    expect(await accounts()).toMatchObject([{ idnumber: 'oec_faculty_120', lastname: 'Doctor' }]);
    await kit.sync({ ...asTeacher, last_name: 'Professor' });
    expect(await accounts()).toMatchObject([{ lastname: 'Professor' }]);
  });

  it('is a conflict where the names differ: a child may have a parent’s address', async () => {
    await kit.sync(asTeacher);
    await kit.sync(student(121, { ...phd, first_name: 'Kid', last_name: 'Young' }));
    expect(kit.troubles()).toEqual({ oec_student_121: 'conflict: sharedemail' });
  });
});

describe('siblings with one address', () => {
  const family = (id: number, first_name: string) =>
    student(id, { first_name, last_name: 'Family', email: 'family@example.org' });
  const home = (pushKit: PushKit) => pushKit.site.usersByEmail('family@example.org');

  it('are a conflict unless the instance allows it', async () => {
    await kit.sync(family(1, 'Bo'), family(2, 'Cy'));
    expect(kit.troubles()).toEqual({ oec_student_2: 'conflict: sharedemail' });
  });

  it('have an account each where instance and site allow it', async () => {
    await using allowed = await PushKit.start({
      settings: { shared_emails: 'allowed' },
      moodle: { allowAccountsSameEmail: true },
    });
    await allowed.sync(family(1, 'Bo'), family(2, 'Cy'));
    await allowed.sync(family(3, 'Di'));
    expect(allowed.troubles()).toEqual({});
    const found = (await home(allowed)).map(({ idnumber, firstname }) => `${idnumber} ${firstname}`);
    expect(found.sort()).toEqual(['oec_student_1 Bo', 'oec_student_2 Cy', 'oec_student_3 Di']);
    await allowed.sync(
      family(1, 'Bob'),
      student(4, { first_name: 'Di', last_name: 'Family', email: 'family@example.org' }),
    );
    expect(allowed.troubles()).toEqual({ oec_student_4: 'conflict: sharedemail' });
  });

  it('are told when the site does not allow what the instance says', async () => {
    await using refused = await PushKit.start({ settings: { shared_emails: 'allowed' } });
    await refused.sync(family(1, 'Bo'), family(2, 'Cy'));
    expect(refused.troubles()).toEqual({ oec_student_2: 'conflict: sharedemailsoff' });
    expect(await getUsersByField(refused.site.client, 'email', ['family@example.org'])).toHaveLength(1);
  });
});
