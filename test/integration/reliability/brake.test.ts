import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { hour, inOneGo, minute, range, writesOf } from './support.ts';

const everybody = range(1, 500);
/** Those whom the ERP deletes, or finishes, by mistake. */
const mistaken = range(1, 250);

let kit: Kit;

async function brakeState(service: 'students' | 'enrolments') {
  return kit.system.instances.getBrake('demo', service);
}

/** The operator's word, as the documentation tells to give it. */
async function release(service: string, milliseconds: number): Promise<void> {
  await kit.cloud.clients.dynamodb.send(
    new UpdateCommand({
      TableName: kit.cloud.resource('InstancesTableName'),
      Key: { id: 'demo' },
      UpdateExpression: 'SET #brake.released_until = :until',
      ExpressionAttributeNames: { '#brake': `brake_${service}` },
      ExpressionAttributeValues: { ':until': new Date(kit.cloud.clock.now() + milliseconds).toISOString() },
    }),
  );
}

function suspendedAccounts(): string[] {
  const { users } = kit.site().moodle.siteState;
  return users.all().flatMap(({ suspended, idnumber }) => (suspended ? [idnumber] : []));
}

async function heldMappings(): Promise<string[]> {
  const mappings = [...(await kit.mappings()).values()];
  return mappings.flatMap(({ status, idnumber }) => (status === 'held' ? [idnumber] : []));
}

const brakeErrors = () => kit.errors.filter((line) => line.includes('The brake is on'));

describe('an ERP that deletes half of its 500 students by mistake', () => {
  beforeAll(async () => {
    kit = await startKit();
    kit.expectErrors(/The brake is on/);
    await kit.sync(...everybody.map((id) => student(id)));
    expect((await brakeState('students')).holds).toBe(500);
    await inOneGo(mistaken, (part) => kit.delete(...part.map((id) => student(id))));
    await kit.settle();
  });
  afterAll(() => kit.stop());

  it('has not one of them suspended; their mappings are held, the brake is on, and an ERROR line says so', async () => {
    expect(suspendedAccounts()).toEqual([]);
    expect(new Set(await heldMappings())).toEqual(new Set(mistaken.map((id) => `oec_student_${id}`)));
    expect((await brakeState('students')).engaged_at).toBeDefined();
    expect(brakeErrors()).toHaveLength(1);
    expect(JSON.parse(brakeErrors()[0]!.replace(/^\[[^\]]*\] /, ''))).toMatchObject({
      level: 'ERROR',
      instance: 'demo',
      push_service: 'students',
      limit: 50,
    });
  });

  it('does not give in with time, and writes nothing for what is held', async () => {
    const calls = await kit.site().callsDuring(() => kit.advance(2 * hour));
    expect(writesOf(calls)).toEqual([]);
    expect(suspendedAccounts()).toEqual([]);
    expect(await heldMappings()).toHaveLength(250);
  });

  it('still has new students made and others changed', async () => {
    await kit.sync(student(1001), student(400, { first_name: 'Renamed' }));
    expect(await kit.mapping('oec_student_1001')).toMatchObject({ status: 'synced' });
    expect((await kit.site().user('oec_student_400'))?.firstname).toBe('Renamed');
  });

  it('does not have a single further one suspended either while the brake is on', async () => {
    await kit.sync(student(300, { active: false }));
    expect(suspendedAccounts()).toEqual([]);
    expect(await kit.mapping('oec_student_300')).toMatchObject({ status: 'held' });
    await kit.sync(student(300));
  });

  it('sees everything cleared by restoring the records', async () => {
    const calls = await kit.site().callsDuring(async () => {
      await kit.sync(...mistaken.map((id) => student(id)));
      await kit.advance(hour);
    });
    expect(writesOf(calls)).toEqual([]);
    expect(await kit.troubles()).toEqual({});
    expect(suspendedAccounts()).toEqual([]);
  });

  it('means it: the operator releases the brake, and all are suspended once the clock has moved on', async () => {
    await inOneGo(mistaken, (part) => kit.delete(...part.map((id) => student(id))));
    await kit.settle();
    expect(suspendedAccounts()).toEqual([]);
    await release('students', 2 * hour);
    // The next sweep; the operators' command queues them at once.
    await kit.advance(hour + minute);
    expect(suspendedAccounts()).toHaveLength(250);
    expect(await kit.troubles()).toEqual({});
    expect((await brakeState('students')).holds).toBe(251);
    // After the release the brake guards again.
    await kit.advance(2 * hour);
    await inOneGo(range(251, 450), (part) => kit.delete(...part.map((id) => student(id))));
    await kit.settle();
    expect(suspendedAccounts()).toHaveLength(250);
    expect((await brakeState('students')).engaged_at).toBeDefined();
  });
});

describe('an ERP that finishes half of its 500 enrolments by mistake', () => {
  const course = 'oec_subj_1_course_1';
  const finished = mistaken.map((id) => enrolment(id, id, 1, 1, { state: 'finished' }));
  const suspendedPlaces = () => {
    const { enrolments } = kit.site().moodle.siteState;
    return enrolments.all().filter(({ suspended }) => suspended).length;
  };

  beforeAll(async () => {
    kit = await startKit();
    kit.expectErrors(/The brake is on/);
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1)],
      ...everybody.map((id) => student(id)),
      ...everybody.map((id) => enrolment(id, id, 1, 1)),
    );
    expect((await brakeState('enrolments')).holds).toBe(500);
  });
  afterAll(() => kit.stop());

  it('below the limit nothing is held', async () => {
    await kit.sync(...finished.slice(0, 40));
    expect(suspendedPlaces()).toBe(40);
    expect(await heldMappings()).toEqual([]);
    expect(brakeErrors()).toEqual([]);
    await kit.sync(...finished.slice(0, 40).map((item) => ({ ...item, state: 'running' })));
    expect(suspendedPlaces()).toBe(0);
    await kit.advance(2 * hour);
  });

  it('above it not one is suspended, and new enrolments go through', async () => {
    await inOneGo(finished, (part) => kit.put(...part));
    await kit.settle();
    expect(suspendedPlaces()).toBe(0);
    expect(await heldMappings()).toHaveLength(250);
    expect((await brakeState('enrolments')).engaged_at).toBeDefined();
    expect(brakeErrors()).toHaveLength(1);
    await kit.sync(student(501), enrolment(501, 501, 1, 1));
    expect(await kit.site().participant(course, 'oec_student_501')).toBe('student in oec_batch_1');
  });

  it('restored, they are as they were; finished again and released, they are suspended', async () => {
    await kit.sync(...finished.map((item) => ({ ...item, state: 'running' })));
    expect(await kit.troubles()).toEqual({});
    expect(suspendedPlaces()).toBe(0);
    await inOneGo(finished, (part) => kit.put(...part));
    await kit.settle();
    expect(await heldMappings()).toHaveLength(250);
    await release('enrolments', 2 * hour);
    await kit.advance(hour + minute);
    expect(suspendedPlaces()).toBe(250);
    expect(await kit.troubles()).toEqual({});
  });
});

describe('a Moodle that is away while a few are to be suspended', () => {
  it('does not have the brake count them at every attempt', async () => {
    await using own = await startKit();
    kit = own;
    kit.expectErrors(/The breaker is open/);
    await kit.sync(...range(1, 30).map((id) => student(id)));
    const end = kit.site().moodle.intercept(async () => ({ kind: 'reset' }));
    await kit.syncDeletion(...range(1, 8).map((id) => student(id)));
    await kit.advance(2 * hour);
    end();
    // So few fail that their last attempt opens the breaker and nothing else is left: the probe needs no unit.
    await kit.advance(15 * minute);
    expect(suspendedAccounts()).toHaveLength(8);
    expect(await kit.troubles()).toEqual({});
  });
});
