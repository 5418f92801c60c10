import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Interceptor } from '#local/moodle/simulated-moodle.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { type Kit, startKit } from '../kit.ts';
import { countByFunction, Gate, minute } from '../reliability/support.ts';
import {
  counted,
  course,
  courseId,
  hour,
  monday,
  pull,
  pulled,
  sendTask,
  studying,
  userId,
} from './support.ts';

const report = 'gradereport_user_get_grade_items';

/** A quiz in a course, with a grade for each of the first students. */
async function quizIn(kit: Kit, idnumber: string, students: number): Promise<{ id: number; itemid: number }> {
  const { activities } = teacherOf(kit.site().moodle);
  const quiz = activities.addQuiz(await courseId(kit, idnumber), { name: 'Quiz' });
  for (let student = 1; student <= students; student += 1)
    activities.finishQuiz(quiz.id, await userId(kit, student), student, { at: monday });
  return quiz;
}

const subjectCourse = (subject: number) => `oec_subj_${subject}_course_1`;

/** What a web server says when PHP has given up. */
const broken = { kind: 'http', status: 500, contentType: 'text/html', body: '' } as const;

/** Answers the reports of one course so. */
const faultIn =
  (courseid: number, answer: Awaited<ReturnType<Interceptor>>): Interceptor =>
  async (call, proceed) =>
    call.function === report && Number(call.parameters.courseid) === courseid ? answer : proceed();

describe('two pulls that overlap', () => {
  it('write each grade once, where Moodle is slow', async () => {
    await using kit = await startKit();
    await studying(kit, 4);
    await quizIn(kit, course, 4);
    kit.site().moodle.configure({ latencyMilliseconds: 200 });
    const courses = [{ idnumber: course, moodle_id: await courseId(kit) }];
    const calls = await kit.site().callsDuring(async () => {
      await Promise.all([1, 2].map(() => sendTask(kit, { pull: 'gradebook', courses })));
      await kit.settle();
    });
    expect(countByFunction(calls)).toMatchObject({ [report]: 2, core_course_get_contents: 1 });
    // A line and an attendee for each student, and one exam with its session.
    expect(counted(kit).RecordsPulled).toBe(4 * 2 + 2);
    expect(await pulled(kit, 'op.result.line')).toHaveLength(4);
    expect(countByFunction(await pull(kit, 'gradebook'))).toEqual({ [report]: 1 });
  });

  it('never put an older grade over a newer one', async () => {
    await using kit = await startKit();
    await studying(kit, 1);
    const { gradebook } = teacherOf(kit.site().moodle);
    const column = gradebook.addItem(await courseId(kit), { name: 'Oral' });
    gradebook.grade(column, await userId(kit, 1), 10, { at: monday });
    const courses = [{ idnumber: course, moodle_id: await courseId(kit) }];
    const gate = new Gate();
    let isFirst = true;
    kit.site().moodle.intercept(async (call, proceed) => {
      if (call.function !== report || !isFirst) return proceed();
      isFirst = false;
      const old = await proceed();
      await gate.pass();
      return old;
    });
    await sendTask(kit, { pull: 'gradebook', courses });
    await gate.arrived(1);
    gradebook.grade(column, await userId(kit, 1), 20, { at: monday });
    await sendTask(kit, { pull: 'gradebook', courses });
    await expect.poll(() => pulled(kit, 'op.result.line'), { timeout: 60_000 }).toHaveLength(1);
    // The second has noted the course by then, or has it still: the first leaves it alone in both cases.
    gate.open();
    await kit.settle();
    expect(await pulled(kit, 'op.result.line')).toMatchObject([{ marks: 200 }]);
    expect(counted(kit).RecordsPulled).toBe(3);
  });
});

describe('a pull that runs out of time', () => {
  it('hands courses on, and loses nothing', async () => {
    // A worker begins nothing in its last 150 seconds: this one has a second.
    await using kit = await startKit({ timeouts: { PullWorker: 151 } });
    await studying(kit, 2, 3);
    for (const subject of [1, 2, 3]) await quizIn(kit, subjectCourse(subject), 2);
    kit.site().moodle.configure({ latencyMilliseconds: 400 });
    expect(countByFunction(await pull(kit, 'gradebook'))[report]).toBe(3);
    expect(await pulled(kit, 'op.result.line')).toHaveLength(6);
    expect(counted(kit).RecordsPulled).toBe(3 * (2 * 2 + 2));
    expect(countByFunction(await pull(kit, 'gradebook'))).toEqual({ [report]: 3 });
  });
});

describe('a course', () => {
  let kit: Kit;
  let bad: number;
  beforeEach(async () => {
    kit = await startKit();
    await studying(kit, 1, 3);
    for (const subject of [1, 2, 3]) await quizIn(kit, subjectCourse(subject), 1);
    bad = await courseId(kit, subjectCourse(2));
  });
  afterEach(() => kit.stop());

  const places = async () => (await pulled(kit, 'op.exam')).map(({ moodle_course }) => moodle_course).sort();
  const warning = () =>
    kit.cloud.logs('pull-worker').find((line) => /Refused by Moodle|No answer about a course/.test(line));

  it('that was deleted in Moodle does not stop the others, and keeps what was pulled', async () => {
    await pull(kit, 'gradebook');
    teacherOf(kit.site().moodle).deleteCourse(bad);
    const { activities } = teacherOf(kit.site().moodle);
    const added = activities.addQuiz(await courseId(kit, subjectCourse(3)), { name: 'New' });
    activities.finishQuiz(added.id, await userId(kit, 1), 3);
    await pull(kit, 'gradebook');
    expect(await places()).toEqual([1, 2, 3, 3].map(subjectCourse));
    expect(await pulled(kit, 'op.result.line')).toHaveLength(4);
    expect(warning()).toContain(
      `"course":"${subjectCourse(2)}","function":"${report}","code":"invalidrecord"`,
    );
    expect(counted(kit).PullsRefused).toBe(1);
  });

  it('that is closed to the token does not stop the others', async () => {
    const refusal = { exception: 'required_capability_exception', errorcode: 'nopermissions', message: 'no' };
    kit.site().moodle.intercept(faultIn(bad, { kind: 'exception', ...refusal }));
    await pull(kit, 'gradebook');
    expect(await places()).toEqual([1, 3].map(subjectCourse));
    expect(warning()).toContain('"code":"nopermissions"');
  });

  it('whose report is too much for the server does not stop the others', async () => {
    const undo = kit.site().moodle.intercept(faultIn(bad, broken));
    await pull(kit, 'gradebook');
    expect(await places()).toEqual([1, 3].map(subjectCourse));
    expect(warning()).toContain('"code":"http"');
    undo();
    await pull(kit, 'gradebook');
    expect(await places()).toEqual([1, 2, 3].map(subjectCourse));
  });

  it('is pulled when its task comes back, after a Moodle that was away', async () => {
    kit.expectErrors(/Task not worked off|messages failed|No answer from Moodle/);
    const undo = kit.site().moodle.intercept(async () => broken);
    const calls = await pull(kit, 'gradebook');
    // The second course without an answer says that it is not the first one's fault.
    expect(countByFunction(calls)).toEqual({ [report]: 2 });
    expect(await places()).toEqual([]);
    undo();
    await kit.advance(31 * minute);
    expect(await places()).toEqual([1, 2, 3].map(subjectCourse));
    await kit.advance(hour);
    expect(counted(kit).RecordsPulled).toBe(3 * 4);
  });
});
