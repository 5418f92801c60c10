import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateCourses } from '#shared/moodle/functions/courses.ts';
import { unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '#test/integration/kit.ts';
import { unnoticed } from '#test/integration/sweep/support.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { Course, completionCall, counted, entryOf, hour, pull, seen, stored } from './completion-support.ts';

/** Program 1 with two compulsory subjects and an elective; program 2 with a subject that nothing makes complete. */
const university = [
  program(1, { subject_ids: [1, 2, 3] }),
  program(2, { subject_ids: [4] }),
  subject(1),
  subject(2),
  subject(3, { subject_type: 'elective' }),
  subject(4),
  batch(1, 1),
  batch(2, 2),
];
const name = (subjectId: number, programId: number) => `oec_subj_${subjectId}_course_${programId}`;

/** Three courses with criteria (maths with two quizzes) and one without. */
async function prepareCourses(kit: Kit, instance?: string) {
  const site = kit.site(instance);
  return {
    maths: await Course.prepare(site, name(1, 1), 2),
    physics: await Course.prepare(site, name(2, 1), 1),
    elective: await Course.prepare(site, name(3, 1), 1),
    talk: await Course.prepare(site, name(4, 2), 0),
  };
}

describe('completion', () => {
  let kit: Kit;
  let courses: Awaited<ReturnType<typeof prepareCourses>>;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'all', instances: [{ brake: { share: 1, minimum: 1000 } }] });
    await kit.sync(...university);
    courses = await prepareCourses(kit);
  });
  afterAll(() => kit.stop());

  /** An enrolment of a student of its own, in Moodle. */
  async function enrolled(id: number, programId = 1, fields: Record<string, unknown> = {}) {
    const record = enrolment(id, id, programId, programId, fields);
    await kit.sync(student(id), record);
    return record;
  }
  const begun = { ...seen(1, 1, false, 50), ...seen(2, 1, false, 0) };

  it('is written beside what the ERP wrote, once, and pushes nothing', async () => {
    const record = await enrolled(1);
    await courses.maths.begin('oec_student_1');
    const streamed = kit.cloud.logs('record-stream').length;
    const calls = await kit.site().callsDuring(() => pull(kit));
    expect(calls.map((call) => call.function)).toEqual([completionCall]);
    const first = await stored(kit, record);
    expect(first).toEqual({
      ...record,
      moodle_completion: {
        demo: {
          completed: false,
          progress: 25,
          courses: begun,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        },
      },
      connector_no_export: true,
      sync_stamp: expect.any(String),
      instance: 'demo',
      pulled_at: expect.any(String),
    });
    const queued = kit.cloud.logs('record-stream').slice(streamed).join('\n');
    expect(queued).toContain('"exported":0');
    await pull(kit);
    expect(await stored(kit, record)).toEqual(first);
  });

  it('follows progress, completion and a course that is reopened', async () => {
    const record = await enrolled(2);
    const pulledEntry = async () => {
      await pull(kit);
      return entryOf(kit, record);
    };
    const nothing = { ...seen(1, 1, false, 0), ...seen(2, 1, false, 0) };
    expect(await pulledEntry()).toEqual({ completed: false, progress: 0, courses: nothing });
    await courses.maths.begin('oec_student_2');
    expect(await pulledEntry()).toEqual({ completed: false, progress: 25, courses: begun });
    await courses.maths.complete('oec_student_2');
    const half = { ...seen(1, 1, true, 100), ...seen(2, 1, false, 0) };
    expect(await pulledEntry()).toEqual({ completed: false, progress: 50, courses: half });
    await courses.maths.reopen('oec_student_2');
    const reopened = { ...seen(1, 1, false, 100), ...seen(2, 1, false, 0) };
    expect(await pulledEntry()).toEqual({ completed: false, progress: 50, courses: reopened });
    await courses.maths.complete('oec_student_2');
    await courses.physics.complete('oec_student_2');
    const all = { ...seen(1, 1, true, 100), ...seen(2, 1, true, 100) };
    expect(await pulledEntry()).toEqual({ completed: true, progress: 100, courses: all });
  });

  it('is null where nothing makes a course complete', async () => {
    const record = await enrolled(3, 2);
    await pull(kit);
    const entry = { completed: false, progress: null, courses: seen(4, 2, null, null) };
    expect(await entryOf(kit, record)).toEqual(entry);
  });

  it('goes to the enrolment whose courses they are: of its program, and of the chosen subjects', async () => {
    const chosen = await enrolled(4, 1, { subject_ids: [2, 3] });
    const other = enrolment(40, 4, 2, 2);
    await kit.sync(other);
    await courses.elective.complete('oec_student_4');
    await pull(kit);
    expect(await entryOf(kit, chosen)).toEqual({
      completed: false,
      progress: 50,
      courses: { ...seen(2, 1, false, 0), ...seen(3, 1, true, 100) },
    });
    expect(await entryOf(kit, other)).toMatchObject({ courses: seen(4, 2, null, null) });
  });

  it('stays as it was when the enrolment is finished, or ended in Moodle', async () => {
    const [finished, unenrolled] = [await enrolled(5), await enrolled(6)];
    await courses.maths.begin('oec_student_5');
    await courses.maths.begin('oec_student_6');
    await pull(kit);
    await kit.sync({ ...(await stored(kit, finished)), state: 'finished' });
    const user = await kit.site().user('oec_student_6');
    await unenrolUsers(kit.site().client, [{ userid: user!.id, courseid: courses.maths.id }]);
    await courses.physics.complete('oec_student_6');
    await pull(kit);
    expect(await kit.site().participant(name(1, 1), 'oec_student_5')).toContain('suspended student');
    expect(await entryOf(kit, finished)).toEqual({ completed: false, progress: 25, courses: begun });
    const rest = { ...seen(1, 1, false, 50), ...seen(2, 1, true, 100) };
    expect(await entryOf(kit, unenrolled)).toEqual({ completed: false, progress: 75, courses: rest });
  });

  it('of a student of whom the ERP has no record goes nowhere', async () => {
    const record = await enrolled(7);
    const before = counted(kit, 'PeopleUnknown');
    await unnoticed(kit, () => kit.delete(student(7), record));
    await pull(kit);
    expect(await stored(kit, record)).toBeUndefined();
    expect(counted(kit, 'PeopleUnknown') - before).toBe(1);
  });

  it('does not bring back an enrolment that is deleted meanwhile', async () => {
    const record = await enrolled(8);
    const stop = kit.site().moodle.intercept(async (call, proceed) => {
      if (call.function === completionCall) await kit.delete(record);
      return proceed();
    });
    await pull(kit);
    stop();
    expect(await stored(kit, record)).toBeUndefined();
  });

  it('of a course that is hidden or deleted in Moodle stays as it was', async () => {
    await kit.sync(
      program(3, { subject_ids: [5, 6, 7] }),
      ...[5, 6, 7].map((id) => subject(id)),
      batch(3, 3),
    );
    const record = await enrolled(9, 3);
    const site = kit.site();
    const [hidden, deleted, kept] = [
      await Course.prepare(site, name(5, 3), 2),
      await Course.prepare(site, name(6, 3), 1),
      await Course.prepare(site, name(7, 3), 1),
    ];
    await hidden.begin('oec_student_9');
    await deleted.complete('oec_student_9');
    await pull(kit);
    await updateCourses(site.client, [{ id: hidden.id, visible: 0 }]);
    teacherOf(site.moodle).deleteCourse(deleted.id);
    await kept.complete('oec_student_9');
    await pull(kit);
    expect(await entryOf(kit, record)).toEqual({
      completed: false,
      progress: 83.33,
      courses: { ...seen(5, 3, false, 50), ...seen(6, 3, true, 100), ...seen(7, 3, true, 100) },
    });
  });

  it('is no obstacle to an edit of the ERP, and comes back when the ERP has dropped it', async () => {
    const record = await enrolled(10);
    await pull(kit);
    const pulled = await stored(kit, record);
    await kit.sync({ ...pulled, subject_ids: [1, 3] });
    const site = kit.site();
    expect(await site.participant(name(3, 1), 'oec_student_10')).toBe('student in oec_batch_1');
    await pull(kit);
    const courses = { ...seen(1, 1, false, 0), ...seen(3, 1, false, 0) };
    const entry = { completed: false, progress: 0, courses };
    expect(await entryOf(kit, record)).toEqual(entry);
    await kit.sync({ ...record, subject_ids: [1, 3] });
    expect(await entryOf(kit, record)).toBeUndefined();
    // The hour of the daily look, which begins within a day, and the pull in it.
    await kit.advance(25 * hour);
    expect(await entryOf(kit, record)).toEqual(entry);
  });
});

describe('completion of one enrolment in two Moodles', () => {
  it('has an entry for each', async () => {
    await using kit = await startKit({ instances: [{ id: 'main' }, { id: 'labs' }] });
    const record = enrolment(1, 1, 1, 1);
    await kit.sync(...university, student(1), record);
    await (await prepareCourses(kit, 'main')).maths.begin('oec_student_1');
    await (await prepareCourses(kit, 'labs')).physics.complete('oec_student_1');
    await pull(kit);
    expect(await entryOf(kit, record, 'main')).toEqual({
      completed: false,
      progress: 25,
      courses: { ...seen(1, 1, false, 50), ...seen(2, 1, false, 0) },
    });
    expect(await entryOf(kit, record, 'labs')).toEqual({
      completed: false,
      progress: 50,
      courses: { ...seen(1, 1, false, 0), ...seen(2, 1, true, 100) },
    });
    expect(counted(kit, 'RecordsPulled')).toBe(2);
  });
});

describe('pulls of completion under stress', () => {
  const ids = Array.from({ length: 8 }, (_, index) => index + 1);
  const records = ids.map((id) => enrolment(id, id, 1, 1));
  const everybody = [...university, ...ids.map((id) => student(id)), ...records];
  const entry = {
    completed: false,
    progress: 0,
    courses: { ...seen(1, 1, false, 0), ...seen(2, 1, false, 0) },
  };
  const entries = (kit: Kit) => Promise.all(records.map((record) => entryOf(kit, record)));

  it('that overlap write each change once', async () => {
    await using kit = await startKit();
    await kit.sync(...everybody);
    await prepareCourses(kit);
    const stop = kit.site().moodle.intercept(faults.delay(50));
    await Promise.all([
      kit.cloud.invoke('pull-planner', { pull: 'completion' }),
      kit.cloud.invoke('pull-planner', { pull: 'completion' }),
    ]);
    await kit.settle();
    stop();
    expect(await entries(kit)).toEqual(ids.map(() => entry));
    expect(counted(kit, 'RecordsPulled')).toBe(ids.length);
  });

  it('hand on what time does not suffice for', async () => {
    await using kit = await startKit({ timeouts: { PullWorker: 151 } });
    await kit.sync(...everybody);
    await prepareCourses(kit);
    kit.site().moodle.configure({ latencyMilliseconds: 600 });
    const calls = await kit.site().callsDuring(() => pull(kit));
    expect(calls).toHaveLength(ids.length);
    expect(await entries(kit)).toEqual(ids.map(() => entry));
    const tasks = kit.cloud.logs('pull-worker').filter((line) => line.includes('Task worked off'));
    expect(tasks.length).toBeGreaterThan(1);
  });

  it('go on after a student whom Moodle refuses, and come back after an outage', async () => {
    await using kit = await startKit();
    await kit.sync(...everybody);
    await prepareCourses(kit);
    const { moodle } = kit.site();
    const bad = await kit.site().user('oec_student_3');
    const stop = moodle.intercept((call, proceed) =>
      call.parameters.userid === String(bad?.id) ? faults.errorcode('invaliduser')(call, proceed) : proceed(),
    );
    kit.expectErrors(/Task not worked off/);
    const end = moodle.intercept(faults.times(1, completionCall, faults.htmlPage(503)));
    await pull(kit);
    end();
    await kit.advance(hour);
    expect(await entries(kit)).toEqual(ids.map((id) => (id === 3 ? undefined : entry)));
    expect(counted(kit, 'PullsRefused')).toBeGreaterThan(0);
    stop();
    await pull(kit);
    expect(await entries(kit)).toEqual(ids.map(() => entry));
  });
});
