import { describe, expect, it } from 'vitest';
import type { Item } from '#shared/store/documents.ts';
import {
  batch,
  department,
  enrolment,
  type Kit,
  program,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { Gate } from './support.ts';

const minute = 60_000;
const hour = 60 * minute;
const expectedErrors = /The breaker is open/;

/** A program with one subject and a batch, and students who are enrolled in it. */
function school(size: number) {
  return [
    department(1),
    program(1, { department_id: 1, subject_ids: [1] }),
    subject(1),
    batch(1, 1),
    ...students(size),
    ...Array.from({ length: size }, (_, index) => enrolment(index + 1, index + 1, 1, 1)),
  ];
}

function students(count: number) {
  return Array.from({ length: count }, (_, index) => student(index + 1));
}

/** Writes records while Moodle is away, and goes on until all of them are there after its return. */
async function outlive(kit: Kit, records: Item[], outage: number): Promise<void> {
  kit.expectErrors(expectedErrors);
  const site = kit.site();
  const endOutage = site.moodle.intercept(faults.htmlPage(503));
  await kit.sync(...records);
  const atStart = site.moodle.calls.length;
  expect(atStart).toBeLessThan(12);
  const hours = Math.ceil(outage / hour);
  for (let passed = 0; passed < hours; passed++) {
    const before = site.moodle.calls.length;
    await kit.advance(Math.min(hour, outage - passed * hour));
    const inThisHour = site.moodle.calls.length - before + (passed === 0 ? atStart : 0);
    expect(inThisHour).toBeLessThan(20);
  }
  const statuses = [...(await kit.mappings()).values()].map(({ status }) => status);
  expect(statuses).not.toContain('permanently_failed');
  endOutage();
  await kit.advance(15 * minute);
  expect(await kit.troubles()).toEqual({});
}

/** Everybody has an account, and got one mail about it. */
function expectOneMailEach(kit: Kit, people: number): void {
  const { mails } = kit.site().moodle.siteState;
  expect([...mails.values()]).toEqual(Array.from({ length: people }, () => 1));
}

describe('an outage of Moodle', () => {
  it.each([
    ['3 minutes', 3 * minute],
    ['2 hours', 2 * hour],
  ])('of %s leaves nothing behind, and is nearly quiet', async (_name, outage) => {
    await using kit = await startKit();
    await outlive(kit, school(120), outage);
    const participants = await kit.site().participants('oec_subj_1_course_1');
    expect(Object.keys(participants)).toHaveLength(120);
    expect(new Set(Object.values(participants))).toEqual(new Set(['student in oec_batch_1']));
    expectOneMailEach(kit, 120);
  });

  // A week is shown in test/unit/push/many-moodles.test.ts.
  it('of a day leaves nothing behind, and is nearly quiet; no unit goes round', async () => {
    await using kit = await startKit();
    await outlive(kit, students(300), 24 * hour);
    expectOneMailEach(kit, 300);
    expect(await kit.cloud.queueMessages(kit.cloud.resource('PermanentlyFailedQueueUrl'))).toEqual([]);
  });

  it('of one instance does not keep the other waiting', async () => {
    await using kit = await startKit({ instances: [{ id: 'down' }, { id: 'up' }] });
    kit.expectErrors(expectedErrors);
    kit.site('down').moodle.intercept(faults.htmlPage(502));
    await kit.sync(...school(60));
    expect(await kit.troubles('up')).toEqual({});
    expect(Object.keys(await kit.site('up').participants('oec_subj_1_course_1'))).toHaveLength(60);
    // What the dead instance's units cost the workers is counted in calls: after the breaker opens, none.
    expect(kit.site('down').moodle.calls.length).toBeLessThan(12);
  });

  it('in which Moodle hangs leaves a worker to the other instances', async () => {
    await using kit = await startKit({ instances: [{ id: 'hangs' }, { id: 'up' }] });
    const gate = new Gate();
    kit.site('hangs').moodle.intercept(async (_call, proceed) => {
      await gate.pass();
      return proceed();
    });
    // More units than there are workers, for both.
    await kit.put(...students(300));
    await gate.arrived(3);
    const arrived = () => kit.site('up').moodle.siteState.usersByIdnumber('oec_student_300').length;
    await expect.poll(arrived, { timeout: 120_000 }).toBe(1);
    // All that time no call of the hanging Moodle has ended.
    expect(kit.site('hangs').moodle.calls).toEqual([]);
    gate.open();
    await kit.settle();
    expect(await kit.troubles('hangs')).toEqual({});
    expect((await kit.mappings('hangs')).size).toBe(300);
  });

  it('that ends is noticed by a probe, and what had failed does not wait for its tier', async () => {
    await using kit = await startKit();
    kit.expectErrors(expectedErrors);
    const endOutage = kit.site().moodle.intercept(faults.htmlPage(503));
    await kit.sync(...school(3));
    await kit.advance(7 * hour);
    await kit.sync(student(1, { first_name: 'Changed' }));
    endOutage();
    await kit.advance(12 * minute);
    expect(await kit.troubles()).toEqual({});
    expect((await kit.site().user('oec_student_1'))?.firstname).toBe('Changed');
  });
});
