import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batch,
  enrolment,
  isWrite,
  type Kit,
  program,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';

/** Program 1 with two compulsory subjects and an elective, two batches; program 2 with one subject of its own. */
const university = [
  program(1, { subject_ids: [1, 2, 3] }),
  program(2, { subject_ids: [2, 4] }),
  subject(1),
  subject(2),
  subject(3, { subject_type: 'elective' }),
  subject(4),
  batch(1, 1),
  batch(2, 1),
  batch(3, 2),
];

describe.each([{ on_finish: 'suspend' }, { on_finish: 'unenrol' }])(
  'enrolments of an instance that chose to $on_finish',
  ({ on_finish }) => {
    let kit: Kit;
    const course = (subjectId: number, programId: number) => `oec_subj_${subjectId}_course_${programId}`;
    /** What the student is in the courses 1/1, 2/1, 3/1 (program 1) and 2/2, 4/2 (program 2). */
    const studies = async (id: number) => {
      const courses = [course(1, 1), course(2, 1), course(3, 1), course(2, 2), course(4, 2)];
      return Promise.all(courses.map((name) => kit.site().participant(name, `oec_student_${id}`)));
    };
    /** What is left of an enrolment that ended. */
    const ended = (groups: string) =>
      on_finish === 'unenrol' ? undefined : `suspended student in ${groups}`;
    const first = 'student in oec_batch_1';
    const second = 'student in oec_batch_2';
    const third = 'student in oec_batch_3';
    beforeAll(async () => {
      kit = await startKit({ instances: [{ on_finish, brake: { share: 1, minimum: 1000 } }] });
      await kit.sync(...university);
    });
    afterAll(async () => {
      expect(await kit.troubles()).toEqual({});
      await kit.stop();
    });

    it('gives the compulsory subjects where none are chosen, else the chosen ones, and follows the choice', async () => {
      await kit.sync(student(1), enrolment(1, 1, 1, 1));
      expect(await studies(1)).toEqual([first, first, undefined, undefined, undefined]);
      await kit.sync(enrolment(1, 1, 1, 1, { subject_ids: [2, 3] }));
      expect(await studies(1)).toEqual([ended('oec_batch_1'), first, first, undefined, undefined]);
    });

    it('ends an enrolment that is finished, takes it up again, and ends one that is deleted', async () => {
      const record = enrolment(2, 2, 1, 1);
      const none = [ended('oec_batch_1'), ended('oec_batch_1'), undefined, undefined, undefined];
      await kit.sync(student(2), record);
      await kit.sync({ ...record, state: 'finished' });
      expect(await studies(2)).toEqual(none);
      expect(await kit.site().user('oec_student_2')).toMatchObject({ suspended: false });
      await kit.sync(record);
      expect(await studies(2)).toEqual([first, first, undefined, undefined, undefined]);
      await kit.syncDeletion(record);
      expect(await studies(2)).toEqual(none);
    });

    it('moves a student to another batch of the program: out of the old group, into the new', async () => {
      await kit.sync(student(3), enrolment(3, 3, 1, 1));
      const calls = await kit.site().callsDuring(() => kit.sync(enrolment(3, 3, 1, 2)));
      expect(await studies(3)).toEqual([second, second, undefined, undefined, undefined]);
      expect(calls.filter(isWrite).map((call) => call.function)).toEqual([
        'core_group_add_group_members',
        'core_group_delete_group_members',
      ]);
    });

    it('moves a student to another program: enrolled there, ended here', async () => {
      await kit.sync(student(4), enrolment(4, 4, 1, 1));
      await kit.sync(enrolment(4, 4, 2, 3));
      const old = ended('oec_batch_1');
      expect(await studies(4)).toEqual([old, old, undefined, third, third]);
    });

    it('moves an enrolment to another student', async () => {
      await kit.sync(student(5), student(6), enrolment(5, 5, 1, 1));
      await kit.sync(enrolment(5, 6, 1, 1));
      const old = ended('oec_batch_1');
      expect(await studies(5)).toEqual([old, old, undefined, undefined, undefined]);
      expect(await studies(6)).toEqual([first, first, undefined, undefined, undefined]);
    });

    it('keeps a course that another enrolment still asks for, and ends it with the last', async () => {
      const one = enrolment(7, 7, 1, 1);
      const other = enrolment(8, 7, 1, 2, { subject_ids: [1, 3] });
      await kit.sync(student(7), one, other);
      const both = 'student in oec_batch_1 oec_batch_2';
      expect(await studies(7)).toEqual([both, first, second, undefined, undefined]);
      await kit.sync({ ...one, state: 'finished' });
      expect(await studies(7)).toEqual([second, ended('oec_batch_1'), second, undefined, undefined]);
      await kit.sync({ ...other, state: 'finished' });
      const last = ended('oec_batch_2');
      expect(await studies(7)).toEqual([last, ended('oec_batch_1'), last, undefined, undefined]);
    });

    it('lets a student go from all courses of an archived batch and back with it', async () => {
      await kit.sync(batch(20, 1), student(9), enrolment(9, 9, 1, 20));
      const joined = 'student in oec_batch_20';
      expect(await studies(9)).toEqual([joined, joined, undefined, undefined, undefined]);
      await kit.sync(batch(20, 1, { active: false }));
      const old = ended('oec_batch_20');
      expect(await studies(9)).toEqual([old, old, undefined, undefined, undefined]);
      await kit.sync(batch(20, 1));
      expect(await studies(9)).toEqual([joined, joined, undefined, undefined, undefined]);
    });

    it('never calls again for what Moodle has', async () => {
      await kit.sync(student(10), enrolment(10, 10, 1, 1));
      const calls = await kit
        .site()
        .callsDuring(() =>
          kit.sync(
            student(10, { write_date: '2026-10-01 00:00:00' }),
            enrolment(10, 10, 1, 1, { write_date: '2026-10-01 00:00:00', roll_number: '7' }),
          ),
        );
      expect(calls).toEqual([]);
    });
  },
);
