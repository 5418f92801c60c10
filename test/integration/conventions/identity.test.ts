import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanEntry } from '#cli/commands/plan/plan.ts';
import { runCli } from '../cli/run-cli.ts';
import { batch, enrolment, isWrite, type Kit, program, startKit, student, subject } from '../kit.ts';
import { countByFunction, killAtFirst, range, untilRedelivered } from '../reliability/support.ts';
import { sweep } from '../sweep/support.ts';

const count = 2_000;
const ids = range(1, count);
const numberOf = (id: number) => `S-2026/${String(id).padStart(4, '0')}`;
const course = 'oec_subj_1_course_1';
const templates = {
  usernames: { students: '{student.gr_no}' },
  id_numbers: { students: '{student.gr_no}' },
  field_ownership: { 'user.username': 'erp' },
};
const withoutTemplates = { ...templates, usernames: {}, id_numbers: {} };

describe('2,000 students from the link’s own ID numbers and e-mail usernames to student numbers', () => {
  let kit: Kit;
  let accountIds: number[];
  beforeAll(async () => {
    kit = await startKit();
    await kit.sync(program(1, { subject_ids: [1] }), subject(1), batch(1, 1));
    await kit.sync(...ids.map((id) => student(id, { gr_no: numberOf(id) })));
    await kit.sync(...ids.map((id) => enrolment(id, id, 1, 1)));
    expect(await kit.troubles()).toEqual({});
    const { siteState } = kit.site().moodle;
    accountIds = ids.map((id) => siteState.userByIdnumber(`oec_student_${id}`)!.id);
  });
  afterAll(() => kit.stop());

  /** What Moodle has of the students: whose account is whose, under which names, and who is in the course. */
  function inMoodle() {
    const { siteState } = kit.site().moodle;
    const users = accountIds.map((id) => siteState.users.get(id)!);
    return {
      accounts: siteState.users.size,
      names: users.map(({ username, idnumber }) => `${username} ${idnumber}`),
      active: users.filter(({ suspended }) => !suspended).length,
      enrolments: siteState.enrolments.size,
    };
  }

  /** Has sweeps find what differs, and kills all workers at several points, until nothing is left to be done. */
  async function goThrough(): Promise<Record<string, number>> {
    const { moodle } = kit.site();
    const before = moodle.calls.length;
    const points = [
      ['before', 'core_user_update_users', 3],
      ['after', 'core_user_update_users', 10],
      ['before', 'core_user_update_users', 20],
      ['after', 'core_user_update_users', 30],
    ] as const;
    const kills = points.map(([when, name, nth]) => {
      let seen = 0;
      const kill = killAtFirst(kit, when, (call) => call.function === name && ++seen === nth);
      return { ...kill, undo: moodle.intercept(kill.interceptor) };
    });
    await sweep(kit, ['students']);
    // What was in flight comes back with the rest behind it.
    for (const _kill of kills) await kit.advance(untilRedelivered);
    const isKilled = await Promise.all(kills.map(({ killed }) => killed()));
    for (const { undo } of kills) undo();
    await sweep(kit, ['students']);
    expect(isKilled).toEqual([true, true, true, true]);
    expect(await kit.troubles()).toEqual({});
    return countByFunction(moodle.calls.slice(before).filter(isWrite));
  }

  it('is planned, gone through with workers killed, and taken back', async () => {
    const original = inMoodle();
    await kit.configure('demo', templates);
    const plan = (await runCli(kit, ['plan', '--json'])).json<{ instances: PlanEntry[] }>().instances[0];
    expect(plan).toMatchObject({ status: 'planned' });
    expect(JSON.stringify(plan)).toContain(`"change":${count}`);
    expect(inMoodle()).toEqual(original);

    const writes = await goThrough();
    console.info(`${count} switched, workers killed 4 times:`, writes);
    expect(Object.keys(writes)).toEqual(['core_user_update_users']);
    expect(writes.core_user_update_users).toBeLessThanOrEqual((60 * count) / 1000);
    expect(inMoodle()).toEqual({
      ...original,
      names: ids.map((id) => `${numberOf(id).toLowerCase().replace('/', '-')} ${numberOf(id)}`),
    });

    const people = Object.values(await kit.site().participants(course));
    expect(people.filter((place) => place === 'student in oec_batch_1')).toHaveLength(count);

    await kit.configure('demo', withoutTemplates);
    const back = await goThrough();
    expect(Object.keys(back)).toEqual(['core_user_update_users']);
    expect(back.core_user_update_users).toBeLessThanOrEqual((60 * count) / 1000);
    expect(inMoodle()).toEqual(original);
  });
});
