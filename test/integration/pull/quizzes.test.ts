import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kit, startKit } from '../kit.ts';
import { countByFunction } from '../reliability/support.ts';
import {
  counted,
  courseId,
  monday,
  pull,
  pulled,
  stored,
  studying,
  userId,
  writtenDuring,
} from './support.ts';

const report = 'gradereport_user_get_grade_items';
const best = 'mod_quiz_get_user_best_grade';
const list = 'mod_quiz_get_quizzes_by_courses';
const hour = 3600;

describe('a quiz', () => {
  let kit: Kit;
  let quiz: { id: number; cmid: number; itemid: number };
  let exam: string;
  const teacher = () => kit.site().moodle.teacher;
  const attendee = (student: number) => `op.exam.attendees ${exam}_student_${student}`;
  const line = (student: number) => `op.result.line moodle_demo_item_${quiz.itemid}_student_${student}`;
  const finish = async (student: number, grade: number) =>
    teacher().activities.finishQuiz(quiz.id, await userId(kit, student), grade, { at: monday });
  const record = async (model: string, student: number) =>
    (await pulled(kit, model)).find(({ student_id: id, exam_id: of }) => id === student && of === exam);

  /** Pulls once. @returns the records written, and how often each function was called */
  async function pulling(): Promise<{ written: string[]; calls: Record<string, number> }> {
    let calls: Record<string, number> = {};
    const written = await writtenDuring(kit, async () => {
      calls = countByFunction(await pull(kit, 'gradebook'));
    });
    return { written, calls };
  }

  beforeAll(async () => {
    kit = await startKit();
    await studying(kit, 4);
    quiz = teacher().activities.addQuiz(await courseId(kit), {
      name: 'Quiz & A',
      gradepass: 5,
      timeopen: monday - hour,
      timeclose: monday + hour,
    });
    exam = `moodle_demo_quiz_${quiz.id}`;
    await finish(1, 7.5);
    await finish(2, 4.5);
  });
  afterAll(() => kit.stop());

  it('becomes an exam with its times and pass mark, and an attendee for each grade', async () => {
    const { calls, written } = await pulling();
    expect(calls).toEqual({ [report]: 1, [best]: 2, [list]: 1 });
    expect(written).toEqual(
      [attendee(1), attendee(2), `op.exam ${exam}`, `op.exam.session ${exam}`, line(1), line(2)].sort(),
    );
    expect(await pulled(kit, 'op.exam.session')).toEqual([
      {
        id: exam,
        name: 'Quiz & A',
        course_id: 1,
        batch_id: false,
        exam_code: `MQ${quiz.id}-2a97`,
        start_date: '2026-11-02',
        end_date: '2026-11-02',
        evaluation_type: 'normal',
        state: 'done',
      },
    ]);
    expect(await pulled(kit, 'op.exam')).toEqual([
      {
        id: exam,
        session_id: exam,
        name: 'Quiz & A',
        course_id: 1,
        batch_id: false,
        subject_id: 1,
        exam_code: `MQ${quiz.id}-2a97`,
        start_time: '2026-11-02 09:00:00',
        end_time: '2026-11-02 11:00:00',
        total_marks: 10,
        min_marks: 5,
        grade_pass: 5,
        state: 'done',
        moodle_module: 'quiz',
        moodle_instance_id: quiz.id,
        moodle_course: 'oec_subj_1_course_1',
      },
    ]);
    const common = {
      exam_id: exam,
      course_id: 1,
      subject_id: 1,
      status: 'present',
      grade_max: 10,
      withdrawn: false,
    };
    expect(await pulled(kit, 'op.exam.attendees')).toEqual([
      { ...common, id: `${exam}_student_1`, student_id: 1, marks: 8, grade_raw: 7.5, grade_percent: 75 },
      { ...common, id: `${exam}_student_2`, student_id: 2, marks: 5, grade_raw: 4.5, grade_percent: 45 },
    ]);
  });

  it('is judged by its exact pass mark: 4.5 of 10 are 5 marks, and not 5 to pass', async () => {
    expect(await record('op.result.line', 1)).toMatchObject({ marks: 8, status: 'pass' });
    expect(await record('op.result.line', 2)).toMatchObject({ marks: 5, status: 'fail' });
  });

  it('costs no call for grades that have not changed, and one for each that has', async () => {
    expect(await pulling()).toEqual({ calls: { [report]: 1 }, written: [] });
    await finish(2, 6);
    await finish(3, 10);
    expect(await pulling()).toEqual({
      calls: { [report]: 1, [best]: 2 },
      written: [attendee(2), attendee(3), line(2), line(3)],
    });
    expect(await record('op.exam.attendees', 2)).toMatchObject({ marks: 6 });
  });

  it('whose attempts are deleted has the grade as withdrawn in both records', async () => {
    teacher().activities.deleteAttempts(quiz.id, await userId(kit, 3));
    expect(await pulling()).toEqual({ calls: { [report]: 1, [best]: 1 }, written: [attendee(3), line(3)] });
    expect(await record('op.exam.attendees', 3)).toEqual({
      id: `${exam}_student_3`,
      exam_id: exam,
      student_id: 3,
      course_id: 1,
      subject_id: 1,
      status: 'present',
      marks: false,
      grade_raw: null,
      grade_max: 10,
      grade_percent: null,
      withdrawn: true,
    });
    expect(await record('op.result.line', 3)).toMatchObject({ marks: false, withdrawn: true, status: false });
  });

  it('whose grade a teacher types into the gradebook has a line, and no attendee without an attempt', async () => {
    teacher().gradebook.grade(quiz.itemid, await userId(kit, 4), 9);
    expect(await pulling()).toEqual({ calls: { [report]: 1, [best]: 1 }, written: [line(4)] });
    expect(await record('op.result.line', 4)).toMatchObject({ marks: 9, status: 'pass' });
    // The attempt counts for the attendee, and the gradebook for the line.
    teacher().gradebook.grade(quiz.itemid, await userId(kit, 1), 3);
    expect((await pulling()).written).toEqual([attendee(1), line(1)]);
    expect(await record('op.exam.attendees', 1)).toMatchObject({ marks: 8 });
    expect(await record('op.result.line', 1)).toMatchObject({ marks: 3, status: 'fail' });
  });

  it('judges all anew when its pass mark is seen to have changed, without a call for each', async () => {
    teacher().gradebook.setPassMark(quiz.itemid, 6.5);
    expect(await pulling()).toEqual({ calls: { [report]: 1 }, written: [] });
    await finish(3, 8);
    expect(await pulling()).toEqual({
      calls: { [report]: 1, [best]: 1 },
      written: [attendee(3), line(1), line(2), line(3), line(4)],
    });
    expect(await record('op.result.line', 2)).toMatchObject({ marks: 6, status: 'fail' });
    expect(await pulling()).toEqual({ calls: { [report]: 1 }, written: [] });
  });

  it("is judged by the exam's min_marks once the ERP has set them", async () => {
    const [item] = await stored(kit, 'op.exam');
    expect(await kit.site().callsDuring(() => kit.sync({ ...item, min_marks: 6 }))).toEqual([]);
    await finish(1, 9.5);
    teacher().gradebook.grade(quiz.itemid, await userId(kit, 1), 9.5);
    await pulling();
    expect(await record('op.result.line', 2)).toMatchObject({ marks: 6, status: 'pass' });
    expect(await pulling()).toEqual({ calls: { [report]: 1 }, written: [] });
  });

  it('that does not answer for one student is asked again, and the others come', async () => {
    const refusedFor = String(await userId(kit, 2));
    const undo = kit
      .site()
      .moodle.intercept(async (call, proceed) =>
        call.function === best && call.parameters.userid === refusedFor
          ? { kind: 'exception', exception: 'moodle_exception', errorcode: 'invaliduser', message: 'no' }
          : proceed(),
      );
    const before = counted(kit).PullsRefused ?? 0;
    await finish(2, 9);
    await finish(3, 9);
    expect((await pulling()).written).toEqual([attendee(3), line(3)]);
    expect(counted(kit).PullsRefused).toBe(before + 1);
    const refusal = kit.cloud.logs('pull-worker').find((text) => text.includes('Refused by Moodle'));
    expect(refusal).toMatch(
      /"course":"oec_subj_1_course_1","student":"2","function":"mod_quiz_get_user_best_grade"/,
    );
    undo();
    expect((await pulling()).written).toEqual([attendee(2), line(2)]);
    expect(await pulling()).toEqual({ calls: { [report]: 1 }, written: [] });
  });

  it('that is closed to the token is asked once a pull, and comes when it is opened', async () => {
    const refusal = { exception: 'required_capability_exception', errorcode: 'nopermissions', message: 'no' };
    const undo = kit
      .site()
      .moodle.intercept(async (call, proceed) =>
        call.function === best ? { kind: 'exception', ...refusal } : proceed(),
      );
    await finish(2, 9.5);
    await finish(3, 9.5);
    expect(await pulling()).toEqual({ calls: { [report]: 1, [best]: 1 }, written: [] });
    undo();
    expect((await pulling()).written).toEqual([attendee(2), attendee(3), line(2), line(3)]);
  });

  it('that is deleted keeps what was pulled', async () => {
    teacher().activities.delete(quiz.cmid);
    expect(await pulling()).toEqual({ calls: { [report]: 1 }, written: [] });
    expect(await pulled(kit, 'op.exam.attendees')).toHaveLength(3);
  });

  it('and an assignment with the same number do not meet', async () => {
    const { activities } = teacher();
    const course = await courseId(kit);
    const another = activities.addQuiz(course, { name: 'Another quiz' });
    let assignment = activities.addAssignment(course, { name: 'Essay' });
    while (assignment.id < another.id) assignment = activities.addAssignment(course, { name: 'Essay' });
    expect(assignment.id).toBe(another.id);
    activities.finishQuiz(another.id, await userId(kit, 1), 4);
    activities.gradeAssignment(assignment.id, await userId(kit, 1), 88);
    await pull(kit, 'gradebook', 'assessments');
    const marks = (await pulled(kit, 'op.exam.attendees')).map(({ id, marks: got }) => [id, got]);
    expect(Object.fromEntries(marks)).toMatchObject({
      [`moodle_demo_quiz_${another.id}_student_1`]: 4,
      [`moodle_demo_assign_${another.id}_student_1`]: 88,
    });
    const codes = (await pulled(kit, 'op.exam')).map(({ exam_code }) => exam_code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
