import { describe, expect, it } from 'vitest';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { onlyCourses } from '#shared/moodle/pulls/mapped-courses.ts';
import type { PullName } from '#shared/moodle/pulls/pull-ports.ts';
import type { PlanPorts } from '#shared/moodle/pulls/pull-service.ts';

const now = Date.parse('2026-11-25T10:00:00Z');
const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
const [physics, law] = ['oec_subj_1_course_1', 'oec_subj_2_course_1'];

/** A course in which nothing has changed for a year, and in which there is no attendance activity. */
function quietCourse(idnumber: string, moodle_id: number): Mapping {
  const mapping = newMapping('demo', idnumber, 'subjects', { model: 'op.subject', id: String(moodle_id) });
  const attendance = { activities: [], listed_at: now, digest: 'x', asked_at: now };
  const pulls = {
    pull_gradebook: { digest: 'x', changed_at: '2025-11-25T10:00:00.000Z' },
    pull_attendance: attendance,
  };
  return { ...mapping, ...pulls, status: 'synced', active: true, moodle_id };
}

/** A student who has completed the course, and was looked at a minute ago. */
function graduate(id: string, course: string): Mapping[] {
  const source = { model: 'op.student', id } as const;
  const account = newMapping('demo', `oec_student_${id}`, 'students', source);
  const enrolments = newMapping('demo', `oec_student_${id}@enrolments`, 'enrolments', source);
  const look = { digest: 'x', completed: [course], at: new Date(now - 60_000).toISOString() };
  const noted = {
    pull_completion: look,
    extra_data: { courses: { [course]: { state: 'active', groups: {} } } },
  };
  return [
    { ...account, moodle_id: 100 + Number(id), status: 'synced' },
    { ...enrolments, ...noted, status: 'synced' },
  ];
}

const all = [quietCourse(physics, 1), quietCourse(law, 2), ...graduate('1', physics), ...graduate('2', law)];

async function planned(pull: PullName, isByHand: boolean): Promise<unknown[]> {
  const mappings = {
    getMany: async () => new Map(),
    page: async (_instance: string, { from }: { from: string }) => ({
      mappings: all.filter(({ idnumber }) => idnumber.startsWith(from)),
      after: undefined,
    }),
  };
  const ports = {
    mappings: onlyCourses(mappings, ({ moodle_id }) => moodle_id === 1),
    clock: { now: () => now },
    isByHand,
  } as unknown as PlanPorts;
  const tasks: unknown[] = [];
  for await (const task of pullServices[pull].plan(instance, ports)) tasks.push(task);
  return tasks;
}

describe('a pull of one course that an operator asks for', () => {
  it('asks for everything in it, and for nothing else', async () => {
    expect(await planned('gradebook', true)).toEqual([
      { courses: [{ idnumber: physics, moodle_id: 1, digest: 'x' }] },
    ]);
    expect(await planned('completion', true)).toEqual([{ students: [{ id: '1', moodle_id: 101 }] }]);
    // Without what was noted, the course is looked at anew.
    expect(await planned('attendance', true)).toEqual([
      { courses: [{ idnumber: physics, moodleId: 1, state: undefined, extraData: undefined }] },
    ]);
  });

  it('is left to another hour, or left out, by the schedules', async () => {
    expect(await planned('completion', false)).toEqual([]);
    expect(await planned('attendance', false)).toEqual([]);
  });
});
