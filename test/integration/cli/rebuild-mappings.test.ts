import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RebuildEntry } from '#cli/commands/rebuild-mappings/rebuild.ts';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import {
  batch,
  department,
  enrolment,
  faculty,
  isWrite,
  type Kit,
  line,
  program,
  register,
  session,
  sheet,
  startKit,
  student,
  subject,
} from '../kit.ts';
import { sweep, unnoticed } from '../sweep/support.ts';
import { runCli } from './run-cli.ts';

type Rebuilt = { is_dry_run: boolean; instances: Extract<RebuildEntry, { status: 'rebuilt' }>[] };

/**
 * What a mapping says of Moodle, without when and how often it was written. What was pushed before a record became
 * invalid cannot be known any more.
 */
function essence(mappings: Map<string, Mapping>): Record<string, unknown> {
  const rows = [...mappings].map(([idnumber, row]) => {
    const { moodle_id, sync_hash, active, status } = row;
    return [idnumber, { moodle_id, active, status, ...(status === 'synced' && { sync_hash }) }];
  });
  return Object.fromEntries(rows);
}

describe('rebuild-mappings', () => {
  let kit: Kit;
  let before: Map<string, Mapping>;
  beforeAll(async () => {
    kit = await startKit({ instances: [{ sync_attendance_from: 'oec' }] });
    await kit.sync(
      ...[department(1), department(2, { parent_id: [1, 'Department 1'] })],
      program(1, { department_id: [2, 'Department 2'], subject_ids: [1, 2, 3] }),
      ...[subject(1), subject(2), subject(3), batch(1, 1), batch(2, 1), faculty(1), session(1, 1, 1, 1)],
      ...[1, 2, 3, 4, 5, 6].map((id) => student(id)),
      ...[1, 2, 3, 4, 5, 6].map((id) => enrolment(id, id, 1, 1)),
      ...[register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present')],
    );
    // Hidden, archived, finished, deleted, invalid.
    await kit.put(program(1, { department_id: [2, 'Department 2'], subject_ids: [1, 2] }));
    await kit.put(student(2, { active: false }), enrolment(3, 3, 1, 1, { state: 'finished' }));
    await kit.put(student(6, { email: 'nobody' }));
    await kit.syncDeletion(student(4), enrolment(4, 4, 1, 1));
    await sweep(kit, ['structure', 'students', 'teachers', 'attendance']);
    before = await kit.mappings();
  });
  afterAll(() => kit.stop());

  const lose = async (idnumbers: string[]) => {
    const table = mappingsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    await table.remove('demo', idnumbers);
  };
  const rebuild = async (...args: string[]) => {
    const run = await runCli(kit, ['rebuild-mappings', '--json', ...args]);
    expect(run.code).toBe(0);
    return run.json<Rebuilt>();
  };

  it('asks before it stores anything, and stores nothing in a dry run', async () => {
    await lose([...before.keys()]);
    expect(await runCli(kit, ['rebuild-mappings'])).toMatchObject({ code: 64, stdout: '' });
    expect(await rebuild('--dry-run')).toMatchObject({ is_dry_run: true, instances: [{ stored: 0 }] });
    expect((await kit.mappings()).size).toBe(0);
  });

  it('finds all mappings of a lost table, so that sweeps have nothing to write', async () => {
    const calls = await kit.site().callsDuring(async () => {
      const { instances } = await rebuild('--yes');
      expect(instances).toMatchObject([{ instance: 'demo', unasked: [], unclear: [] }]);
      const services = instances[0]!.services.filter(
        (each) => each.with_differences + each.not_in_moodle > 0,
      );
      // The one whose record is invalid.
      expect(services).toMatchObject([{ service: 'students', with_differences: 1, not_in_moodle: 0 }]);
      await sweep(kit, ['structure', 'students', 'teachers', 'attendance']);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(essence(await kit.mappings())).toEqual(essence(before));
    const { holds } = await kit.system.instances.getBrake('demo', 'students');
    expect(holds).toBe([...before.values()].filter((row) => row.service === 'students' && row.active).length);
  });

  it('has the next sweep push what differs, and leaves mappings that lead somewhere', async () => {
    const { client, moodle } = kit.site();
    const { id } = moodle.siteState.userByIdnumber('oec_student_1')!;
    await updateUsers(client, [{ id, lastname: 'Married' }]);
    await unnoticed(kit, () => kit.put(enrolment(1, 1, 1, 2)));
    await lose(['oec_student_1', 'oec_student_1@enrolments', 'oec_dept_1']);
    const { instances } = await rebuild('--yes');
    expect(instances[0]!.stored).toBe(3);
    const counts = Object.fromEntries(instances[0]!.services.map((each) => [each.service, each]));
    expect(counts.students).toMatchObject({ synced: 0, with_differences: 1, already_there: 5 });
    expect(counts.enrolments).toMatchObject({ synced: 0, with_differences: 1 });
    expect(counts.departments).toMatchObject({ synced: 1, already_there: 1 });
    expect(counts.batches).toMatchObject({ synced: 0, already_there: 6 });
    await sweep(kit);
    expect((await kit.site().user('oec_student_1'))?.lastname).toBe('Number1');
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_1')).toBe(
      'student in oec_batch_1 oec_batch_2',
    );
  });

  it('claims nothing any more of what it does not find, where all is to be found anew', async () => {
    const { moodle } = kit.site();
    const [one, two] = ['oec_subj_1_course_1', 'oec_subj_2_course_1'] as const;
    const idOf = async (idnumber: string) => (await kit.mapping(idnumber))!.moodle_id!;
    const everybody = await kit.site().participants(one);
    teacherOf(moodle).resetCourse(await idOf(one));
    teacherOf(moodle).deleteCourse(await idOf(two));
    const { instances } = await rebuild('--force', '--yes');
    const missing = instances[0]!.services.filter((each) => each.not_in_moodle > 0);
    expect(missing.map(({ service }) => service)).toEqual(
      expect.arrayContaining(['subjects', 'batches', 'teaching']),
    );
    await sweep(kit);
    await kit.settle();
    // Who had left is in no course any more, nor in the group of an earlier batch.
    const stays = Object.entries(everybody).filter(([, place]) => !place.startsWith('suspended'));
    expect(await kit.site().participants(one)).toEqual({
      ...Object.fromEntries(stays),
      oec_student_1: 'student in oec_batch_2',
    });
    expect(await kit.site().participant(two, 'oec_student_1')).toMatch(/^student in /);
  });

  it('names what is there twice as that, and leads the mapping to the one in use', async () => {
    const { courses } = kit.site().moodle.siteState;
    const idnumber = 'oec_subj_1_course_1';
    const used = kit.site().moodle.siteState.courseByIdnumber(idnumber)!;
    const { id: empty } = courses.insert(used);
    await lose([idnumber]);
    const { instances } = await rebuild('--yes');
    expect(instances[0]).toMatchObject({ stored: 1, unclear: [], twins: [{ idnumber, code: 'twins' }] });
    const { reason } = instances[0]!.twins[0]!;
    expect(reason).toContain(`${empty} (0 people, 0 activities). ${used.id} is the one in use.`);
    expect((await kit.mapping(idnumber))?.moodle_id).toBe(used.id);
  });
});
