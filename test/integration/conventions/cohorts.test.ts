import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { batch, enrolment, isWrite, type Kit, program, startKit, student, subject } from '../kit.ts';
import { sweep } from '../sweep/support.ts';

const ofBatch = (id: number) => `oec_batch_${id}`;
const ofProgram = 'oec_course_1';

/** Names and members of the cohorts in Moodle, by their ID numbers; those that are hidden in brackets. */
function cohortsOf(kit: Kit): Record<string, string> {
  const { cohorts, cohortMembers, users } = kit.site().moodle.siteState;
  return Object.fromEntries(
    cohorts.all().map(({ id, idnumber, name, visible }) => {
      const members = cohortMembers
        .find('cohort', id)
        .map(({ userid }) => users.get(userid)!.idnumber.replace('oec_student_', ''))
        .sort();
      const shown = visible ? name : `(${name})`;
      return [idnumber, [shown, ...members].join(' ')];
    }),
  );
}

const university = [
  program(1, { subject_ids: [1] }),
  subject(1),
  ...[batch(1, 1), batch(2, 1)],
  ...[1, 2, 3].flatMap((id) => [student(id), enrolment(id, id, 1, 1)]),
];
const written = (calls: { function: string }[]) => calls.filter(isWrite).map((call) => call.function);

describe('an instance with cohorts of programs and batches', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [{ cohorts: 'both', brake: { share: 1, minimum: 1000 } }] });
    await kit.sync(...university);
  });
  afterAll(async () => {
    expect(await kit.troubles()).toEqual({});
    await kit.stop();
  });

  it('has the students who study in them, and sweeps find nothing to do', async () => {
    expect(cohortsOf(kit)).toEqual({
      [ofProgram]: 'Program 1 1 2 3',
      [ofBatch(1)]: 'Batch 1 (B1) 1 2 3',
      [ofBatch(2)]: 'Batch 2 (B2)',
    });
    const calls = await kit.site().callsDuring(async () => {
      await sweep(kit, ['structure', 'students']);
      await kit.sync(student(1), enrolment(1, 1, 1, 1));
    });
    expect(written(calls)).toEqual([]);
  });

  it('has a student change the batch with one call for each way, and leave with the enrolment', async () => {
    const calls = await kit.site().callsDuring(() => kit.sync(enrolment(2, 2, 1, 2)));
    expect(written(calls).filter((name) => name.includes('cohort'))).toEqual([
      'core_cohort_add_cohort_members',
      'core_cohort_delete_cohort_members',
    ]);
    await kit.sync(enrolment(3, 3, 1, 1, { state: 'finished' }));
    expect(cohortsOf(kit)).toMatchObject({
      [ofProgram]: 'Program 1 1 2',
      [ofBatch(1)]: 'Batch 1 (B1) 1',
      [ofBatch(2)]: 'Batch 2 (B2) 2',
    });
    await kit.sync(enrolment(2, 2, 1, 1), enrolment(3, 3, 1, 1));
  });

  it('keeps members whom somebody else has put in, and takes out those who are archived', async () => {
    const state = kit.site().moodle.siteState;
    const [cohort] = state.cohorts.find('idnumber', ofBatch(2));
    const stranger = state.userByUsername('admin')!;
    state.cohortMembers.insert({ cohortid: cohort!.id, userid: stranger.id });
    await kit.sync(enrolment(1, 1, 1, 2));
    await kit.sync(student(1, { active: false }));
    expect(state.cohortMembers.find('cohort', cohort!.id).map(({ userid }) => userid)).toEqual([stranger.id]);
    await kit.sync(student(1), enrolment(1, 1, 1, 1));
    expect(cohortsOf(kit)[ofBatch(1)]).toBe('Batch 1 (B1) 1 2 3');
  });

  it('renames a cohort, hides that of an archived batch and shows it when it is back', async () => {
    await kit.sync(batch(1, 1, { name: 'Class of 2027' }));
    expect(cohortsOf(kit)[ofBatch(1)]).toBe('Class of 2027 (B1) 1 2 3');
    await kit.sync(batch(1, 1, { name: 'Class of 2027', active: false }));
    expect(cohortsOf(kit)[ofBatch(1)]).toBe('(Class of 2027 (B1))');
    await kit.sync(batch(1, 1));
    expect(cohortsOf(kit)[ofBatch(1)]).toBe('Batch 1 (B1) 1 2 3');
  });

  it('makes a cohort again that somebody has deleted, with those who belong into it', async () => {
    const state = kit.site().moodle.siteState;
    const [cohort] = state.cohorts.find('idnumber', ofBatch(1));
    state.cohortMembers.deleteAll('cohort', cohort!.id);
    state.cohorts.delete(cohort!.id);
    await kit.sync(batch(1, 1, { name: 'Anew' }));
    expect(cohortsOf(kit)[ofBatch(1)]).toBe('Anew (B1) 1 2 3');
    const [again] = state.cohorts.find('idnumber', ofBatch(1));
    state.cohortMembers.deleteAll('cohort', again!.id);
    state.cohorts.delete(again!.id);
    await kit.sync(student(4), enrolment(4, 4, 1, 1));
    await kit.advance(3_600_000);
    expect(cohortsOf(kit)[ofBatch(1)]).toBe('Anew (B1) 1 2 3 4');
    await kit.sync(enrolment(4, 4, 1, 1, { state: 'finished' }), batch(1, 1));
  });

  it('is called as the groups and the category are', async () => {
    await kit.configure('demo', {
      names: { group: '{batch.code} of {program.name}', program_category: '{program.code}' },
    });
    await sweep(kit, ['structure', 'students']);
    expect(cohortsOf(kit)).toMatchObject({
      [ofProgram]: 'P1 1 2 3',
      [ofBatch(1)]: 'B1 of Program 1 1 2 3',
    });
    await kit.configure('demo', { names: {} });
    await sweep(kit, ['structure', 'students']);
  });

  it('brings back whom somebody has taken out, and a cohort that somebody has deleted', async () => {
    const state = kit.site().moodle.siteState;
    const [first] = state.cohorts.find('idnumber', ofBatch(1));
    const [program] = state.cohorts.find('idnumber', ofProgram);
    state.cohortMembers.deleteAll('cohort', first!.id);
    state.cohorts.delete(first!.id);
    const student = state.userByIdnumber('oec_student_3')!;
    state.cohortMembers.delete(state.cohortMember(program!.id, student.id)!.id);
    const found = await runCli(kit, ['drift', '--json', '--repair', '--yes']);
    const [{ findings }] = found.json<{ instances: { findings: object[] }[] }>().instances as [
      { findings: object[] },
    ];
    expect(findings).toMatchObject([
      { idnumber: 'oec_batch_1@cohort', kind: 'missing', action: 'push' },
      { idnumber: 'oec_student_3@enrolments', kind: 'not_in_group', about: 'oec_course_1@cohort' },
    ]);
    await kit.settle();
    expect(cohortsOf(kit)).toMatchObject({
      [ofProgram]: 'Program 1 1 2 3',
      [ofBatch(1)]: 'Batch 1 (B1) 1 2 3',
    });
    expect((await runCli(kit, ['drift'])).code).toBe(0);
  });

  it('is found again by the ID numbers when the mappings are lost, with nothing to be pushed', async () => {
    const before = await kit.mappings();
    const rebuilt = await runCli(kit, [
      'rebuild-mappings',
      '--instance',
      'demo',
      '--force',
      '--yes',
      '--json',
    ]);
    expect(rebuilt.stderr).toBe('');
    const after = await kit.mappings();
    for (const idnumber of ['oec_batch_1@cohort', 'oec_course_1@cohort', 'oec_student_1@enrolments'])
      expect(after.get(idnumber), idnumber).toMatchObject({
        ...(idnumber.endsWith('cohort') && { moodle_id: before.get(idnumber)!.moodle_id }),
        sync_hash: before.get(idnumber)!.sync_hash,
      });
    const joined = { 'oec_batch_1@cohort': 'member', 'oec_course_1@cohort': 'member' };
    expect(after.get('oec_student_1@enrolments')?.extra_data?.cohorts).toEqual(joined);
    const calls = await kit.site().callsDuring(() => sweep(kit, ['structure', 'students']));
    expect(written(calls).filter((name) => name.includes('cohort'))).toEqual([]);
  });

  it('leaves cohorts as they are that it is to have no more, and goes on where they are asked for again', async () => {
    await kit.configure('demo', { cohorts: 'programs' });
    await sweep(kit, ['structure', 'students']);
    await kit.sync(enrolment(2, 2, 1, 2));
    expect(cohortsOf(kit)[ofBatch(1)]).toBe('Batch 1 (B1) 1 2 3');
    await kit.configure('demo', { cohorts: 'none' });
    await sweep(kit, ['structure', 'students']);
    expect(cohortsOf(kit)[ofProgram]).toBe('Program 1 1 2 3');
    await kit.configure('demo', { cohorts: 'both' });
    await sweep(kit, ['structure', 'students']);
    expect(cohortsOf(kit)).toMatchObject({
      [ofBatch(1)]: 'Batch 1 (B1) 1 3',
      [ofBatch(2)]: expect.stringMatching(/^Batch 2 \(B2\) .*2$/),
    });
  });
});

it('takes cohorts into use in a Moodle that is there already, foreseen by a plan', async () => {
  await using kit = await startKit({ instances: [{}] });
  await kit.sync(...university);
  const state = kit.site().moodle.siteState;
  expect(state.cohorts.size).toBe(0);
  // One that somebody has made for it.
  state.cohorts.insert({ name: 'Our first batch', idnumber: ofBatch(1), visible: true });
  await kit.configure('demo', { cohorts: 'batches' });
  const plan = await runCli(kit, ['plan', '--json']);
  const { instances } = plan.json<{ instances: { services: { service: string; changes: object }[] }[] }>();
  const changes = instances[0]!.services.map(({ service, changes: each }) => [service, each]);
  expect(Object.fromEntries(changes)).toMatchObject({
    batch_cohorts: { create: 1, change: 1 },
    enrolments: { join_cohort: 3 },
  });
  const calls = await kit.site().callsDuring(() => sweep(kit, ['structure', 'students']));
  expect(written(calls)).toEqual([
    'core_cohort_create_cohorts',
    'core_cohort_create_cohorts',
    'core_cohort_update_cohorts',
    'core_cohort_add_cohort_members',
  ]);
  expect(cohortsOf(kit)).toEqual({ [ofBatch(1)]: 'Batch 1 (B1) 1 2 3', [ofBatch(2)]: 'Batch 2 (B2)' });
  const again = await runCli(kit, ['plan']);
  expect(again.code).toBe(0);
});

it('has the brake hold students who would leave cohorts in bulk, and none who change the batch', async () => {
  await using kit = await startKit({
    instances: [{ cohorts: 'batches', brake: { share: 0, minimum: 2 } }],
  });
  // No subject, so no courses: cohorts are all they are in.
  const students = [1, 2, 3].flatMap((id) => [student(id), enrolment(id, id, 1, 1)]);
  await kit.sync(program(1), batch(1, 1), batch(2, 1), ...students);
  expect(cohortsOf(kit)[ofBatch(1)]).toBe('Batch 1 (B1) 1 2 3');
  await kit.sync(...[1, 2, 3].map((id) => enrolment(id, id, 1, 2)));
  expect(cohortsOf(kit)[ofBatch(2)]).toBe('Batch 2 (B2) 1 2 3');
  kit.expectErrors(/The brake is on/);
  await kit.sync(batch(2, 1, { active: false }));
  expect(cohortsOf(kit)[ofBatch(2)]).toBe('(Batch 2 (B2)) 1 2 3');
  expect(await kit.mapping('oec_student_1@enrolments')).toMatchObject({ status: 'held' });
});
