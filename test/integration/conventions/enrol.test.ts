import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { runCli } from '#test/integration/cli/run-cli.ts';
import {
  batch,
  enrolment,
  faculty,
  isWrite,
  type Kit,
  program,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';

const course = 'oec_subj_1_course_1';
const hour = 60 * 60_000;
const seconds = (text: string) => Date.parse(text) / 1000;
/** Long over, and far ahead, whatever the time is: the simulated Moodle goes by the clock on the wall. */
const past = { start_date: '2001-02-01', end_date: '2001-06-30' };
const running = { start_date: '2001-02-01', end_date: '2201-06-30' };

const byBatch = { enrolment_period: { start: '{batch.start_date}', end: '{batch.end_date}' } };

/** The period of an enrolment in Moodle. */
async function periodIn(kit: Kit, person: string, idnumber = course) {
  const { moodle } = kit.site();
  const courseid = (await kit.site().course(idnumber))!.id;
  const userid = (await kit.site().user(person))!.id;
  const { timestart, timeend, suspended } = moodle.siteState.enrolment(courseid, userid)!;
  return { timestart, timeend, suspended };
}

const teacherRoles = [
  { id: 3, shortname: 'editingteacher', name: 'Teacher', assignable: true },
  { id: 4, shortname: 'teacher', name: 'Non-editing teacher', assignable: true },
  { id: 5, shortname: 'student', name: 'Student', assignable: true },
  { id: 1, shortname: 'manager', name: 'Manager', assignable: true },
  { id: 9, shortname: 'guide', name: 'Guide', assignable: true },
];

describe('enrolments that begin and end with the batch', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [{ ...byBatch, time_zone: 'America/Bogota' }], schedules: 'drift' });
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1, running)],
      ...[student(1), enrolment(1, 1, 1, 1), student(2), enrolment(2, 2, 1, 1)],
    );
  });
  afterAll(() => kit.stop());

  it('let students in from the first second of the first day to the last of the last, at the school', async () => {
    expect(await periodIn(kit, 'oec_student_1')).toEqual({
      timestart: seconds('2001-02-01T05:00:00Z'),
      timeend: seconds('2201-07-01T04:59:59Z'),
      suspended: false,
    });
    expect(await kit.site().participants(course)).toEqual({
      oec_student_1: 'student in oec_batch_1',
      oec_student_2: 'student in oec_batch_1',
    });
  });

  it('follow the batch in one call for all, and keep who is suspended in Moodle', async () => {
    const { moodle } = kit.site();
    const courseid = (await kit.site().course(course))!.id;
    const userid = (await kit.site().user('oec_student_2'))!.id;
    moodle.siteState.enrolments.update(moodle.siteState.enrolment(courseid, userid)!.id, { suspended: true });
    const calls = await kit
      .site()
      .callsDuring(() => kit.sync(batch(1, 1, { ...running, end_date: '2202-06-30' })));
    expect(calls.filter(isWrite).map((call) => call.function)).toEqual(['enrol_manual_enrol_users']);
    const timeend = seconds('2202-07-01T04:59:59Z');
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({ timeend, suspended: false });
    expect(await periodIn(kit, 'oec_student_2')).toMatchObject({ timeend, suspended: true });
    moodle.siteState.enrolments.update(moodle.siteState.enrolment(courseid, userid)!.id, {
      suspended: false,
    });
  });

  it('have no limits where the dates are the wrong way round, and it is told of', async () => {
    await kit.sync(batch(1, 1, { start_date: '2201-06-30', end_date: '2001-02-01' }));
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({ timestart: 0, timeend: 0 });
    expect(await kit.mapping('oec_enrolment_1')).toMatchObject({
      status: 'waiting',
      failure: { reason: expect.stringContaining('would end on 2001-02-01, before it begins on 2201-06-30') },
    });
    await kit.sync(batch(1, 1, running));
    expect(await kit.troubles()).toEqual({});
  });

  it('are as wide as all of a student in a course', async () => {
    const later = { start_date: '2001-09-01', end_date: '2203-06-30' };
    await kit.sync(batch(2, 1, later), enrolment(3, 1, 1, 2));
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({
      timestart: seconds('2001-02-01T05:00:00Z'),
      timeend: seconds('2203-07-01T04:59:59Z'),
    });
    await kit.syncDeletion(enrolment(3, 1, 1, 2));
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({ timeend: seconds('2201-07-01T04:59:59Z') });
  });

  it('are found as they are meant by the comparison, and given again where they were changed', async () => {
    await kit.configure('demo', { hand_changes: { 'enrolment.suspended': 'repair' } });
    await kit.sync(batch(1, 1, past));
    const before = await kit.site().callsDuring(() => kit.advance(25 * hour));
    expect(before.filter(isWrite)).toEqual([]);
    expect((await kit.mapping('oec_student_1@enrolments'))?.drift).toBeUndefined();
    const { moodle } = kit.site();
    const courseid = (await kit.site().course(course))!.id;
    const userid = (await kit.site().user('oec_student_1'))!.id;
    const ended = moodle.siteState.enrolment(courseid, userid)!;
    moodle.siteState.enrolments.update(ended.id, { timeend: 0 });
    await kit.advance(25 * hour);
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({ timeend: ended.timeend });
    await kit.sync(batch(1, 1, running));
  });

  it('wait for the brake where they keep many out at once', async () => {
    await kit.configure('demo', { brake: { share: 0, minimum: 1 } });
    kit.expectErrors(/brake/i);
    await kit.sync(batch(1, 1, past));
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({ timeend: seconds('2201-07-01T04:59:59Z') });
    expect(Object.values(await kit.troubles())).toEqual(['held: none', 'held: none']);
    await kit.sync(batch(1, 1, running));
    expect(await kit.troubles()).toEqual({});
  });

  it('lose their limits with the setting, and are noted without them', async () => {
    await kit.configure('demo', { enrolment_period: {} });
    await kit.sync(student(1, { last_name: 'Other' }));
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({ timestart: 0, timeend: 0 });
    const row = await kit.mapping('oec_student_1@enrolments');
    expect(courseStatesOf(row?.extra_data)).toEqual({
      [course]: { state: 'active', groups: { [`oec_batch_1@${course}`]: 'member' } },
    });
  });
});

describe('an enrolment of its own dates', () => {
  it('takes them from fields that the school has added, an hour of the ERP as the day it is at school', async () => {
    await using kit = await startKit({
      instances: [
        {
          time_zone: 'Europe/Madrid',
          enrolment_period: { start: '{enrolment.x_start?}', end: '{batch.end_date:yyyy}-09-30' },
        },
      ],
    });
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1, running), student(1), student(2)],
      enrolment(1, 1, 1, 1, { x_start: '2001-10-27 23:30:00' }),
      enrolment(2, 2, 1, 1, { x_start: false }),
    );
    // Madrid is at UTC+2 until the night of that very day, when clocks go back.
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({
      timestart: seconds('2001-10-27T22:00:00Z'),
    });
    expect(await periodIn(kit, 'oec_student_2')).toMatchObject({
      timestart: 0,
      timeend: seconds('2201-09-30T21:59:59Z'),
    });
  });
});

describe('an enrolment for an academic term', () => {
  it('lasts as long as the term, and longer with the next sweep where that is moved', async () => {
    await using kit = await startKit({
      instances: [{ enrolment_period: { start: '{term.term_start_date}', end: '{year.end_date?}' } }],
    });
    const term = (term_start_date: string) => ({
      ...{ model: 'op.academic.term', id: '1', name: 'Autumn', term_start_date, term_end_date: '2001-12-20' },
      academic_year_id: [1, '2001'],
    });
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1), student(1), student(2)],
      ...[term('2001-09-01'), { model: 'op.academic.year', id: '1', name: '2001', end_date: '2201-06-30' }],
      enrolment(1, 1, 1, 1, { academic_term_id: [1, 'Autumn'], academic_years_id: [1, '2001'] }),
      enrolment(2, 2, 1, 1),
    );
    const timeend = seconds('2201-06-30T23:59:59Z');
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({
      timestart: seconds('2001-09-01T00:00:00Z'),
      timeend,
    });
    expect(await periodIn(kit, 'oec_student_2')).toMatchObject({ timestart: 0, timeend: 0 });
    expect((await kit.mapping('oec_enrolment_2'))?.failure?.reason).toBe(
      'The setting enrolment_period needs term_start_date of the term, which is empty. The enrolment has no limit there in Moodle.',
    );
    await kit.sync(term('2001-08-01'));
    await kit.advance(2 * hour);
    expect(await periodIn(kit, 'oec_student_1')).toMatchObject({
      timestart: seconds('2001-08-01T00:00:00Z'),
    });
  });
});

describe('teachers whose roles go by what they are', () => {
  const byPosition = {
    teacher_role_by: '{teacher.x_position?}',
    teacher_roles: { Assistant: 4, 'Head of department': 1 },
  };
  const teacher = (id: number, x_position: unknown, fields = {}) =>
    faculty(id, { x_position, faculty_subject_ids: [1], ...fields });
  const held = (kit: Kit, id: number) => kit.site().participant(course, `oec_faculty_${id}`);
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [byPosition], moodle: { roles: teacherRoles }, schedules: 'drift' });
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1)],
      ...[
        teacher(1, 'assistant'),
        teacher(2, [7, 'Head of Department']),
        teacher(3, 'Dean'),
        teacher(4, false),
      ],
    );
  });
  afterAll(() => kit.stop());

  it('get the role of their position, or the usual one', async () => {
    const all = await Promise.all([1, 2, 3, 4].map((id) => held(kit, id)));
    expect(all).toEqual(['teacher', 'manager', 'editingteacher', 'editingteacher']);
    const found = await kit.site().callsDuring(() => kit.advance(25 * hour));
    expect(found.filter(isWrite)).toEqual([]);
  });

  it('lose the role that they had with the position, and not what somebody has given them besides', async () => {
    const { siteState } = kit.site().moodle;
    const userid = (await kit.site().user('oec_faculty_1'))!.id;
    const place = siteState.enrolment((await kit.site().course(course))!.id, userid)!;
    siteState.enrolments.update(place.id, { roleids: [4, 9] });
    await kit.sync(teacher(1, 'Head of department'));
    expect(await held(kit, 1)).toBe('manager+guide');
    siteState.enrolments.update(place.id, { roleids: [1] });
    await kit.sync(teacher(1, 'Lecturer'), teacher(3, 'assistant'));
    expect([await held(kit, 1), await held(kit, 3)]).toEqual(['editingteacher', 'teacher']);
    expect((await kit.mapping('oec_faculty_1@teaching'))?.extra_data?.roleid).toBeUndefined();
  });

  it('keep what somebody has made of it until the position changes', async () => {
    const { siteState } = kit.site().moodle;
    const userid = (await kit.site().user('oec_faculty_2'))!.id;
    const place = siteState.enrolment((await kit.site().course(course))!.id, userid)!;
    siteState.enrolments.update(place.id, { roleids: [3] });
    await kit.sync(teacher(2, 'Head of department', { active: false }));
    await kit.sync(teacher(2, 'Head of department'));
    expect(await held(kit, 2)).toBe('editingteacher');
    await kit.sync(teacher(2, 'Assistant'));
    expect(await held(kit, 2)).toBe('editingteacher+teacher');
    siteState.enrolments.update(place.id, { roleids: [4] });
  });

  it('come back with the role of now where it has changed while they were away', async () => {
    await kit.sync(teacher(2, 'Assistant', { active: false }));
    await kit.sync(teacher(2, 'Head of department', { active: false }));
    expect(await held(kit, 2)).toBe('suspended manager');
    await kit.sync(teacher(2, 'Head of department'));
    expect(await held(kit, 2)).toBe('manager');
  });

  it('get the usual role again where the setting goes', async () => {
    await kit.configure('demo', { teacher_role_by: undefined, teacher_roles: {} });
    await kit.sync(teacher(2, 'Head of department', { last_name: 'Other' }));
    expect(await held(kit, 2)).toBe('editingteacher');
  });
});

describe('what would be done about enrolments', () => {
  it('is planned with times and roles, and found again where the mappings are lost', async () => {
    await using kit = await startKit({ moodle: { roles: teacherRoles } });
    kit.expectErrors(/brake/i);
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1, running), student(1)],
      ...[enrolment(1, 1, 1, 1), faculty(1, { faculty_subject_ids: [1], x_position: 'Assistant' })],
    );
    await kit.configure('demo', {
      ...byBatch,
      teacher_role_by: '{teacher.x_position}',
      teacher_roles: { assistant: 4 },
    });
    const planned = async () => {
      const plan = (await runCli(kit, ['plan', '--details', '--json'])).json<{
        instances: { changes: { idnumber: string; kind: string; fields: unknown[] }[] }[];
      }>();
      return plan.instances.flatMap(({ changes }) => changes);
    };
    const fields = (await planned()).map(({ idnumber, kind, fields: own }) => [idnumber, kind, own]);
    expect(fields.toSorted()).toEqual([
      ['oec_faculty_1@teaching', 'enrol', [{ field: course, now: 'role 3', planned: 'role 4' }]],
      [
        'oec_student_1@enrolments',
        'enrol',
        [{ field: course, now: 'role 5', planned: 'role 5, from 2001-02-01 until 2201-06-30' }],
      ],
    ]);
    expect((await runCli(kit, ['sync', 'push'])).code).toBe(0);
    await kit.settle();
    expect(await planned()).toEqual([]);
    const before = await kit.mappings();
    const table = mappingsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    await table.remove('demo', ['oec_student_1@enrolments', 'oec_faculty_1@teaching']);
    expect((await runCli(kit, ['rebuild-mappings', '--yes'])).code).toBe(0);
    expect((await runCli(kit, ['sync', 'push'])).code).toBe(0);
    await kit.settle();
    for (const name of ['oec_student_1@enrolments', 'oec_faculty_1@teaching']) {
      const { sync_hash, extra_data } = (await kit.mapping(name))!;
      expect({ sync_hash, extra_data }).toEqual({
        sync_hash: before.get(name)?.sync_hash,
        extra_data: before.get(name)?.extra_data,
      });
    }
    expect(await kit.site().participants(course)).toMatchObject({ oec_faculty_1: 'teacher' });
  });

  it('names a role that the token may not give when it is set', async () => {
    await using kit = await startKit({ moodle: { roles: teacherRoles } });
    const set = await runCli(kit, [
      'instance',
      'set',
      'demo',
      'teacher_role_by={teacher.x_position}',
      'teacher_roles.Head=77',
    ]);
    expect(set.stdout).toContain('may not give the role of teacher_roles.Head (77)');
    expect(set.stdout).toContain('core_role_unassign_roles');
    const doctor = await runCli(kit, ['doctor', '--json']);
    expect(doctor.stdout).toContain('teacher_roles.Head (77)');
  });
});
