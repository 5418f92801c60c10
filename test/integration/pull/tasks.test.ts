import { describe, expect, it } from 'vitest';
import { pullNames } from '#shared/moodle/pulls/pull-ports.ts';
import { type Kit, startKit } from '#test/integration/kit.ts';
import { countByFunction } from '#test/integration/reliability/support.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { courseId, hour, monday, pull, pulled, sendTask, studying, userId } from './support.ts';

const report = 'gradereport_user_get_grade_items';

/** A student with a grade that has not been pulled. @returns a task that fetches it */
async function gradedStudent(kit: Kit) {
  await studying(kit, 1);
  const id = await courseId(kit);
  const { gradebook } = teacherOf(kit.site().moodle);
  const item = gradebook.addItem(id, { name: 'Oral exam' });
  gradebook.grade(item, await userId(kit, 1), 60, { at: monday });
  return { pull: 'gradebook', courses: [{ idnumber: 'oec_subj_1_course_1', moodle_id: id }] } as const;
}

const pullFailures = (kit: Kit) => kit.cloud.queueMessages(kit.cloud.resource('PullFailuresQueue'));

describe('a pull task', () => {
  it('that gets no answer comes back, and is left in PullFailures in the end', async () => {
    await using kit = await startKit();
    kit.expectErrors(/Task not worked off/);
    const task = await gradedStudent(kit);
    const end = kit.site().moodle.intercept(faults.htmlPage(503));
    const calls = await kit.site().callsDuring(async () => {
      await sendTask(kit, task);
      await kit.settle();
      await kit.advance(3 * hour);
    });
    expect(countByFunction(calls)[report]).toBe(5);
    expect((await pullFailures(kit)).map(({ body }) => JSON.parse(body))).toMatchObject([task]);
    end();
    // What was not fetched is planned anew.
    await pull(kit, 'gradebook');
    expect(await pulled(kit, 'op.result.line')).toHaveLength(1);
  });

  it('is left to a later plan where it waited too long, and asks nothing of a Moodle that is away', async () => {
    await using kit = await startKit();
    const task = await gradedStudent(kit);
    const calls = await kit.site().callsDuring(async () => {
      await sendTask(kit, { ...task, planned_at: kit.cloud.clock.now() - 2.5 * hour });
      await kit.settle();
      const { revision } = await kit.system.instances.getBreaker('demo');
      const opened = { revision, failures: 3, probes: 0, opened_at: kit.cloud.clock.now(), probe_at: 9e15 };
      await kit.system.instances.saveBreaker('demo', opened);
      await sendTask(kit, task);
      await pull(kit, 'gradebook');
    });
    expect(countByFunction(calls)[report]).toBeUndefined();
    expect(await pullFailures(kit)).toEqual([]);
  });
});

describe('the schedules', () => {
  it('pull everything each hour, and a push and a pull cause no work for each other', async () => {
    await using kit = await startKit({ schedules: 'all' });
    await gradedStudent(kit);
    const planned = () =>
      kit.cloud
        .logs('pull-planner')
        .flatMap((line) => /"message":"Pull planned".*"pull":"(\w+)"/.exec(line)?.[1] ?? []);
    const units = () =>
      kit.cloud.logs('push-worker').filter((line) => line.includes('Unit worked off')).length;
    const before = units();
    // The embedded cloud lets the first turn of a schedule pass.
    await kit.advance(2 * hour);
    expect(new Set(planned())).toEqual(new Set(pullNames));
    expect(await pulled(kit, 'op.result.line')).toHaveLength(1);
    expect(units()).toBe(before);
  });
});
