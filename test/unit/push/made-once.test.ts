import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { newMapping } from '#shared/moodle/mappings/mapping.ts';
import { claimFrom } from '#shared/sync/units/claim.ts';
import { batch, department, enrolment, program, student, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

const course = 'oec_subj_1_course_1';
const group = `oec_batch_1@${course}`;
const people = Array.from({ length: 4 }, (_, index) => index + 1);

let kit: PushKit;
beforeEach(async () => {
  kit = await PushKit.start();
  // A new program with its department, subject, batch and students; no unit is queued for them.
  await kit.put(
    department(1),
    program(1, { department_id: 1, subject_ids: [1] }),
    subject(1),
    batch(1, 1),
    ...people.map((id) => student(id)),
    ...people.map((id) => enrolment(id, id, 1, 1)),
  );
  kit.forgetQueue();
});
afterEach(() => kit[Symbol.asyncDispose]());

/** Calls that make something, and how many items each function has made in all. */
function made(): Record<string, number> {
  const calls = kit.moodle.calls.filter((call) => call.ok && call.function.includes('_create_'));
  return Object.fromEntries(
    [...Map.groupBy(calls, (call) => call.function)].map(([name, own]) => [
      name,
      own.reduce((sum, { items }) => sum + items, 0),
    ]),
  );
}

/** Lets calls that make something go on only once `open` is called. */
function gate(functionName: string) {
  const opening = Promise.withResolvers<void>();
  const arriving = Promise.withResolvers<void>();
  kit.moodle.configure({
    beforeCommit: async (name) => {
      if (name !== functionName) return;
      arriving.resolve();
      await opening.promise;
    },
  });
  return { arrived: arriving.promise, open: opening.resolve };
}

describe('several workers on a new university', () => {
  it('make everything once, however the units meet', async () => {
    await kit.workAtOnce(
      ['departments', 1],
      ['programs', 1],
      ['subjects', 1],
      ['batches', 1],
      ['students', ...people],
      ['enrolments', ...people],
      ['enrolments', ...people],
    );
    await kit.settle();
    expect(made()).toEqual({
      core_course_create_categories: 2,
      core_course_create_courses: 1,
      core_group_create_groups: 1,
      core_user_create_users: 4,
    });
    expect(kit.troubles()).toEqual({});
    const [only] = kit.moodle.siteState.groups.all();
    expect(kit.moodle.siteState.groupMembers(only!.id)).toHaveLength(people.length);
  });

  it.each([
    ['core_course_create_categories', 'programs', 2],
    ['core_course_create_courses', 'subjects', 1],
    ['core_group_create_groups', 'batches', 1],
    ['core_user_create_users', 'students', 1],
  ] as const)(
    'have %s called by one where two are at it at the same moment',
    async (name, service, times) => {
      const { arrived, open } = gate(name);
      const first = kit.workAtOnce([service, 1]);
      await arrived;
      const second = kit.workAtOnce([service, 1]);
      open();
      await Promise.all([first, second]);
      await kit.settle();
      expect(made()[name]).toBe(times);
      expect(kit.troubles()).toEqual({});
    },
  );
});

describe('what another worker is making', () => {
  const row = newMapping('demo', course, 'subjects', { model: 'op.subject', id: '1' });
  const claim = () => kit.mappings.save({ ...row, claimed_until: claimFrom(kit.clock.now()) });

  it('is waited for without a call, an attempt, or many rounds in the queue', async () => {
    await claim();
    await kit.workAtOnce(['enrolments', 1]);
    expect(made()).not.toHaveProperty('core_course_create_courses');
    expect(kit.mapping('oec_student_1@enrolments')).toMatchObject({
      status: 'waiting',
      attempts: 0,
      failure: { waits_for: expect.arrayContaining([course]) },
    });
    // The worker that held the claim has died: nobody releases what waits.
    let rounds = 0;
    for (let [next] = kit.waiting(); next; [next] = kit.waiting(), rounds += 1) {
      expect(next.unit.waited ?? 0).toBeLessThanOrEqual(3);
      await kit.advance(next.seconds * 1000);
    }
    expect(rounds).toBeLessThanOrEqual(8);
    expect(made().core_course_create_courses).toBe(1);
    expect(kit.troubles()).toEqual({});
  });

  it('is not made once more by a worker that has read too early, and the mapping stays', async () => {
    const { arrived, open } = gate('core_course_create_categories');
    const late = kit.workAtOnce(['subjects', 1]);
    await arrived;
    // The late one goes by a table without the course. Now another worker has made it, and people are in it.
    const names = { fullname: 'Subject 1', shortname: 'other', idnumber: 'other', categoryid: 1 };
    const [other] = await createCourses(kit.site.client, [names]);
    await kit.mappings.save({ ...row, status: 'synced', moodle_id: other!.id });
    open();
    await late;
    expect(made().core_course_create_courses).toBe(1);
    expect(kit.mapping(course)?.moodle_id).toBe(other!.id);
  });

  it('is looked at ever less often', async () => {
    const delays: number[] = [];
    for (const waited of [undefined, 1, 2, 3]) {
      await kit.mappings.remove('demo', [course]);
      await claim();
      await kit.workOff({ instance: 'demo', service: 'subjects', ids: ['1'], ...(waited && { waited }) });
      delays.push(...kit.waiting().map(({ seconds }) => seconds));
      kit.forgetQueue();
    }
    expect(delays).toEqual([15, 60, 300, 300]);
  });

  it('stays claimed where the answer to the call was lost: Moodle may still be at it', async () => {
    kit.moodle.intercept(async (call, proceed) => {
      const answer = await proceed();
      return call.function === 'core_group_create_groups' ? { kind: 'reset' } : answer;
    });
    await kit.workAtOnce(['batches', 1]);
    const lost = kit.mapping(group);
    expect(lost).toMatchObject({ status: 'failed', failure: { class: 'unreachable' } });
    expect(Date.parse(lost!.claimed_until!)).toBeGreaterThan(kit.clock.now());
  });
});
