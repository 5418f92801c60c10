import { describe, expect, it } from 'vitest';
import { batch, department, enrolment, program, startKit, student, subject } from '#test/integration/kit.ts';

describe('functions from their bundles, each in processes of its own', () => {
  it('reach the services over HTTP, and bring records to Moodle', async () => {
    await using kit = await startKit({ functions: 'processes', schedules: 'none' });
    await kit.sync(
      ...[department(1), program(1, { department_id: 1, subject_ids: [1] }), subject(1), batch(1, 1)],
      ...[student(1), enrolment(1, 1, 1, 1)],
    );
    expect(await kit.troubles()).toEqual({});
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_1')).toBe(
      'student in oec_batch_1',
    );
  });
});
