import { describe, expect, it } from 'vitest';
import { batch, enrolment, program, startKit, student, subject } from '../kit.ts';
import { countByFunction, range } from './support.ts';

describe('web service calls', () => {
  it('of 1,000 new students in one go, and of their enrolments with groups: at most 80 and 120', async () => {
    await using kit = await startKit();
    const site = kit.site();
    // 5 programs of 2 courses, each with 2 batches of 100 students.
    const programs = range(1, 5);
    const students = range(1, 1000);
    await kit.sync(
      ...programs.map((id) => program(id, { subject_ids: [2 * id - 1, 2 * id] })),
      ...range(1, 10).map((id) => subject(id)),
      ...range(1, 10).map((id) => batch(id, Math.ceil(id / 2))),
    );
    expect(site.moodle.siteState.groups.size).toBe(20);
    const creations = await site.callsDuring(() => kit.sync(...students.map((id) => student(id))));
    console.info(`1,000 new students: ${creations.length} calls`, countByFunction(creations));
    expect(creations.length, JSON.stringify(countByFunction(creations))).toBeLessThanOrEqual(80);
    const accounts = students.map((id) => site.moodle.siteState.usersByIdnumber(`oec_student_${id}`).length);
    expect(accounts.every((count) => count === 1)).toBe(true);

    const enrolments = students.map((id) => {
      const batchId = 1 + (id % 10);
      return enrolment(id, id, Math.ceil(batchId / 2), batchId);
    });
    const calls = await site.callsDuring(() => kit.sync(...enrolments));
    console.info(`1,000 enrolments: ${calls.length} calls`, countByFunction(calls));
    expect(calls.length, JSON.stringify(countByFunction(calls))).toBeLessThanOrEqual(120);
    expect(await kit.troubles()).toEqual({});
    expect(site.moodle.siteState.enrolments.size).toBe(2000);
    expect(site.moodle.siteState.memberships.size).toBe(2000);
  });
});
