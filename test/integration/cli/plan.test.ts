import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanEntry } from '#cli/commands/plan/plan.ts';
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

type Plan = { instances: PlanEntry[]; unreadable: string[] };
type Planned = Extract<PlanEntry, { status: 'planned' }>;

const university = [
  department(1),
  program(1, { department_id: [1, 'Department 1'], subject_ids: [1, 2] }),
  ...[subject(1), subject(2), batch(1, 1)],
  ...[student(1), student(2), student(3), student(4), faculty(1)],
  ...[1, 2, 3, 4].map((id) => enrolment(id, id, 1, 1)),
  session(1, 1, 1, 1),
  ...[register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'), line(2, 1, 2, 'late')],
];

describe('plan', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({
      instances: [
        { id: 'branch', status: 'disabled', scope: { departments: ['9'] } },
        { id: 'demo', brake: { share: 0, minimum: 1 }, sync_attendance_from: 'oec' },
      ],
    });
    kit.expectErrors(/The brake is on/);
    await unnoticed(kit, () => kit.put(...university));
    await kit.configure('branch', { status: 'active' });
  });
  afterAll(() => kit.stop());

  const site = () => kit.site('demo');
  const planOf = async (...args: string[]) => {
    const run = await runCli(kit, ['plan', '--json', ...args]);
    const { instances } = run.json<Plan>();
    return { run, demo: instances.find(({ instance }) => instance === 'demo') as Planned, instances };
  };

  it('says what the first push would do, and does none of it', async () => {
    const calls = await site().callsDuring(async () => {
      const { run, demo, instances } = await planOf();
      expect(run.code).toBe(2);
      expect(run.stdout).not.toContain('@example.org');
      expect(instances).toMatchObject([{ instance: 'branch', would_change: false, services: [] }, {}]);
      expect(demo).toMatchObject({ status: 'planned', passwords_by_mail: 5, brakes: [], failures: [] });
      const counts = Object.fromEntries(demo.services.map(({ service, created }) => [service, created]));
      expect(counts).toEqual({
        ...{ departments: 1, programs: 1, subjects: 2, batches: 2, students: 4, faculty: 1 },
        ...{ enrolments: 4, teaching: 1, attendance: 1 },
      });
      const changesOf = (name: string) => demo.services.find(({ service }) => service === name)?.changes;
      expect(changesOf('enrolments')).toEqual({ enrol: 8, join_group: 8 });
      expect(changesOf('attendance')).toEqual({ add_activity: 1, add_session: 1, mark: 1 });
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect((await kit.mappings()).size).toBe(0);
  });

  it('shows fields and addresses where details are asked for, of one model with what it needs', async () => {
    const { code, stdout } = await runCli(kit, [
      ...['plan', '--instance', 'demo', '--model', 'op.student', '--details'],
    ]);
    expect(code).toBe(2);
    expect(stdout).toContain('4 people would get a password by mail.');
    expect(stdout).toContain('oec_student_1: create\n  username: — → student1@example.org\n');
    expect(stdout).not.toContain('teacher1@example.org');
  });

  it('finds nothing to do after the push', async () => {
    await sweep(kit, ['structure', 'students', 'teachers', 'attendance']);
    expect(await kit.troubles()).toEqual({});
    const { run, demo } = await planOf('--instance', 'demo');
    expect(run.code).toBe(0);
    expect(demo).toMatchObject({ would_change: false, services: [], passwords_by_mail: 0 });
  });

  it('tells of changes, of what the brake holds and of what fails; and names a Moodle that is away', async () => {
    await unnoticed(kit, async () => {
      await kit.put(student(1, { active: false }), student(2, { active: false }));
      await kit.put(student(3, { email: 'nobody' }), student(4, { last_name: 'Renamed' }));
      await kit.put(line(1, 1, 1, 'absent'));
    });
    await kit.site('branch').moodle.stop();
    const { run, demo, instances } = await planOf('--details');
    expect(run.code).toBe(1);
    expect(instances[0]).toMatchObject({ instance: 'branch', status: 'unknown' });
    expect(run.stdout).toContain('No answer from Moodle to core_webservice_get_site_info');
    const ofService = (name: string) => demo.services.find(({ service }) => service === name);
    expect(ofService('students')).toMatchObject({ changed: 1, held: 2, failed: 1, suspended: 0 });
    expect(demo.brakes).toMatchObject([
      { service: 'students', is_on_already: false, held: 2, limit: 1 },
      { service: 'enrolments', held: 2 },
    ]);
    expect(demo.failures).toMatchObject([{ idnumber: 'oec_student_3', status: 'invalid', is_new: true }]);
    expect(demo.changes).toEqual([
      {
        ...{ service: 'students', idnumber: 'oec_student_4', kind: 'change' },
        fields: [{ field: 'lastname', now: 'Number4', planned: 'Renamed' }],
      },
      {
        ...{ service: 'attendance', idnumber: 'oec_sheet_1', kind: 'mark' },
        fields: [{ field: 'oec_student_1', now: 'P', planned: 'A' }],
      },
    ]);
  });

  it('refuses an instance that is not registered', async () => {
    const { code, stderr } = await runCli(kit, ['plan', '--instance', 'elsewhere']);
    expect(code).toBe(1);
    expect(stderr).toBe('There is no instance elsewhere.\nThere is branch, demo.\n');
  });
});
