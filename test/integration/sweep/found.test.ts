import { DeleteScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { faults } from '#test/peers/moodle-faults.ts';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  startKit,
  student,
  subject,
} from '../kit.ts';
import {
  editMapping,
  hour,
  links,
  loseLinks,
  minute,
  queued,
  sweep,
  unnoticed,
  waitingUnits,
} from './support.ts';

const university = () => [
  department(1),
  department(2, { parent_id: [1, 'Department 1'] }),
  program(1, { subject_ids: [1, 2] }),
  subject(1),
  subject(2),
  batch(1, 1),
  student(1),
  student(2),
  enrolment(1, 1, 1, 1),
  enrolment(2, 2, 1, 1),
  faculty(1),
  session(1, 1, 1, 1),
];

describe('a sweep of what is in Moodle as it should be', () => {
  it('queues nothing, calls nobody, and counts what the instance holds', async () => {
    await using kit = await startKit();
    // Two students have one address and were pushed together: the sweep after that looks at the conflict once more.
    await kit.sync(...university(), student(3), student(4, { email: 'student3@example.org' }));
    await kit.advance(2 * minute);
    await sweep(kit, ['students']);
    const rows = [...(await kit.mappings()).values()];
    const waiting = await waitingUnits(kit);
    let reports: Awaited<ReturnType<typeof sweep>> = [];
    const calls = await kit.site().callsDuring(async () => {
      reports = await sweep(kit);
    });
    expect(queued(reports)).toEqual({});
    expect(calls).toEqual([]);
    expect(await waitingUnits(kit)).toBe(waiting);
    expect(reports.map(({ push_service }) => push_service).sort()).toEqual(
      [
        'batches',
        'departments',
        'enrolments',
        'faculty',
        'programs',
        'students',
        'subjects',
        'teaching',
      ].sort(),
    );
    for (const { push_service: service, holds } of reports) {
      const active = rows.filter((row) => row.service === service && row.active).length;
      expect({ service, holds }).toEqual({ service, holds: active });
      const brake = await kit.system.instances.getBrake('demo', service as 'students');
      expect(brake.holds).toBe(active);
    }
  });
});

describe('a sweep finds', () => {
  it('everything in an instance that has nothing, though no event came and the links are lost', async () => {
    await using kit = await startKit({ instances: [] });
    // The link between the two departments of one batch is named by both of them.
    await kit.sync(...university());
    const before = await links(kit);
    await loseLinks(kit);
    await kit.addInstance('demo', {}, {});
    await sweep(kit);
    expect(await kit.troubles()).toEqual({});
    expect(await kit.site().participants('oec_subj_1_course_1')).toEqual({
      oec_student_1: 'student in oec_batch_1',
      oec_student_2: 'student in oec_batch_1',
      oec_faculty_1: 'editingteacher',
    });
    // What the queued records and those around them refer to is there at once, the rest within a day.
    for (let turn = 0; turn < 25; turn++) {
      await kit.advance(hour);
    }
    await kit.settle();
    expect(await links(kit)).toEqual(before);
  });

  it('a record whose event was lost, a mapping that says something else, and a record that is gone', async () => {
    await using kit = await startKit();
    await kit.sync(...university());
    await unnoticed(kit, async () => {
      await kit.put(student(1, { last_name: 'Renamed' }), student(3), enrolment(3, 3, 1, 1));
      await kit.delete(student(2), enrolment(2, 2, 1, 1));
    });
    await loseLinks(kit);
    await editMapping(kit, 'oec_subj_2_course_1', { sync_hash: 'something else' });
    expect(queued(await sweep(kit))).toEqual({ subjects: 1, students: 3, enrolments: 2 });
    expect(await kit.site().user('oec_student_1')).toMatchObject({ lastname: 'Renamed' });
    expect(await kit.site().user('oec_student_2')).toMatchObject({ suspended: true });
    expect(await kit.site().participants('oec_subj_1_course_1')).toMatchObject({
      oec_student_1: 'student in oec_batch_1',
      oec_student_2: expect.stringContaining('suspended'),
      oec_student_3: 'student in oec_batch_1',
    });
    expect(queued(await sweep(kit))).toEqual({});
    expect(await kit.troubles()).toEqual({});
  });

  it('a retry whose schedule was lost, once it is due, and counts it as the attempt it is', async () => {
    await using kit = await startKit();
    const refuse = faults.errorcode('somethingelse');
    kit
      .site()
      .moodle.intercept((call, proceed) =>
        call.function === 'core_user_create_users' ? refuse(call, proceed) : proceed(),
      );
    await kit.sync(student(1));
    await kit.advance(6 * minute);
    expect(await kit.mapping('oec_student_1')).toMatchObject({ status: 'failed', attempts: 2 });
    const { Schedules = [] } = await kit.cloud.clients.scheduler.send(
      new ListSchedulesCommand({ NamePrefix: 'retry-' }),
    );
    expect(Schedules).toHaveLength(1);
    for (const { Name, GroupName } of Schedules) {
      await kit.cloud.clients.scheduler.send(new DeleteScheduleCommand({ Name, GroupName }));
    }
    expect(queued(await sweep(kit, ['students']))).toEqual({});
    await kit.advance(46 * minute);
    expect(queued(await sweep(kit, ['students']))).toEqual({ students: 1 });
    expect(await kit.mapping('oec_student_1')).toMatchObject({ status: 'failed', attempts: 3 });
  });

  it('what failed while the instance was away, where the worker that saw it come back died before it released it', async () => {
    await using kit = await startKit();
    kit.expectErrors(/The breaker is open/);
    const endOutage = kit.site().moodle.intercept(faults.htmlPage(503));
    await kit.sync(...university());
    await kit.advance(7 * hour);
    endOutage();
    const { revision } = await kit.system.instances.getBreaker('demo');
    await kit.system.instances.saveBreaker('demo', { revision, failures: 0, probes: 0 });
    await sweep(kit);
    expect(await kit.troubles()).toEqual({});
  });

  it('all of this when the schedules say so', async () => {
    await using kit = await startKit();
    await kit.sync(...university());
    await unnoticed(kit, () => kit.put(student(1, { last_name: 'Renamed' })));
    await kit.advance(59 * minute);
    expect(await kit.site().user('oec_student_1')).toMatchObject({ lastname: 'Number1' });
    await kit.advance(hour + minute);
    expect(await kit.site().user('oec_student_1')).toMatchObject({ lastname: 'Renamed' });
  });
});
