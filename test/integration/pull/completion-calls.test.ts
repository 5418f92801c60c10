import { afterAll, beforeAll, expect, it } from 'vitest';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '#test/integration/kit.ts';
import { Course, completionCall, counted, entryOf, hour, minute, pull, seen } from './completion-support.ts';

/*
 * What the pull of completion costs: three students of two courses with criteria, two of a course without, one whose
 * enrolment is finished and one without any. The tests follow one another through a day and a half.
 */
let kit: Kit;
let maths: Course;
let physics: Course;
const started = { criteria: [1, 2, 3], talk: [4, 5], finished: 6, idle: 7 };
let idOf: (place: number) => number;
const record = (place: number, programId: number, fields = {}) =>
  enrolment(place, idOf(place), programId, programId, fields);

beforeAll(async () => {
  kit = await startKit({ schedules: 'all' });
  // The schedules of a new cloud leave out their first time.
  await kit.advance(hour + untilMinute(55));
  // The daily look at students is in the hour that their id names: here twelve hours from now.
  const dailyHour = (new Date(kit.cloud.clock.now()).getUTCHours() + 12) % 24;
  idOf = (place) => place * 24 + dailyHour;
  await kit.sync(
    program(1, { subject_ids: [1, 2] }),
    program(2, { subject_ids: [3] }),
    ...[1, 2, 3].map((id) => subject(id)),
    batch(1, 1),
    batch(2, 2),
    ...[1, 2, 3, 4, 5, 6, 7].map((place) => student(idOf(place))),
    ...started.criteria.map((place) => record(place, 1)),
    ...started.talk.map((place) => record(place, 2)),
    record(started.finished, 1, { state: 'finished' }),
  );
  maths = await Course.prepare(kit.site(), 'oec_subj_1_course_1', 1);
  physics = await Course.prepare(kit.site(), 'oec_subj_2_course_1', 1);
});
afterAll(() => kit.stop());

/** Milliseconds until the clock shows this minute of an hour. */
function untilMinute(minuteOfHour: number): number {
  return (hour + minuteOfHour * minute - (kit.cloud.clock.now() % hour)) % hour;
}

/** How often completion is asked for while `work` runs. */
async function callsOf(work: () => Promise<unknown>): Promise<number> {
  const calls = await kit.site().callsDuring(work);
  return calls.filter((call) => call.function === completionCall).length;
}

/** The pull of the next hour, by its schedule. */
const nextHour = () => kit.advance(hour);

it('is one call for each enrolled student at first, in however many courses', async () => {
  expect(await callsOf(() => pull(kit))).toBe(5);
  expect(counted(kit, 'RecordsPulled')).toBe(5);
});

it('is a call an hour later where something can have changed: not in courses without criteria', async () => {
  expect(await callsOf(nextHour)).toBe(3);
  expect(counted(kit, 'RecordsPulled')).toBe(5);
});

it('is none any more for who has completed everything', async () => {
  await maths.complete(`oec_student_${idOf(1)}`);
  await physics.complete(`oec_student_${idOf(1)}`);
  expect(await callsOf(nextHour)).toBe(3);
  expect(counted(kit, 'RecordsPulled')).toBe(6);
  expect(await callsOf(nextHour)).toBe(2);
});

it('is one more within a day for each of them, which finds what was changed nevertheless', async () => {
  await maths.reopen(`oec_student_${idOf(1)}`);
  const talk = await Course.prepare(kit.site(), 'oec_subj_3_course_2', 1);
  await talk.complete(`oec_student_${idOf(4)}`);
  const counts: number[] = [];
  for (let hours = 0; hours < 12; hours += 1) counts.push(await callsOf(nextHour));
  // Until the hour of their daily look two are asked, then all, then the one with a course that is open again.
  const beforeHour = Array.from({ length: 8 }, () => 2);
  expect(counts).toEqual([...beforeHour, 5, 4, 4, 4]);
  const reopened = { ...seen(1, 1, false, 100), ...seen(2, 1, true, 100) };
  expect(await entryOf(kit, record(1, 1))).toEqual({ completed: false, progress: 100, courses: reopened });
  const completed = { completed: true, progress: 100, courses: seen(3, 2, true, 100) };
  expect(await entryOf(kit, record(4, 2))).toEqual(completed);
});
