import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '#local/demo/random.ts';
import type { Interceptor } from '#local/moodle/simulated-moodle.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { hour, minute, permanentlyFailed, range } from './support.ts';

const structure = [
  ...[1, 2].flatMap((id) => [program(id, { subject_ids: [id, 10] }), subject(id), batch(id, id)]),
  subject(10),
];
const people = range(1, 30);

/** Structure, students, and an enrolment of each in program 1 or 2. */
const everything = [
  ...structure,
  ...people.map((id) => student(id)),
  ...people.map((id) => enrolment(id, id, 1 + (id % 2), 1 + (id % 2))),
];

async function expectEverything(kit: Kit, instance = 'demo'): Promise<void> {
  const { siteState } = kit.site(instance).moodle;
  expect(await kit.troubles(instance)).toEqual({});
  expect(await permanentlyFailed(kit)).toEqual([]);
  expect(people.map((id) => siteState.usersByIdnumber(`oec_student_${id}`).length)).toEqual(
    people.map(() => 1),
  );
  expect(siteState.courses.size - 1).toBe(4);
  expect(siteState.groups.size).toBe(4);
  expect(siteState.enrolments.size).toBe(2 * people.length);
  expect(siteState.memberships.size).toBe(2 * people.length);
  expect([...siteState.mails.values()].filter((mails) => mails > 1)).toEqual([]);
  expect(siteState.mails.size).toBe(people.length);
}

/** Applies the fault to two calls of five at random for the first four hours. The draw is seeded. */
function forFourHours(kit: Kit, fault: Interceptor): Interceptor {
  const end = kit.cloud.clock.now() + 4 * hour;
  const random = new Random(5);
  return (call, proceed) =>
    kit.cloud.clock.now() < end && random.below(5) < 2 ? fault(call, proceed) : proceed();
}

const badAnswers: Record<string, Interceptor> = {
  'an HTML page': faults.htmlPage(200),
  '502': faults.htmlPage(502),
  'a redirect to the login page': faults.redirect(),
  nothing: faults.emptyBody(),
  'half an answer': faults.halfAnswer(),
  'a broken answer': faults.cutAnswer(),
  'a reset connection': faults.connectionReset(),
  'a reset connection after it has done its work': faults.answerLost(),
  '504 after it has done its work': faults.gatewayTimeoutAfterwards(),
};

describe('a Moodle that answers badly', () => {
  const names = Object.keys(badAnswers);
  const idOf = (name: string) => `fault-${names.indexOf(name)}`;
  let kit: Kit;
  // One system with a Moodle for each fault: the hours pass only once, and no fault may hurt another Moodle.
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none', instances: names.map((name) => ({ id: idOf(name) })) });
    kit.expectErrors(/The breaker is open/);
    for (const [name, fault] of Object.entries(badAnswers))
      kit.site(idOf(name)).moodle.intercept(forFourHours(kit, fault));
    await kit.sync(...everything);
    // The fourth attempt comes 4 h 35 min after the first.
    await kit.advance(5 * hour);
  }, 15 * minute);
  afterAll(() => kit.stop());

  it.each(names)('with %s in two calls of five for four hours: everything arrives, nothing twice', (name) =>
    expectEverything(kit, idOf(name)),
  );
});

describe('a Moodle whose answers to create_users are lost time and again', () => {
  it('mails nobody twice', async () => {
    await using kit = await startKit({ schedules: 'none' });
    kit.expectErrors(/The breaker is open/);
    kit.site().moodle.intercept(faults.times(4, 'core_user_create_users', faults.answerLost()));
    await kit.sync(...everything);
    await kit.advance(29 * hour);
    await expectEverything(kit);
  });
});

describe('a token that Moodle does not know', () => {
  it('costs no record an attempt; once it is corrected in Secrets Manager everything arrives', async () => {
    await using kit = await startKit({ schedules: 'none' });
    kit.expectErrors(/The breaker is open/);
    const store = (token: string) =>
      kit.cloud.clients.secrets.send(
        new PutSecretValueCommand({ SecretId: 'oec-moodle/dev/demo', SecretString: token }),
      );
    await store('0123456789abcdef');
    await kit.sync(...everything);
    // Longer than all tiers together.
    await kit.advance(30 * hour);
    const { moodle } = kit.site();
    expect(moodle.calls.every(({ errorcode }) => errorcode === 'invalidtoken')).toBe(true);
    const mappings = [...(await kit.mappings()).values()];
    expect(mappings.filter(({ attempts }) => attempts > 0)).toEqual([]);
    expect(mappings.filter(({ status }) => status === 'permanently_failed')).toEqual([]);
    await store(moodle.token);
    await kit.advance(45 * minute);
    await expectEverything(kit);
  });
});

describe('a Moodle that is too slow for a worker to get through its unit', () => {
  it('ends no worker: what is left is tried again, and everything arrives once Moodle is quick', async () => {
    // Of 24 s, 20 are kept for the books: time for one call of 3 s and not for two.
    await using kit = await startKit({
      timeouts: { PushWorker: 24 },
      moodle: { latencyMilliseconds: 3_000 },
    });
    kit.expectErrors(/The breaker is open/);
    await kit.sync(...people.slice(0, 3).map((id) => student(id)));
    expect(await kit.mapping('oec_student_1')).toMatchObject({
      status: 'failed',
      failure: { class: 'unreachable', code: 'timeout' },
    });
    kit.site().moodle.configure({ latencyMilliseconds: 0 });
    await kit.advance(6 * minute);
    expect(await kit.troubles()).toEqual({});
    expect([...kit.site().moodle.siteState.mails.values()]).toEqual([1, 1, 1]);
  });
});

describe('a Moodle whose database deadlocks', () => {
  it('takes everything in the end', async () => {
    await using kit = await startKit({
      schedules: 'none',
      moodle: { latencyMilliseconds: 40, deadlocks: { probability: 0.7, seed: 7 } },
    });
    await kit.sync(...everything);
    await kit.advance(29 * hour);
    await expectEverything(kit);
  });
});
