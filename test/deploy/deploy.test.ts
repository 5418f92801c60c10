import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  student,
  subject,
} from '#test/integration/records.ts';
import { Site } from '#test/integration/site.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { DeployedSite } from './deployed-site.ts';
import { Deployment } from './deployment.ts';
import { Emulator } from './emulator.ts';
import { erpCases } from './erp-cases.ts';
import { type DeployedFunction, deployedFunctions, logLines } from './functions.ts';
import { Operator } from './operator.ts';
import { checkRetryRoles } from './retry-roles.ts';
import { runSchedules } from './run-schedules.ts';
import { stageCases } from './stage-cases.ts';
import { deployVersionBefore } from './version-before.ts';

const course = 'oec_subj_1_course_1';
const past = new Date(Date.now() - 60_000).toISOString();

/** A unit that waits for its Moodle, and a mapping of another one, as version 0.1.0 wrote them. */
const waitingUnit = {
  instance: 'main',
  idnumber: 'unit/00000000000000-1',
  unit: { service: 'students', ids: ['90'] },
};
const mappingBefore = {
  ...{
    instance: 'law',
    idnumber: 'oec_dept_7',
    service: 'departments',
    model: 'op.department',
    record_id: '7',
  },
  ...{ revision: 3, status: 'synced', active: true, moodle_id: 70, sync_hash: 'a1', last_pushed_at: past },
};
const tablesOf = (outputs: Record<string, string>) =>
  Object.fromEntries(Object.entries(outputs).filter(([key]) => key.endsWith('TableName')));

describe('the stack, deployed by cdk with IAM enforced', () => {
  let emulator: Emulator;
  let deployment: Deployment;
  let stack: DeployedSite;
  let operator: Operator;
  let functions: DeployedFunction[];
  let moodle: Site;
  let other: Site;
  let tablesBefore: Record<string, string>;

  beforeAll(async () => {
    moodle = new Site(await SimulatedMoodle.start());
    other = new Site(await SimulatedMoodle.start());
    emulator = await Emulator.start();
    deployment = new Deployment(emulator, {
      ...{ stage: 'trial', onRemoval: 'destroy', alarmEmail: 'operator@example.org', erp: '{}' },
    });
    await deployment.bootstrap();
    await deployVersionBefore(emulator, deployment);
    tablesBefore = tablesOf(deployment.outputs);
    const before = new DeployedSite(emulator, deployment);
    await before.write(student(90));
    await before.put('MappingsTableName', waitingUnit);
    await before.put('MappingsTableName', mappingBefore);
    await deployment.deploy();
    stack = new DeployedSite(emulator, deployment);
    functions = await deployedFunctions(emulator);
    operator = await Operator.of(emulator, deployment);
  });
  afterAll(async () => {
    await emulator?.stop();
    await stopErp();
    await moodle?.moodle.stop();
    await other?.moodle.stop();
  });

  const named = (logicalId: string) =>
    functions.filter(({ FunctionName }) => FunctionName.includes(logicalId));
  const logOf = async (logicalId: string) =>
    (await Promise.all(named(logicalId).map((each) => logLines(emulator, each)))).flat();
  /** Makes the next attempt of a failed student due, and sends the unit that a schedule or a delay would. */
  const retryNow = async (id: string, changes: object = {}) => {
    const mapping = await stack.mapping('main', `oec_student_${id}`);
    await stack.changeMapping('main', `oec_student_${id}`, { next_attempt_at: past, ...changes });
    await stack.sendUnit({
      instance: 'main',
      service: 'students',
      ids: [id],
      retry_of: [String(mapping?.failure_id)],
    });
  };

  /** Runs the operators' command with nothing but the policy that is made for it. */
  const operate = async (args: string[], input?: string) => {
    const run = await operator.run(['--stack', deployment.stack, ...args], input);
    expect(run.stdout + run.stderr).not.toMatch(/AccessDenied|not authorized/i);
    return run;
  };

  it('is operated with nothing but its policy for operators', async () => {
    const { token, url } = moodle.moodle;
    const add = ['instance', 'add', 'main', '--url', url, '--token-file', '-'];
    const added = await operate(add, token);
    expect(added, added.stderr).toMatchObject({ code: 0 });
    expect(added.stdout).toContain('oec-moodle/trial/main');
  });

  it('brings records that are written to the table to Moodle', async () => {
    await stack.write(
      department(1),
      program(1, { department_id: [1, 'Department 1'], subject_ids: [1] }),
      subject(1),
      batch(1, 1),
      student(1),
      faculty(1),
      session(1, 1, 1, 1),
      enrolment(1, 1, 1, 1),
    );
    await expect
      .poll(() => moodle.participants(course).catch(() => undefined), { timeout: 60_000, interval: 500 })
      .toEqual({ oec_student_1: 'student in oec_batch_1', oec_faculty_1: 'editingteacher' });
    expect(await moodle.category('oec_course_1')).toEqual({ name: 'Program 1', parent: 'oec_dept_1' });
    expect(await moodle.user('oec_student_1')).toMatchObject({ email: 'student1@example.org' });
  });

  it('has upgraded the version before it, with its tables, its mappings and what waited for a Moodle', async () => {
    expect(tablesOf(deployment.outputs)).toMatchObject(tablesBefore);
    const { instance, idnumber } = mappingBefore;
    expect(await stack.mapping(instance, idnumber)).toEqual(mappingBefore);
    await stack.untilMapping('main', 'oec_student_90', { status: 'synced' });
    expect(await moodle.user('oec_student_90')).toMatchObject({ email: 'student90@example.org' });
    expect(await stack.mapping('main', waitingUnit.idnumber)).toBeUndefined();
  });

  it('suspends an enrolment that is deleted from the table', async () => {
    await stack.delete(enrolment(1, 1, 1, 1));
    await expect
      .poll(() => moodle.participant(course, 'oec_student_1'), { timeout: 45_000, interval: 500 })
      .toMatch(/^suspended student/);
  });

  it('sends a retry of more than 15 minutes back through Scheduler', async () => {
    const heal = moodle.moodle.intercept(
      faults.times(2, 'core_user_create_users', faults.errorcode('invalidparameter')),
    );
    await stack.write(student(2));
    await stack.untilMapping('main', 'oec_student_2', { status: 'failed', attempts: 1 });
    await retryNow('2');
    await stack.untilMapping('main', 'oec_student_2', { status: 'failed', attempts: 2 });
    await expect.poll(() => stack.retries(), { timeout: 10_000 }).toHaveLength(1);
    heal();

    const [retry] = await stack.retries();
    const schedule = await stack.scheduler.send(new GetScheduleCommand(retry!));
    const due = Date.parse(`${schedule.ScheduleExpression?.slice(3, -1)}Z`) - Date.now();
    expect(due / 60_000).toBeGreaterThan(28);
    expect(due / 60_000).toBeLessThan(30.1);
    await checkRetryRoles(emulator, named('PushWorker')[0]?.Role ?? '', schedule);
    await stack.runSoon(schedule);
    await stack.untilMapping('main', 'oec_student_2', { status: 'synced' });
    expect(await stack.retries()).toEqual([]);
  });

  it('hands a record over to PermanentlyFailed after its last attempt', async () => {
    const heal = moodle.moodle.intercept(
      faults.times(2, 'core_user_create_users', faults.errorcode('invalidparameter')),
    );
    await stack.write(student(3));
    await stack.untilMapping('main', 'oec_student_3', { status: 'failed', attempts: 1 });
    await retryNow('3', { attempts: 4 });
    await stack.untilMapping('main', 'oec_student_3', { status: 'permanently_failed', attempts: 5 });
    heal();
    const { Messages = [] } = await stack.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: stack.output('PermanentlyFailedQueueUrl'),
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 10,
      }),
    );
    expect(Messages.map(({ MessageAttributes }) => MessageAttributes)).toMatchObject([
      { status: { StringValue: 'permanently_failed' }, record_id: { StringValue: '3' } },
    ]);
  });

  it('stops calling a Moodle that is away, and brings what failed once it is back', async () => {
    const heal = moodle.moodle.intercept(faults.htmlPage(503));
    for (const id of [11, 12, 13]) {
      await stack.write(student(id));
      await stack.untilMapping('main', `oec_student_${id}`, {
        status: 'failed',
        failure: { class: 'unreachable' },
      });
    }
    await expect
      .poll(() => stack.instance('main'), { timeout: 10_000 })
      .toMatchObject({ breaker: { opened_at: expect.any(Number) } });
    heal();
    const { breaker } = (await stack.instance('main')) ?? {};
    await stack.changeInstance('main', { breaker: { ...breaker, probe_at: Date.parse(past) } });
    // Any change has a worker probe; it may itself have to wait for the end of the probe.
    await stack.write(student(14));
    for (const id of [11, 12, 13]) {
      await stack.untilMapping('main', `oec_student_${id}`, { status: 'synced' });
      expect(await moodle.user(`oec_student_${id}`)).toBeDefined();
    }
  });

  const stopErp = erpCases(() => ({ emulator, stack, moodle, named }));

  it('does what its schedules start: health checks, and sweeps that find what was missed', async () => {
    await stack.loseMapping('main', 'oec_dept_1');
    const inputs = await runSchedules(emulator, stack);
    expect(inputs).toEqual(
      expect.arrayContaining([
        ...['{"task":"check"}', '{"sweep":"structure"}'],
        ...['{"task":"changes"}', '{"task":"all"}', '{"sweep":"import"}'],
      ]),
    );
    await stack.untilMapping('main', 'oec_dept_1', { status: 'synced' });
  });

  it('lets its operators look at everything, and change what is theirs', async () => {
    const report = await operate(['report', '--json']);
    expect(JSON.parse(report.stdout)).toMatchObject({ problems: [] });
    const doctor = await operate(['doctor', '--json']);
    const { checks } = JSON.parse(doctor.stdout) as { checks: { message: string }[] };
    expect(checks.filter(({ message }) => message.includes('could not be checked'))).toEqual([]);
    for (const args of [
      ['instance', 'set', 'main', 'stale_after_hours=5'],
      ['instance', 'pause', 'main'],
      ['instance', 'resume', 'main'],
      ['failures', 'list'],
      ['failures', 'retry', '--all'],
      ['erp', 'show'],
      ['explain', 'student', '2'],
      ['sync', 'push', '--instance', 'main', '--no-wait'],
      ['sync', 'pull', '--instance', 'main', '--timeout', '20s'],
    ])
      expect((await operate(args)).code, args.join(' ')).not.toBe(64);
  });

  it('was denied nothing until here', async () => {
    const lines = await logOf('');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => /AccessDenied|not authorized/i.test(line)).slice(0, 5)).toEqual([]);
  });

  it('cannot read a secret that is not a token of an instance', async () => {
    const { token } = other.moodle;
    await stack.register(instance('other', other, 'elsewhere/other'), token);
    // One that the ERP does not have: it writes the others itself, each minute.
    await stack.write(department(9));
    await stack.untilMapping('main', 'oec_dept_9', { status: 'synced' });
    await expect
      .poll(() => logOf('PushWorker'), { timeout: 30_000, interval: 500 })
      .toContainEqual(expect.stringMatching(/AccessDenied/));
    expect(other.moodle.calls).toEqual([]);

    // The same token, where the role may read it: nothing but the permission made the difference.
    await stack.createSecret('oec-moodle/trial/other', token);
    // It is asked again from time to time; here, at once.
    const { breaker } = (await stack.instance('other')) ?? {};
    await stack.changeInstance('other', {
      secret_name: 'oec-moodle/trial/other',
      breaker: { ...breaker, probe_at: Date.parse(past) },
    });
    await stack.write(department(9, { name: 'Renamed' }));
    await stack.untilMapping('other', 'oec_dept_9', { status: 'synced' });
    expect(await other.category('oec_dept_9')).toMatchObject({ name: 'Renamed' });
  });

  stageCases(() => ({ emulator, deployment, stack, operator, moodle, other }));

  it('is removed by cdk destroy', async () => {
    await deployment.destroy();
    expect(await deployedFunctions(emulator)).toEqual([]);
  });
});

function instance(id: string, { moodle }: Site, secretName: string) {
  return { id, base_url: moodle.url, secret_name: secretName };
}
