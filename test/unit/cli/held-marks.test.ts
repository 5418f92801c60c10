import { expect, it } from 'vitest';
import { heldIn } from '#cli/commands/brake/held.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { newMapping } from '#shared/moodle/mappings/mapping.ts';
import { MemoryMappings } from '#test/unit/push/push-kit.ts';

const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
const courses = ['oec_subj_1_course_1', 'oec_subj_2_course_1', 'oec_subj_3_course_1'] as const;

it('marks that the brake holds are named by course, attendance apart, and asked for again', async () => {
  const mappings = new MemoryMappings();
  const noted = [
    { pull_attendance: { held: 4, marks: 6 }, pull_gradebook: { held: 2, marks: 8 } },
    { pull_attendance: { marks: 30 } },
    {},
  ];
  for (const [index, idnumber] of courses.entries()) {
    const row = newMapping('demo', idnumber, 'subjects', { model: 'op.subject', id: String(index + 1) });
    await mappings.save({ ...row, status: 'synced', active: true, moodle_id: index + 10, ...noted[index] });
  }
  const queued: { pull: string; courses: { idnumber: string }[] }[] = [];
  const deployment = {
    mappings,
    instances: { getBreaker: async () => ({ revision: 0, failures: 0, probes: 0 }) },
    open: () => ({ send: async (tasks: typeof queued) => queued.push(...tasks) }),
    clock: { now: () => Date.parse('2026-11-27T12:00:00Z') },
    log: { info() {} },
  } as unknown as Deployment;
  const held = await heldIn(deployment, instance)('marks');
  expect(held).toMatchObject({
    count: 6,
    names: [`2 of 8 in ${courses[0]}`, `4 of 6 in ${courses[0]} (attendance)`],
  });
  expect(await held.goOn()).toBe(6);
  const asked = queued.map(({ pull, courses: each }) => [pull, each.map(({ idnumber }) => idnumber)]);
  expect(asked).toEqual([
    ['gradebook', [courses[0]]],
    ['attendance', [courses[0]]],
  ]);
});
