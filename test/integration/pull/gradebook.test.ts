import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolUsers, unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { createUsers } from '#shared/moodle/functions/users.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { type Kit, startKit } from '../kit.ts';
import { countByFunction } from '../reliability/support.ts';
import {
  counted,
  courseId,
  minute,
  monday,
  pull,
  pulled,
  stored,
  studying,
  userId,
  writtenDuring,
} from './support.ts';

const report = 'gradereport_user_get_grade_items';
const visibility = 'core_course_get_courses_by_field';

describe('a column of the gradebook', () => {
  let kit: Kit;
  let column: number;
  let exam: string;
  const teacher = () => teacherOf(kit.site().moodle).gradebook;
  const line = (student: number) => `moodle_demo_item_${column}_student_${student}`;
  const grade = async (student: number, value: number | null, at = monday) =>
    teacher().grade(column, await userId(kit, student), value, { at });
  const written = (work: () => unknown) =>
    writtenDuring(kit, async () => {
      await work();
      await pull(kit, 'gradebook');
    });
  const lineOf = async (student: number) =>
    (await pulled(kit, 'op.result.line')).find(({ id }) => id === line(student));

  beforeAll(async () => {
    kit = await startKit();
    await studying(kit, 4);
    column = teacher().addItem(await courseId(kit), { name: 'Oral & exam', grademax: 20 });
    exam = `moodle_demo_item_${column}`;
    await grade(1, 14.5);
    await grade(2, 0);
  });
  afterAll(() => kit.stop());

  it('becomes an exam and a result line for each grade, with two calls', async () => {
    expect(countByFunction(await pull(kit, 'gradebook'))).toEqual({ [report]: 1, [visibility]: 1 });
    const common = {
      id: exam,
      name: 'Oral & exam',
      course_id: 1,
      batch_id: false,
      exam_code: `MI${column}-2a97`,
      state: 'held',
    };
    expect(await pulled(kit, 'op.exam.session')).toEqual([
      { ...common, start_date: '2026-11-02', end_date: '2026-11-02', evaluation_type: 'normal' },
    ]);
    expect(await pulled(kit, 'op.exam')).toEqual([
      {
        ...common,
        session_id: exam,
        subject_id: 1,
        start_time: '2026-11-02 10:00:00',
        end_time: '2026-11-02 10:00:00',
        total_marks: 2000,
        min_marks: false,
        moodle_min_marks: false,
        grade_pass: false,
        moodle_module: 'item',
        moodle_instance_id: column,
        moodle_course: 'oec_subj_1_course_1',
      },
    ]);
    const common1 = {
      exam_id: exam,
      course_id: 1,
      subject_id: 1,
      item_name: 'Oral & exam',
      status: false,
      grade_max: 20,
      graded_at: '2026-11-02 10:00:00',
      withdrawn: false,
    };
    expect(await pulled(kit, 'op.result.line')).toEqual([
      { ...common1, id: line(1), student_id: 1, marks: 1450, grade_raw: 14.5, grade_percent: 72.5 },
      { ...common1, id: line(2), student_id: 2, marks: 0, grade_raw: 0, grade_percent: 0 },
    ]);
    expect(await pulled(kit, 'op.exam.attendees')).toEqual([]);
  });

  it('that is unchanged costs a call and writes nothing, also what is remembered', async () => {
    const [before, unchanged] = [
      await kit.mapping('oec_subj_1_course_1'),
      counted(kit).CoursesUnchanged ?? 0,
    ];
    let calls: Record<string, number> = {};
    expect(
      await writtenDuring(kit, async () => {
        calls = countByFunction(await pull(kit, 'gradebook'));
      }),
    ).toEqual([]);
    expect(calls).toEqual({ [report]: 1 });
    expect(await kit.mapping('oec_subj_1_course_1')).toEqual(before);
    expect(counted(kit).CoursesUnchanged).toBe(unchanged + 1);
  });

  it('writes the lines that changed, and no others', async () => {
    expect(await written(() => grade(1, 16))).toEqual([`op.result.line ${line(1)}`]);
    expect(await lineOf(1)).toMatchObject({
      marks: 1600,
      grade_raw: 16,
      grade_percent: 80,
      withdrawn: false,
    });
    expect(await written(() => grade(3, 7))).toEqual([`op.result.line ${line(3)}`]);
  });

  it('has a grade that was taken back as withdrawn, never as 0', async () => {
    expect(await written(() => grade(1, null))).toEqual([`op.result.line ${line(1)}`]);
    expect(await lineOf(1)).toEqual({
      id: line(1),
      exam_id: exam,
      student_id: 1,
      course_id: 1,
      subject_id: 1,
      item_name: 'Oral & exam',
      marks: false,
      status: false,
      grade_raw: null,
      grade_max: 20,
      grade_percent: null,
      graded_at: false,
      withdrawn: true,
    });
    expect(await written(() => {})).toEqual([]);
    expect(await written(() => grade(1, 16))).toEqual([`op.result.line ${line(1)}`]);
    expect(await lineOf(1)).toMatchObject({ marks: 1600, withdrawn: false });
  });

  it('that is hidden keeps what was pulled, and shows what changed when it is shown again', async () => {
    expect(await written(() => teacher().hide(column))).toEqual([]);
    expect(await written(() => grade(1, 17))).toEqual([]);
    expect(await written(() => teacher().hide(column, false))).toEqual([`op.result.line ${line(1)}`]);
    expect(await lineOf(1)).toMatchObject({ marks: 1700 });
  });

  it('keeps the grades of a student whose enrolment is suspended, or ends', async () => {
    const course = await courseId(kit);
    const [second, third] = [await userId(kit, 2), await userId(kit, 3)];
    const suspended = { roleid: 5, userid: second, courseid: course, suspend: true };
    expect(await written(() => enrolUsers(kit.site().client, [suspended]))).toEqual([]);
    expect(
      await written(() => unenrolUsers(kit.site().client, [{ userid: third, courseid: course }])),
    ).toEqual([]);
    expect(await lineOf(2)).toMatchObject({ marks: 0, withdrawn: false });
    expect(await lineOf(3)).toMatchObject({ marks: 700, withdrawn: false });
    expect(await written(() => enrolUsers(kit.site().client, [{ ...suspended, suspend: false }]))).toEqual(
      [],
    );
  });

  it('has no lines for people that the ERP does not know, and counts them', async () => {
    const before = counted(kit).PeopleUnknown ?? 0;
    const guest = { username: 'guest1', firstname: 'A', lastname: 'Guest', email: 'g@example.org' };
    const [made] = await createUsers(kit.site().client, [{ ...guest, password: 'Password-1!' }]);
    const courseid = await courseId(kit);
    await enrolUsers(kit.site().client, [{ roleid: 5, userid: made!.id, courseid }]);
    teacher().grade(column, made!.id, 12);
    expect(await written(() => {})).toEqual([]);
    expect(counted(kit).PeopleUnknown).toBe(before + 1);
  });

  it('causes no push, and leaves alone what the ERP edits until the grade changes', async () => {
    const [item] = (await stored(kit, 'op.result.line')).filter(({ id }) => id === line(1));
    const edited = { ...item, model: 'op.result.line', id: line(1), marks: 1900, note: 'after appeal' };
    const calls = await kit.site().callsDuring(() => kit.sync(edited));
    expect(calls).toEqual([]);
    expect(await written(() => grade(4, 3))).toEqual([`op.result.line ${line(4)}`]);
    expect(await lineOf(1)).toMatchObject({ marks: 1900, note: 'after appeal' });
    expect(await written(() => grade(1, 18))).toEqual([`op.result.line ${line(1)}`]);
    expect(await lineOf(1)).toMatchObject({ marks: 1800 });
  });

  it('that is deleted keeps what was pulled', async () => {
    expect(await written(() => teacher().delete(column))).toEqual([]);
    expect(await lineOf(1)).toMatchObject({ marks: 1800, withdrawn: false });
    expect(await kit.cloud.queueMessages(kit.cloud.resource('PushQueue'))).toEqual([]);
  });
});

describe('grades', () => {
  let kit: Kit;
  let course: number;
  let ana: number;
  const { addLine, marks } = {
    addLine: (name: string, grademax: number, value: number) => {
      const { gradebook } = teacherOf(kit.site().moodle);
      const column = gradebook.addItem(course, { name, grademax });
      gradebook.grade(column, ana, value, { at: monday, feedback: 'Well done' });
      return column;
    },
    /** Marks, total and status by name of the column. */
    marks: async () => {
      const exams = new Map((await pulled(kit, 'op.exam')).map((exam) => [exam.id, exam]));
      const lines = await pulled(kit, 'op.result.line');
      return Object.fromEntries(
        lines.map(({ item_name, marks: got, exam_id, status }) => [
          item_name,
          [got, exams.get(exam_id)?.total_marks, status],
        ]),
      );
    },
  };
  beforeAll(async () => {
    kit = await startKit();
    await studying(kit, 1);
    course = await courseId(kit);
    ana = await userId(kit, 1);
  });
  afterAll(() => kit.stop());

  it('are rounded half up, whatever they are out of', async () => {
    addLine('half', 100, 77.5);
    addLine('below half', 100, 77.49999);
    addLine('of 50', 50, 28.5);
    addLine('of 7', 7, 3.5);
    addLine('of 7.5', 7.5, 7.5);
    addLine('of a half', 0.5, 0.3);
    await pull(kit, 'gradebook');
    expect(await marks()).toEqual({
      half: [775, 1000, false],
      'below half': [775, 1000, false],
      'of 50': [2850, 5000, false],
      'of 7': [3500, 7000, false],
      'of 7.5': [7500, 7500, false],
      'of a half': [3000, 5000, false],
    });
  });

  it('are scaled to the total of an exam that the ERP has edited, and judged by its min_marks', async () => {
    const column = addLine('scaled', 50, 28.5);
    await pull(kit, 'gradebook');
    const [exam] = (await stored(kit, 'op.exam')).filter(({ moodle_instance_id: id }) => id === column);
    await kit.sync({ ...exam, total_marks: 200, min_marks: 114, name: 'Renamed' });
    teacherOf(kit.site().moodle).gradebook.grade(column, ana, 28.6);
    await pull(kit, 'gradebook');
    expect(await marks()).toMatchObject({ scaled: [114, 200, 'pass'] });
    // 113.6 of 200: no rounding crosses the pass mark.
    teacherOf(kit.site().moodle).gradebook.grade(column, ana, 28.4);
    await pull(kit, 'gradebook');
    expect(await marks()).toMatchObject({ scaled: [113, 200, 'fail'] });
    const exams = await pulled(kit, 'op.exam');
    expect(exams.find(({ moodle_instance_id: id }) => id === column)).toMatchObject({ name: 'Renamed' });
    expect(await writtenDuring(kit, () => pull(kit, 'gradebook'))).toEqual([]);
  });

  it('that are words of a scale, or nothing but feedback, are skipped and counted', async () => {
    const before = counted(kit).ValuesSkipped ?? 0;
    const { gradebook, activities } = teacherOf(kit.site().moodle);
    const scale = gradebook.addScaleItem(course, { name: 'Effort', scale: ['Poor', 'Fair', 'Good'] });
    const letters = activities.addAssignmentWithScale(course, { name: 'Letters', scale: ['F', 'C', 'A'] });
    const text = gradebook.addTextItem(course, { name: 'Words' });
    gradebook.grade(scale, ana, 3);
    activities.gradeAssignment(letters.id, ana, 2);
    gradebook.grade(text, ana, null, { feedback: 'only words' });
    expect(await writtenDuring(kit, () => pull(kit, 'gradebook'))).toEqual([]);
    expect(counted(kit).ValuesSkipped).toBe(before + 2);
  });

  it('come with feedback only where the instance asks for it', async () => {
    expect(JSON.stringify(await stored(kit, 'op.result.line'))).not.toContain('Well done');
    await kit.configure('demo', { pull_feedback: true });
    await kit.advance(minute);
    await pull(kit, 'gradebook');
    const lines = await pulled(kit, 'op.result.line');
    expect(lines.find(({ item_name }) => item_name === 'half')).toMatchObject({
      feedback: 'Well done',
      marks: 775,
    });
    expect(await writtenDuring(kit, () => pull(kit, 'gradebook'))).toEqual([]);
  });
});
