import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trial } from '#cli/commands/instance/try.ts';
import type { PlanEntry } from '#cli/commands/plan/plan.ts';
import type { RebuildEntry } from '#cli/commands/rebuild-mappings/rebuild.ts';
import { createUsers, updateUsers } from '#shared/moodle/functions/users.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { runCli } from '../cli/run-cli.ts';
import { exportAll, recordOf } from '../erp/export-support.ts';
import { School } from '../erp/school.ts';
import {
  batch,
  enrolment,
  faculty,
  isWrite,
  type Kit,
  program,
  session,
  startKit,
  student,
  subject,
} from '../kit.ts';
import { monday, pull, pulled } from '../pull/support.ts';
import { countByFunction, killAtFirst, range, untilRedelivered } from '../reliability/support.ts';
import { queued, sweep, unnoticed } from '../sweep/support.ts';

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
    expect(queued(await sweep(kit, ['students']))).toEqual({});
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

describe('what goes by ID numbers, where the instance gives them', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [templates], schedules: 'none' });
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1), faculty(1), session(1, 1, 1, 1)],
      ...[1, 2, 3].flatMap((id) => [student(id), enrolment(id, id, 1, 1)]),
    );
    expect(await kit.troubles()).toEqual({});
  });
  afterAll(() => kit.stop());

  const idOf = async (idnumber: string) => (await kit.mapping(idnumber))!.moodle_id!;
  const json = async <Data>(...args: string[]) => (await runCli(kit, [...args, '--json'])).json<Data>();
  const lose = (...idnumbers: string[]) =>
    mappingsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName')).remove(
      'demo',
      idnumbers,
    );

  it('rebuild-mappings finds all of a lost table, by either number', async () => {
    const before = await kit.mappings();
    const essence = (rows: typeof before) =>
      [...rows.values()].map(({ idnumber, moodle_id, sync_hash, active }) => ({
        idnumber,
        moodle_id,
        sync_hash,
        active,
      }));
    await lose(...before.keys());
    const { instances } = await json<{ instances: Extract<RebuildEntry, { status: 'rebuilt' }>[] }>(
      'rebuild-mappings',
      '--yes',
    );
    expect(instances).toMatchObject([{ unasked: [], unclear: [] }]);
    expect(instances[0]!.services.filter((each) => each.with_differences + each.not_in_moodle > 0)).toEqual(
      [],
    );
    expect(essence(await kit.mappings())).toEqual(essence(before));

    // In the middle of a switch some have the link's own number still.
    await updateUsers(kit.site().client, [{ id: await idOf('oec_student_2'), idnumber: 'oec_student_2' }]);
    await lose('oec_student_2', 'oec_student_2@enrolments');
    await json('rebuild-mappings', '--yes');
    expect(await idOf('oec_student_2')).toBe(before.get('oec_student_2')!.moodle_id);
    await sweep(kit);
    expect((await kit.site().user('GR-2'))?.id).toBe(before.get('oec_student_2')!.moodle_id);
    expect(kit.site().moodle.siteState.usersByIdnumber('oec_student_2')).toEqual([]);
    expect(await kit.site().participant(course, 'GR-2')).toBe('student in oec_batch_1');
  });

  it('the comparison finds a number and a username that were changed, and writes them again', async () => {
    expect(await json('drift')).toMatchObject({ instances: [{ findings: [] }] });
    const id = await idOf('oec_student_1');
    await updateUsers(kit.site().client, [{ id, idnumber: 'mine', username: 'mine' }]);
    const { instances } = await json<{ instances: { findings: { about: string }[] }[] }>(
      'drift',
      '--repair',
      '--yes',
    );
    expect(instances[0]!.findings.map(({ about }) => about)).toEqual(['user.idnumber', 'user.username']);
    await kit.settle();
    expect(await kit.site().user('GR-1')).toMatchObject({ id, username: 'gr-1' });
  });

  it('explain knows the account, and plan has nothing to say', async () => {
    expect((await runCli(kit, ['explain', 'student', '1'])).stdout).toContain('is there and active');
    const { instances } = await json<{ instances: PlanEntry[] }>('plan');
    expect(instances[0]).toMatchObject({ status: 'planned', services: expect.anything() });
    expect(JSON.stringify(instances[0])).not.toContain('"change":1');
  });

  it('plan shows in advance whose names are taken', async () => {
    // A number of one student's, and a username of an account that is none of the ERP's.
    const stranger = { username: 'gr-8', firstname: 'S', lastname: 'T', email: 's@example.org' };
    await createUsers(kit.site().client, [{ ...stranger, password: 'Good-password-1' }]);
    await unnoticed(kit, () => kit.put(student(7, { gr_no: 'GR-1' }), student(8)));
    const { instances } = await json<{ instances: Extract<PlanEntry, { status: 'planned' }>[] }>('plan');
    const failures = instances[0]!.failures.map(({ idnumber, code }) => [idnumber, code]);
    expect(failures).toEqual([
      ['oec_student_7', 'numbertaken'],
      ['oec_student_8', 'usernametaken'],
    ]);
    await unnoticed(kit, () => kit.delete(student(7), student(8)));
  });

  it('instance try shows both names', async () => {
    const { fields } = await json<Trial>(
      'instance',
      'try',
      'demo',
      'op.student',
      '1',
      'id_numbers.students=N{student.id}',
    );
    const of = (name: string) => fields.find(({ field }) => field === name);
    expect(of('idnumber')).toMatchObject({ now: 'GR-1', current: 'GR-1', changed: 'N1' });
  });

  it('person find knows people by what the templates name', async () => {
    await kit.configure('demo', { ...templates, id_numbers: { students: '{student.x_matricula}' } });
    await kit.put(student(9, { x_matricula: 'M-9', active: false }));
    expect((await runCli(kit, ['person', 'find', 'm-9'])).stdout).toContain('oec_student_9');
    await kit.configure('demo', templates);
  });

  it('adopt matches accounts that have the numbers already, and writes the instance’s', async () => {
    const { client } = kit.site();
    const [one, two] = [await idOf('oec_student_1'), await idOf('oec_student_2')];
    await lose('oec_student_1', 'oec_student_2');
    await updateUsers(client, [
      { id: one, email: 'earlier@example.org' },
      { id: two, idnumber: '', username: 'earlier' },
    ]);
    const { counts } = await json<{ counts: Record<string, unknown> }>(
      'adopt',
      '--instance',
      'demo',
      '--apply',
    );
    expect(counts.account).toMatchObject({ adopted: 4 });
    await sweep(kit);
    expect([await idOf('oec_student_1'), await idOf('oec_student_2')]).toEqual([one, two]);
    expect(await kit.site().user('GR-1')).toMatchObject({ id: one, email: 'student1@example.org' });
    expect(await kit.site().user('GR-2')).toMatchObject({ id: two, username: 'gr-2' });
    expect(await kit.troubles()).toEqual({});
  });

  it('grades come back to the students, and are gone again', async () => {
    const { gradebook } = teacherOf(kit.site().moodle);
    const column = gradebook.addItem(await idOf(course), { name: 'Oral', grademax: 20 });
    const grade = async (value: number | null) =>
      gradebook.grade(column, await idOf('oec_student_1'), value, { at: monday });
    const lines = async () =>
      (await pulled(kit, 'op.result.line')).map(({ student_id, withdrawn }) => [student_id, withdrawn]);
    await grade(14);
    await pull(kit, 'gradebook');
    expect(await lines()).toEqual([[1, false]]);
    await grade(null);
    await pull(kit, 'gradebook');
    expect(await lines()).toEqual([[1, true]]);
  });
});

describe('the login of the user in OpenEduCat', () => {
  it('is the username, and follows where the instance says so; who has no user is held', async () => {
    const settings = {
      usernames: { students: '{student.login}' },
      field_ownership: { 'user.username': 'erp' },
    };
    await using kit = await startKit({ schedules: 'none', erp: {}, instances: [settings] });
    const { registrar } = kit.erp;
    const user = registrar.create('res.users', { name: 'Ana', login: 'Ana.S' });
    const school = new School(kit.erp, 2);
    const [one, two] = school.students as [number, number];
    registrar.write('op.student', one, { user_id: user });
    await exportAll(kit);
    expect(await kit.site().user(`oec_student_${one}`)).toMatchObject({ username: 'ana.s' });
    expect(await kit.troubles()).toMatchObject({ [`oec_student_${two}`]: 'invalid: required' });
    expect(await recordOf(kit, 'op.student', one)).not.toHaveProperty('user_id');
    registrar.write('res.users', user, { login: 'ana.sample' });
    await exportAll(kit);
    expect(await kit.site().user(`oec_student_${one}`)).toMatchObject({ username: 'ana.sample' });
  });
});
