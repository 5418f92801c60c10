import { describe, expect, it } from 'vitest';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';

const minute = 60_000;

describe('several instances', () => {
  it('get each what falls into their departments and companies', async () => {
    await using kit = await startKit({
      instances: [
        { id: 'all' },
        { id: 'science', scope: { departments: ['1'], companies: [] } },
        { id: 'north', scope: { departments: [], companies: ['7'] } },
      ],
    });
    await kit.sync(
      department(1),
      department(2),
      department(3, { parent_id: 1 }),
      program(1, { department_id: 3, subject_ids: [1] }),
      program(2, { department_id: 2, subject_ids: [1] }),
      // Saved by a clerk of department 2: the parent program decides where it belongs.
      program(3, { parent_id: 1, department_id: 2, subject_ids: [1] }),
      subject(1),
      batch(1, 1),
      batch(2, 2),
      student(1, { company_id: [7, 'North'] }),
      student(2, { company_id: [8, 'South'] }),
      student(3),
      enrolment(1, 1, 1, 1),
      enrolment(2, 2, 2, 2),
      faculty(1, { main_department_id: 2 }),
      faculty(2, { main_department_id: 2 }),
      session(1, 1, 1, 1),
    );
    const idnumbers = async (instance: string) => [...(await kit.mappings(instance)).keys()].sort();
    expect(await idnumbers('science')).toEqual([
      'oec_batch_1@oec_subj_1_course_1',
      'oec_course_1',
      'oec_course_3',
      'oec_dept_1',
      'oec_dept_3',
      'oec_faculty_1',
      'oec_faculty_1@teaching',
      'oec_student_1',
      'oec_student_1@enrolments',
      'oec_subj_1_course_1',
      'oec_subj_1_course_3',
    ]);
    const people = async (instance: string) =>
      (await idnumbers(instance)).filter((name) => /student_\d+$/.test(name));
    expect(await people('all')).toEqual(['oec_student_1', 'oec_student_2', 'oec_student_3']);
    expect(await people('north')).toEqual(['oec_student_1', 'oec_student_3']);
    for (const id of ['all', 'science', 'north']) expect(await kit.troubles(id)).toEqual({});
  });

  it('suspend who leaves their scope, and only there', async () => {
    await using kit = await startKit({
      instances: [{ id: 'all' }, { id: 'north', scope: { departments: [], companies: ['7'] } }],
    });
    await kit.sync(student(1, { company_id: [7, 'North'] }));
    await kit.sync(student(1, { company_id: [8, 'South'] }));
    expect((await kit.site('north').user('oec_student_1'))?.suspended).toBe(true);
    expect((await kit.site('all').user('oec_student_1'))?.suspended).toBe(false);
  });

  it('wait while paused, without a call, and get everything when resumed; disabled ones are left out', async () => {
    await using kit = await startKit({
      instances: [
        { id: 'paused', status: 'paused' },
        { id: 'off', status: 'disabled' },
      ],
    });
    await kit.sync(student(1));
    await kit.advance(60 * minute);
    expect(kit.site('paused').moodle.calls).toEqual([]);
    await kit.configure('paused', { status: 'active' });
    // The next sweep lets in what waits.
    await kit.advance(60 * minute);
    expect(await kit.site('paused').user('oec_student_1')).toBeDefined();
    expect(kit.site('off').moodle.calls).toEqual([]);
  });
});

describe('settings of an instance', () => {
  it('say that an enrolment that ends is unenrolled; that of an archived student is suspended all the same', async () => {
    await using kit = await startKit({ instances: [{ on_finish: 'unenrol' }] });
    const course = 'oec_subj_1_course_1';
    await kit.sync(program(1, { subject_ids: [1] }), subject(1), batch(1, 1), student(1), student(2));
    await kit.sync(enrolment(1, 1, 1, 1), enrolment(2, 2, 1, 1));
    await kit.sync(enrolment(1, 1, 1, 1, { state: 'finished' }), student(2, { active: false }));
    expect(await kit.site().participants(course)).toEqual({
      oec_student_2: 'suspended student in oec_batch_1',
    });
    await kit.sync(enrolment(1, 1, 1, 1));
    expect(await kit.site().participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it("say who owns a field; a field that is not the ERP's costs no call when it changes", async () => {
    const field_ownership = { 'user.email': 'create', 'user.firstname': 'moodle', 'user.phone1': 'erp' };
    await using kit = await startKit({ instances: [{ field_ownership }] });
    await kit.sync(student(1, { phone: '123' }));
    const calls = await kit
      .site()
      .callsDuring(() => kit.sync(student(1, { phone: '123', email: 'b@example.org', first_name: 'B' })));
    expect(calls.filter(({ function: name }) => !name.includes('_get_'))).toEqual([]);
    expect(await kit.site().user('oec_student_1')).toMatchObject({
      firstname: 'Student',
      email: 'student1@example.org',
    });
  });

  it('that cannot be read stop that instance and no other, and are reported', async () => {
    await using kit = await startKit({ instances: [{ id: 'good' }, { id: 'bad' }] });
    kit.expectErrors(/Instance (left out|misconfigured)/);
    await kit.configure('bad', { on_finish: 'delete' });
    await kit.sync(student(1));
    expect(await kit.site('good').user('oec_student_1')).toBeDefined();
    expect(kit.errors.length).toBeGreaterThan(0);
  });
});

describe('a write that came from Moodle', () => {
  it('is not pushed back; a later edit by the ERP is, although the flag is still there', async () => {
    await using kit = await startKit();
    await kit.sync(student(1));
    const pulled = { connector_no_export: true, sync_stamp: 'a' };
    await kit.sync(student(1, { ...pulled, first_name: 'Pulled' }));
    expect((await kit.site().user('oec_student_1'))?.firstname).toBe('Student');
    await kit.sync(student(1, { ...pulled, first_name: 'Edited' }));
    expect((await kit.site().user('oec_student_1'))?.firstname).toBe('Edited');
  });
});
