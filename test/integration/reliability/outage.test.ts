import { describe, expect, it } from 'vitest';
import { faults } from '#local/moodle/faults.ts';
import { batch, department, enrolment, program, startKit, student, subject } from '#test/integration/kit.ts';
import { Gate } from './support.ts';

const minute = 60_000;
const hour = 60 * minute;
const expectedErrors = /The breaker is open/;

/** A program with one subject and a batch, and students who are enrolled in it. */
function school(students: number) {
  return [
    department(1),
    program(1, { department_id: 1, subject_ids: [1] }),
    subject(1),
    batch(1, 1),
    ...Array.from({ length: students }, (_, index) => student(index + 1)),
    ...Array.from({ length: students }, (_, index) => enrolment(index + 1, index + 1, 1, 1)),
  ];
}

describe('an outage of Moodle', () => {
  it.each([
    ['3 minutes', 3 * minute, 120],
    ['2 hours', 2 * hour, 120],
    // Every unit that waits goes round 300 times.
    ['3 days', 72 * hour, 30],
  ])('of %s leaves nothing behind, and is nearly quiet', async (_name, outage, students) => {
    await using kit = await startKit();
    kit.expectErrors(expectedErrors);
    const site = kit.site();
    const endOutage = site.moodle.intercept(faults.htmlPage(503));
    await kit.sync(...school(students));
    const atStart = site.moodle.calls.length;
    expect(atStart).toBeLessThan(12);
    const hours = Math.ceil(outage / hour);
    for (let passed = 0; passed < hours; passed++) {
      const before = site.moodle.calls.length;
      await kit.advance(Math.min(hour, outage - passed * hour));
      const inThisHour = site.moodle.calls.length - before + (passed === 0 ? atStart : 0);
      expect(inThisHour).toBeLessThan(20);
    }
    expect([...(await kit.mappings()).values()].some(({ status }) => status === 'permanently_failed')).toBe(
      false,
    );
    endOutage();
    await kit.advance(45 * minute);
    expect(await kit.troubles()).toEqual({});
    const participants = await site.participants('oec_subj_1_course_1');
    expect(Object.keys(participants)).toHaveLength(students);
    expect(new Set(Object.values(participants))).toEqual(new Set(['student in oec_batch_1']));
    expect(site.moodle.siteState.mails.size).toBe(students);
    expect([...site.moodle.siteState.mails.values()].every((mails) => mails === 1)).toBe(true);
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
    await kit.put(...Array.from({ length: 300 }, (_, index) => student(index + 1)));
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
