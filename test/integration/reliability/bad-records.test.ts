import { describe, expect, it } from 'vitest';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { createGroups } from '#shared/moodle/functions/groups.ts';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { countByFunction, range } from './support.ts';

/** Spread over the unit, two of them side by side. */
const badOnes: Record<number, number[]> = { 1: [23], 5: [1, 17, 18, 34, 50] };
const all = range(1, 50);

/** Runs `work`, tells of its calls, and asserts that they stay within the budget. */
async function countCalls(kit: Kit, what: string, budget: number, work: () => Promise<void>): Promise<void> {
  const calls = await kit.site().callsDuring(work);
  console.info(`${what}: ${calls.length} calls`, countByFunction(calls));
  expect(calls.length, JSON.stringify(countByFunction(calls))).toBeLessThanOrEqual(budget);
}

describe.each([1, 5])('a unit of 50 records of which Moodle does not accept %i', (count) => {
  const bad = new Set(badOnes[count]);
  const good = all.filter((id) => !bad.has(id));

  it('students: at most 60 calls', async () => {
    await using kit = await startKit({ moodle: { refusedEmailDomains: ['denied.example.net'] } });
    const students = all.map((id) => student(id, bad.has(id) ? { email: `s${id}@denied.example.net` } : {}));
    await countCalls(kit, `students, ${count} bad`, 60, () => kit.sync(...students));
    const { siteState } = kit.site().moodle;
    expect(good.filter((id) => !siteState.userByIdnumber(`oec_student_${id}`))).toEqual([]);
    const mappings = await kit.mappings();
    for (const id of bad) {
      expect(mappings.get(`oec_student_${id}`)).toMatchObject({
        status: 'failed',
        attempts: 1,
        failure: {
          class: 'refused',
          code: 'invalidparameter',
          reason: expect.stringContaining('create_users'),
        },
      });
    }
    expect(Object.keys(await kit.troubles())).toHaveLength(count);
  });

  it('courses whose shortnames belong to foreign courses: at most 60 calls', async () => {
    await using kit = await startKit();
    const site = kit.site();
    const foreign = await createCourses(
      site.client,
      [...bad].map((id) => ({ fullname: `Foreign ${id}`, shortname: `S${id}_P1`, categoryid: 1 })),
    );
    await kit.sync(program(1, { subject_ids: all }));
    await countCalls(kit, `courses, ${count} bad`, 60, () => kit.sync(...all.map((id) => subject(id))));
    const { siteState } = site.moodle;
    expect(good.filter((id) => !siteState.courseByIdnumber(`oec_subj_${id}_course_1`))).toEqual([]);
    const mappings = await kit.mappings();
    for (const [index, id] of [...bad].entries()) {
      const { failure, status } = mappings.get(`oec_subj_${id}_course_1`)!;
      expect(status).toBe('conflict');
      expect(failure?.reason).toContain(`S${id}_P1`);
      expect(failure?.reason).toContain(`id ${foreign[index]?.id}`);
    }
    expect(Object.keys(await kit.troubles())).toHaveLength(count);
    // Nothing of the foreign courses was touched.
    for (const { id } of foreign)
      expect(siteState.courses.get(id)).toMatchObject({ idnumber: '', categoryid: 1 });
  });

  it('groups whose names belong to foreign groups: at most 60 calls', async () => {
    await using kit = await startKit();
    const site = kit.site();
    await kit.sync(program(1, { subject_ids: [1] }), subject(1));
    const { id: courseid } = (await site.course('oec_subj_1_course_1'))!;
    await createGroups(
      site.client,
      [...bad].map((id) => ({ courseid, name: `Batch ${id} (B${id})`, description: '' })),
    );
    await countCalls(kit, `groups, ${count} bad`, 60, () => kit.sync(...all.map((id) => batch(id, 1))));
    const { siteState } = site.moodle;
    expect(good.filter((id) => !siteState.groupByIdnumber(courseid, `oec_batch_${id}`))).toEqual([]);
    const troubles = await kit.mappings();
    for (const id of bad) {
      expect(troubles.get(`oec_batch_${id}@oec_subj_1_course_1`)).toMatchObject({
        ...{ model: 'op.batch', record_id: String(id), status: 'conflict' },
        failure: { reason: expect.stringContaining(`another group of the name Batch ${id} (B${id}) (id `) },
      });
    }
    expect(Object.keys(await kit.troubles())).toHaveLength(count);
  });

  it('enrolments in courses that have lost their manual enrolment: at most 60 calls', async () => {
    await using kit = await startKit();
    const site = kit.site();
    // Program 1 is for the good ones; each bad one has a program of its own.
    const programOf = (id: number) => (bad.has(id) ? 100 + id : 1);
    const programs = [1, ...[...bad].map(programOf)];
    await kit.sync(
      ...programs.flatMap((id) => [program(id, { subject_ids: [id] }), subject(id), batch(id, id)]),
      ...all.map((id) => student(id)),
    );
    for (const id of bad) {
      const course = await site.course(`oec_subj_${programOf(id)}_course_${programOf(id)}`);
      site.moodle.siteState.removeManualEnrolment(course!.id);
    }
    const enrolments = all.map((id) => enrolment(id, id, programOf(id), programOf(id)));
    await countCalls(kit, `enrolments, ${count} bad`, 60, () => kit.sync(...enrolments));
    const participants = await site.participants('oec_subj_1_course_1');
    expect(participants).toEqual(
      Object.fromEntries(good.map((id) => [`oec_student_${id}`, 'student in oec_batch_1'])),
    );
    const mappings = await kit.mappings();
    for (const id of bad) {
      expect(mappings.get(`oec_student_${id}@enrolments`)?.failure).toMatchObject({ code: 'wsnoinstance' });
    }
    expect(Object.keys(await kit.troubles())).toHaveLength(count);
  });
});
