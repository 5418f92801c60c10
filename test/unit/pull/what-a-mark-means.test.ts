import { describe, expect, it } from 'vitest';
import { PullKit } from './pull-kit.ts';

const [ana, ben, cleo] = [1, 2, 3];
const best = 'mod_quiz_get_user_best_grade';

/** Marks, total and status of a column's lines, by student. */
function results(kit: PullKit, itemid: number) {
  const lines = kit.all('op.result.line').filter(({ id }) => id.includes(`_item_${itemid}_`));
  return Object.fromEntries(
    lines.map(({ student_id, marks, status, exam_id }) => {
      const exam = kit.all('op.exam').find(({ id }) => id === exam_id);
      return [String(student_id), [marks, exam?.total_marks, status]];
    }),
  );
}

describe('scales of digits', () => {
  it('arrive as the number that is shown; words, and numbers that fall, are skipped and counted', async () => {
    await using kit = await PullKit.start();
    const { gradebook, activities } = kit.teacher;
    const danish = ['-3', '00', '02', '4', '7', '10', '12'];
    const oral = gradebook.addScaleItem(kit.courseId, { name: 'Oral', scale: danish });
    gradebook.grade(oral, kit.user(ana), 7);
    gradebook.grade(oral, kit.user(ben), 3);
    gradebook.grade(oral, kit.user(cleo), 1);
    const italian = Array.from({ length: 13 }, (_, index) => String(18 + index));
    const essay = activities.addAssignmentWithScale(kit.courseId, { name: 'Tesi', scale: italian });
    activities.gradeAssignment(essay.id, kit.user(ana), 1);
    activities.gradeAssignment(essay.id, kit.user(ben), 13);
    const german = gradebook.addScaleItem(kit.courseId, {
      name: 'Note',
      scale: ['6', '5', '4', '3', '2', '1'],
    });
    gradebook.grade(german, kit.user(ana), 1);
    gradebook.grade(german, kit.user(ben), 6);
    const words = gradebook.addScaleItem(kit.courseId, { name: 'Effort', scale: ['Poor', '5'] });
    gradebook.grade(words, kit.user(ana), 2);
    await kit.pull();
    expect(kit.line(oral, ana)).toMatchObject({
      grade_raw: 12,
      grade_max: 12,
      grade_percent: 100,
      marks: 1200,
    });
    expect(kit.line(oral, ben)).toMatchObject({ grade_raw: 2, grade_max: 12, marks: 200 });
    expect(kit.line(oral, cleo)).toMatchObject({ grade_raw: -3, grade_percent: 0, marks: 0 });
    expect(kit.attendee({ module: 'assign', id: essay.id }, ana)).toMatchObject({
      grade_raw: 18,
      grade_max: 30,
    });
    expect(kit.attendee({ module: 'assign', id: essay.id }, ben)).toMatchObject({
      grade_raw: 30,
      marks: 3000,
    });
    expect(results(kit, german)).toEqual({});
    expect(results(kit, words)).toEqual({});
    expect(kit.counts.ValuesSkipped).toBe(3);
    gradebook.grade(oral, kit.user(ana), null);
    await kit.pull();
    expect(kit.line(oral, ana)).toMatchObject({ withdrawn: true });
  });
});

describe('marks', () => {
  it('keep the decimals of small ranges', async () => {
    await using kit = await PullKit.start({ students: 4 });
    const { gradebook } = kit.teacher;
    const oral = gradebook.addItem(kit.courseId, { name: 'Oral', grademax: 10 });
    for (const [index, grade] of [4.95, 7.4, 9.49, 9.5].entries())
      gradebook.grade(oral, kit.user(index + 1), grade);
    await kit.pull();
    expect(results(kit, oral)).toEqual({
      1: [495, 1000, false],
      2: [740, 1000, false],
      3: [949, 1000, false],
      4: [950, 1000, false],
    });
  });

  it.each([
    ['moodle' as const, [5, 10]],
    [100, [50, 100]],
    [undefined, [495, 1000]],
  ])('are counted as the instance says: %s', async (total_marks, expected) => {
    await using kit = await PullKit.start({ settings: { total_marks } });
    const { gradebook } = kit.teacher;
    const oral = gradebook.addItem(kit.courseId, { name: 'Oral', grademax: 10 });
    gradebook.grade(oral, kit.user(ana), 4.95);
    await kit.pull();
    expect(results(kit, oral)[ana]?.slice(0, 2)).toEqual(expected);
  });
});

describe('pass and fail', () => {
  it('of a quiz are its exact pass mark, asked for once, whatever the marks are rounded to', async () => {
    await using kit = await PullKit.start({ settings: { total_marks: 'moodle' } });
    const { activities } = kit.teacher;
    const quiz = activities.addQuiz(kit.courseId, { name: 'Quiz', gradepass: 5 });
    activities.finishQuiz(quiz.id, kit.user(ana), 4.6);
    activities.finishQuiz(quiz.id, kit.user(ben), 5);
    const { calls } = await kit.pull();
    expect(calls[best]).toBe(1);
    expect(kit.exam({ module: 'quiz', id: quiz.id })).toMatchObject({
      total_marks: 10,
      min_marks: 5,
      moodle_min_marks: 5,
      grade_pass: 5,
    });
    expect(results(kit, quiz.itemid)).toEqual({ 1: [4, 10, 'fail'], 2: [5, 10, 'pass'] });
    activities.finishQuiz(quiz.id, kit.user(cleo), 4.99);
    expect((await kit.pull()).calls[best]).toBeUndefined();
    expect(results(kit, quiz.itemid)[cleo]).toEqual([4, 10, 'fail']);
  });

  it('follow a pass mark that is changed, and the exam with them', async () => {
    await using kit = await PullKit.start();
    const { activities, gradebook } = kit.teacher;
    const quiz = activities.addQuiz(kit.courseId, { name: 'Quiz', gradepass: 5 });
    activities.finishQuiz(quiz.id, kit.user(ana), 6);
    activities.finishQuiz(quiz.id, kit.user(ben), 9);
    await kit.pull();
    gradebook.setPassMark(quiz.itemid, 6.5);
    const { calls, written } = await kit.pull();
    expect(calls[best]).toBe(1);
    expect(written).toEqual([
      `op.exam moodle_demo_quiz_${quiz.id}`,
      `op.exam.attendees moodle_demo_quiz_${quiz.id}_student_1`,
      `op.result.line moodle_demo_item_${quiz.itemid}_student_1`,
    ]);
    expect(kit.exam({ module: 'quiz', id: quiz.id })).toMatchObject({ min_marks: 650, grade_pass: 6.5 });
    expect(results(kit, quiz.itemid)).toEqual({ 1: [600, 1000, 'fail'], 2: [900, 1000, 'pass'] });
    gradebook.setPassMark(quiz.itemid, 0);
    await kit.pull();
    expect(kit.exam({ module: 'quiz', id: quiz.id })).toMatchObject({ min_marks: false, grade_pass: false });
    expect(results(kit, quiz.itemid)).toEqual({ 1: [600, 1000, false], 2: [900, 1000, false] });
  });

  it('of an assignment or a column are what Moodle says of each student, without a call', async () => {
    await using kit = await PullKit.start({ students: 4 });
    const { activities, gradebook } = kit.teacher;
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay', gradepass: 50 });
    const oral = gradebook.addItem(kit.courseId, { name: 'Oral', grademax: 10, gradepass: 5 });
    activities.gradeAssignment(essay.id, kit.user(ana), 12);
    gradebook.grade(oral, kit.user(ana), 4.5);
    const { calls } = await kit.pull();
    expect(calls[best]).toBeUndefined();
    const exam = () => kit.exam({ module: 'assign', id: essay.id });
    expect(exam()).toMatchObject({ total_marks: 1000, min_marks: 500, grade_pass: false });
    expect(results(kit, essay.itemid)).toEqual({ 1: [120, 1000, 'fail'] });
    expect(results(kit, oral)).toEqual({ 1: [450, 1000, 'fail'] });
    // The exam's pass mark gives way where it would judge somebody otherwise than Moodle.
    gradebook.setPassMark(essay.itemid, 60);
    activities.gradeAssignment(essay.id, kit.user(ben), 59.96);
    activities.gradeAssignment(essay.id, kit.user(cleo), 60);
    activities.gradeAssignment(essay.id, kit.user(4), 75);
    await kit.pull();
    expect(exam()).toMatchObject({ min_marks: 600 });
    expect(results(kit, essay.itemid)).toEqual({
      1: [120, 1000, 'fail'],
      2: [599, 1000, 'fail'],
      3: [600, 1000, 'pass'],
      4: [750, 1000, 'pass'],
    });
  });

  it('are nothing where Moodle says nothing of passing', async () => {
    await using kit = await PullKit.start();
    const { activities } = kit.teacher;
    const quiz = activities.addQuiz(kit.courseId, { name: 'Quiz' });
    activities.finishQuiz(quiz.id, kit.user(ana), 3);
    const { calls } = await kit.pull();
    expect(calls[best]).toBeUndefined();
    expect(kit.exam({ module: 'quiz', id: quiz.id })).toMatchObject({ min_marks: false, state: 'held' });
    expect(results(kit, quiz.itemid)).toEqual({ 1: [300, 1000, false] });
  });

  it("are the ERP's where it has set a pass mark of its own: no rounding crosses that one either", async () => {
    await using kit = await PullKit.start();
    const { gradebook } = kit.teacher;
    const oral = gradebook.addItem(kit.courseId, { name: 'Oral', gradepass: 50 });
    gradebook.grade(oral, kit.user(ana), 39.6);
    gradebook.grade(oral, kit.user(ben), 40);
    await kit.pull();
    const exam = kit.exam({ module: 'item', id: oral });
    kit.put({ ...exam, total_marks: 100, min_marks: 40 } as never);
    gradebook.grade(oral, kit.user(cleo), 41);
    await kit.pull();
    expect(results(kit, oral)).toEqual({
      1: [39, 100, 'fail'],
      2: [40, 100, 'pass'],
      3: [41, 100, 'pass'],
    });
    expect(kit.exam({ module: 'item', id: oral })).toMatchObject({ min_marks: 40, total_marks: 100 });
  });
});
