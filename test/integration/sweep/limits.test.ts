import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { batch, enrolment, faculty, program, startKit, student, subject } from '../kit.ts';
import { hour, queued, sweep, unnoticed, waitingUnits } from './support.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Students, each enrolled in the only program. */
const studying = (count: number) => [
  program(1, { subject_ids: [1] }),
  subject(1),
  batch(1, 1),
  ...numbers(count).flatMap((id) => [student(id), enrolment(id, id, 1, 1)]),
];

/** Every run has time for one page of three only. */
const hurried = { SWEEP_PAGE_SIZE: '3', SWEEP_RESERVE_SECONDS: '100000' };

describe('a sweep that runs out of time', () => {
  it('goes on by itself and misses nothing', async () => {
    await using kit = await startKit({ environment: hurried });
    await kit.sync(...studying(20), faculty(1));
    await unnoticed(kit, async () => {
      await kit.put(...numbers(20).map((id) => student(id, { last_name: `Renamed${id}` })));
      await kit.put(student(21), enrolment(21, 21, 1, 1), faculty(1, { last_name: 'Renamed' }));
      await kit.delete(student(7), enrolment(7, 7, 1, 1));
    });
    const reports = await sweep(kit);
    expect(reports.filter(({ push_service }) => push_service === 'students').length).toBeGreaterThan(10);
    expect(queued(reports)).toEqual({ students: 21, enrolments: 2, faculty: 1 });
    for (const id of [1, 2, 10, 20]) {
      expect(await kit.site().user(`oec_student_${id}`)).toMatchObject({ lastname: `Renamed${id}` });
    }
    expect(await kit.site().user('oec_student_7')).toMatchObject({ suspended: true });
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_21')).toBe(
      'student in oec_batch_1',
    );
    expect(queued(await sweep(kit))).toEqual({});
    const { holds } = await kit.system.instances.getBrake('demo', 'students');
    expect(holds).toBe(20);
  });
});

describe('the brake', () => {
  it.each([
    ['in one run', {}],
    ['in many runs', hurried],
  ])('stops a deletion of half the students that the stream has missed, %s', async (_how, environment) => {
    await using kit = await startKit({ environment });
    kit.expectErrors(/The brake is on/);
    await kit.sync(...studying(44));
    await unnoticed(kit, () =>
      kit.delete(...numbers(22).flatMap((id) => [student(id), enrolment(id, id, 1, 1)])),
    );
    const calls = await kit.site().callsDuring(() => sweep(kit));
    expect(calls.filter(({ function: name }) => !name.includes('_get_'))).toEqual([]);
    const held = [...(await kit.mappings()).values()].filter(({ status }) => status === 'held');
    expect(held.filter(({ service }) => service === 'students')).toHaveLength(22);
    expect(held.filter(({ service }) => service === 'enrolments')).toHaveLength(22);
    // What is held is not queued anew by each sweep.
    const waiting = await waitingUnits(kit);
    expect(queued(await sweep(kit))).toEqual({});
    await kit.advance(hour);
    expect(await waitingUnits(kit)).toBe(waiting);
  });
});

describe('a sweep leaves out', () => {
  it('instances that are paused, disabled or cannot be read, and goes on with the others', async () => {
    await using kit = await startKit({
      instances: [{ id: 'broken' }, { id: 'paused' }, { id: 'disabled' }, { id: 'demo' }],
    });
    kit.expectErrors(/Instance left out|Instance misconfigured/);
    for (const id of ['paused', 'disabled', 'broken']) await kit.configure(id, { status: 'disabled' });
    await unnoticed(kit, () => kit.put(student(1)));
    await kit.configure('paused', { status: 'paused' });
    await kit.cloud.clients.dynamodb.send(
      new UpdateCommand({
        TableName: kit.cloud.resource('InstancesTableName'),
        Key: { id: 'broken' },
        UpdateExpression: 'SET base_url = :url',
        ExpressionAttributeValues: { ':url': 'nowhere' },
      }),
    );
    const reports = await sweep(kit);
    expect([...new Set(reports.map(({ instance }) => instance))]).toEqual(['demo']);
    expect(await kit.site('demo').user('oec_student_1')).toBeDefined();
    expect(kit.errors.some((line) => line.includes('Instance left out'))).toBe(true);
  });

  it('an instance that is away and that units wait for: they would pile up', async () => {
    await using kit = await startKit();
    kit.expectErrors(/The breaker is open/);
    await kit.sync(program(1));
    const { moodle } = kit.site();
    const restore = moodle.intercept(async () => ({ kind: 'reset' }));
    await kit.sync(...numbers(5).map((id) => program(id, { name: 'New' })));
    await kit.advance(hour / 4);
    await kit.put(...numbers(120).map((id) => student(id)));
    await kit.advance(hour / 2);
    const before = await waitingUnits(kit);
    await kit.advance(10 * hour);
    expect(await waitingUnits(kit)).toBeLessThanOrEqual(before + 1);
    restore();
    await kit.advance(hour);
    expect(await kit.troubles()).toEqual({});
    expect([...(await kit.mappings()).values()].filter(({ service }) => service === 'students')).toHaveLength(
      120,
    );
  });
});
