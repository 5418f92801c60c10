import { beforeEach, describe, expect, it } from 'vitest';
import { batch, department, enrolment, program, student, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

describe('records that lie below each other in a circle', () => {
  let kit: PushKit;
  const ring = 'The departments 1, 2, 3 lie below each other in a circle.';

  beforeEach(async () => {
    kit = await PushKit.start();
    return () => kit.moodle.stop();
  });

  const circle = [
    department(1, { parent_id: 3 }),
    department(2, { parent_id: 1 }),
    department(3, { parent_id: 2 }),
  ];

  it('are each told of the whole circle, what lies below them waits, and all arrive once it is broken', async () => {
    await kit.sync(...circle, department(4, { parent_id: 1 }), program(5, { department_id: 4 }));
    expect(kit.troubles()).toEqual({
      oec_dept_1: 'invalid: own-parent',
      oec_dept_2: 'invalid: own-parent',
      oec_dept_3: 'invalid: own-parent',
      oec_dept_4: 'waiting: waiting',
      oec_course_5: 'waiting: waiting',
    });
    for (const id of [1, 2, 3]) expect(kit.mapping(`oec_dept_${id}`)?.failure?.reason).toContain(ring);
    expect(kit.mapping('oec_dept_4')?.failure?.reason).toContain(ring);
    await kit.sync(department(2));
    expect(kit.troubles()).toEqual({});
    expect(await kit.site.category('oec_dept_1')).toMatchObject({ parent: 'oec_dept_3' });
    expect(await kit.site.category('oec_course_5')).toMatchObject({ parent: 'oec_dept_4' });
  });

  it('stay where they are in Moodle when they come to', async () => {
    await kit.sync(department(1), department(2, { parent_id: 1 }), department(3, { parent_id: 2 }));
    await kit.sync(department(1, { parent_id: 3 }));
    expect(kit.mapping('oec_dept_1')?.failure?.reason).toContain(ring);
    expect(await kit.site.category('oec_dept_3')).toMatchObject({ parent: 'oec_dept_2' });
  });

  it('are told of it as programs, too', async () => {
    await kit.sync(program(1, { parent_id: 2 }), program(2, { parent_id: 1 }));
    expect(kit.mapping('oec_course_2')?.failure?.reason).toContain('The programs 1, 2 lie below each other');
  });

  it('are not taken to be outside an instance for some departments', async () => {
    await using some = await PushKit.start({ settings: { scope: { departments: ['9'], companies: [] } } });
    const course = 'oec_subj_1_course_1';
    await some.sync(
      ...[department(9), department(1, { parent_id: 9 }), department(2, { parent_id: 1 })],
      ...[program(1, { department_id: 2, subject_ids: [1] }), subject(1)],
    );
    expect(await some.site.course(course)).toMatchObject({ visible: true });
    await some.sync(department(1, { parent_id: 2 }));
    expect(some.mapping('oec_dept_1')?.failure?.reason).toContain(
      'The departments 1, 2 lie below each other',
    );
    expect(await some.site.course(course)).toMatchObject({ visible: true });
    await some.sync(department(1, { parent_id: 9 }));
    expect(some.troubles()).toEqual({});
  });
});

describe('an enrolment', () => {
  let kit: PushKit;
  const [first, second] = ['oec_subj_1_course_1', 'oec_subj_2_course_1'];

  beforeEach(async () => {
    kit = await PushKit.start();
    await kit.sync(program(1, { subject_ids: [1, 2, 3] }), subject(1), subject(2), subject(3), batch(1, 1));
    return () => kit.moodle.stop();
  });

  it('that Moodle refuses in some courses names each of them', async () => {
    const ids = await Promise.all([first, second].map(async (name) => (await kit.site.course(name))!.id));
    for (const id of ids) kit.moodle.siteState.removeManualEnrolment(id);
    await kit.sync(student(1), enrolment(1, 1, 1, 1));
    const { reason, code } = kit.mapping('oec_student_1@enrolments')!.failure!;
    expect(code).toBe('wsnoinstance');
    for (const [index, name] of [first, second].entries()) {
      expect(reason).toContain(`the course ${name} (id ${ids[index]} in Moodle)`);
    }
    expect(reason).not.toContain('oec_subj_3');
    expect(await kit.site.participant('oec_subj_3_course_1', 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it('of which a chosen subject is no longer offered lacks only that one, and is not invalid', async () => {
    await kit.sync(student(1), enrolment(1, 1, 1, 1, { subject_ids: [1, 2] }));
    expect(kit.troubles()).toEqual({});
    await kit.sync(program(1, { subject_ids: [1, 3] }));
    expect(await kit.site.participant(first, 'oec_student_1')).toBe('student in oec_batch_1');
    expect(await kit.site.participant(second, 'oec_student_1')).toMatch('suspended');
    expect(kit.mapping('oec_student_1@enrolments')).toMatchObject({ status: 'synced' });
    expect(kit.troubles()).toEqual({ oec_enrolment_1: 'waiting: missing' });
    expect(kit.mapping('oec_enrolment_1')?.failure).toMatchObject({
      field: 'subject_ids',
      reason: expect.stringContaining(
        'does not list the subject 2 of this enrolment (any more). Only that is left out',
      ),
    });
    await kit.sync(program(1, { subject_ids: [1, 2, 3] }));
    expect(kit.troubles()).toEqual({});
    expect(await kit.site.participant(second, 'oec_student_1')).toBe('student in oec_batch_1');
  });
});
