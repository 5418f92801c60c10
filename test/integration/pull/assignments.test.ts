import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolUsers, unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { createUsers } from '#shared/moodle/functions/users.ts';
import { type Kit, startKit } from '../kit.ts';
import { countByFunction } from '../reliability/support.ts';
import {
  counted,
  course,
  courseId,
  monday,
  pull,
  pulled,
  sendTask,
  stored,
  studying,
  userId,
  writtenDuring,
} from './support.ts';

const grades = 'mod_assign_get_grades';
const users = 'core_user_get_users_by_field';

describe('an assignment', () => {
  let kit: Kit;
  let essay: { id: number; cmid: number; itemid: number };
  let exam: string;
  let now = monday;
  const { activities } = { activities: () => kit.site().moodle.teacher.activities };
  const attendee = (student: number) => `op.exam.attendees ${exam}_student_${student}`;
  const record = async (student: number) =>
    (await pulled(kit, 'op.exam.attendees')).find(({ id }) => id === `${exam}_student_${student}`);
  const grade = async (student: number, value: number | null) => {
    now += 3600;
    activities().gradeAssignment(essay.id, await userId(kit, student), value, { at: now });
  };

  async function pulling(): Promise<{ written: string[]; calls: Record<string, number> }> {
    let calls: Record<string, number> = {};
    const written = await writtenDuring(kit, async () => {
      calls = countByFunction(await pull(kit, 'assessments'));
    });
    return { written, calls };
  }

  beforeAll(async () => {
    kit = await startKit();
    await studying(kit, 4);
    essay = activities().addAssignment(await courseId(kit), {
      name: 'Essay <1>',
      allowsubmissionsfromdate: monday - 24 * 3600,
      duedate: monday + 24 * 3600,
    });
    exam = `moodle_demo_assign_${essay.id}`;
    await grade(1, 77.5);
    await grade(2, 0);
    await pull(kit, 'gradebook');
  });
  afterAll(() => kit.stop());

  it('has an exam from the gradebook already, and becomes an attendee for each grade', async () => {
    const { calls, written } = await pulling();
    expect(calls).toEqual({ [grades]: 1, [users]: 1 });
    expect(written).toEqual([attendee(1), attendee(2)]);
    const common = {
      exam_id: exam,
      course_id: 1,
      subject_id: 1,
      status: 'present',
      grade_max: 100,
      withdrawn: false,
    };
    expect(await pulled(kit, 'op.exam.attendees')).toEqual([
      { ...common, id: `${exam}_student_1`, student_id: 1, marks: 78, grade_raw: 77.5, grade_percent: 77.5 },
      { ...common, id: `${exam}_student_2`, student_id: 2, marks: 0, grade_raw: 0, grade_percent: 0 },
    ]);
    expect(await pulled(kit, 'op.exam')).toMatchObject([
      {
        id: exam,
        name: 'Essay <1>',
        start_time: '2026-11-01 10:00:00',
        end_time: '2026-11-03 10:00:00',
        total_marks: 100,
        min_marks: false,
        moodle_module: 'assign',
      },
    ]);
    expect(await pulled(kit, 'op.exam.session')).toMatchObject([
      { id: exam, start_date: '2026-11-01', end_date: '2026-11-03' },
    ]);
  });

  it('that is unchanged costs a call and writes nothing, also what is remembered', async () => {
    const before = await kit.mapping('oec_subj_1_course_1');
    expect(await pulling()).toEqual({ calls: { [grades]: 1 }, written: [] });
    expect(await kit.mapping('oec_subj_1_course_1')).toEqual(before);
  });

  it('writes the grade that changed, and asks for nobody it knows', async () => {
    await grade(1, 80);
    expect(await pulling()).toEqual({ calls: { [grades]: 1 }, written: [attendee(1)] });
    expect(await record(1)).toMatchObject({ marks: 80, grade_raw: 80 });
    await grade(3, 61);
    expect(await pulling()).toEqual({ calls: { [grades]: 1, [users]: 1 }, written: [attendee(3)] });
    expect(await pulling()).toEqual({ calls: { [grades]: 1 }, written: [] });
  });

  it('has a grade that was taken back as withdrawn, and one that never was as nothing', async () => {
    await grade(1, null);
    await grade(4, null);
    expect((await pulling()).written).toEqual([attendee(1)]);
    expect(await record(1)).toEqual({
      id: `${exam}_student_1`,
      exam_id: exam,
      student_id: 1,
      course_id: 1,
      subject_id: 1,
      status: 'present',
      marks: false,
      grade_raw: null,
      grade_max: 100,
      grade_percent: null,
      withdrawn: true,
    });
    await grade(1, 81);
    expect((await pulling()).written).toEqual([attendee(1)]);
  });

  it('keeps the grades of a student whose enrolment ends, and takes one that is given later', async () => {
    const courseid = await courseId(kit);
    const userid = await userId(kit, 3);
    await unenrolUsers(kit.site().client, [{ userid, courseid }]);
    expect((await pulling()).written).toEqual([]);
    expect(await record(3)).toMatchObject({ marks: 61, withdrawn: false });
  });

  it('has no attendee for people that the ERP does not know, and counts them', async () => {
    const before = counted(kit).PeopleUnknown ?? 0;
    const stranger = { username: 'x1', firstname: 'A', lastname: 'Guest', email: 'x1@example.org' };
    const [made] = await createUsers(kit.site().client, [{ ...stranger, password: 'Password-1!' }]);
    await enrolUsers(kit.site().client, [{ roleid: 5, userid: made!.id, courseid: await courseId(kit) }]);
    now += 3600;
    activities().gradeAssignment(essay.id, made!.id, 50, { at: now });
    expect((await pulling()).written).toEqual([]);
    expect(counted(kit).PeopleUnknown).toBe(before + 1);
  });

  it('counts its marks as the exam of the ERP does', async () => {
    const [item] = await stored(kit, 'op.exam');
    expect(await kit.site().callsDuring(() => kit.sync({ ...item, total_marks: 20 }))).toEqual([]);
    await grade(2, 62.5);
    await pulling();
    expect(await record(2)).toMatchObject({ marks: 13, grade_raw: 62.5, grade_max: 100 });
  });

  it('that is hidden is not asked for: the gradebook does not show it', async () => {
    const hidden = activities().addAssignment(await courseId(kit), { name: 'Hidden' });
    activities().hide(hidden.cmid);
    activities().gradeAssignment(hidden.id, await userId(kit, 1), 10, { at: now });
    await pull(kit, 'gradebook');
    expect((await pulling()).written).toEqual([]);
  });

  it('that is deleted keeps what was pulled', async () => {
    const before = await pulled(kit, 'op.exam.attendees');
    activities().delete(essay.cmid);
    expect((await pulling()).written).toEqual([]);
    await pull(kit, 'gradebook');
    // No assignment is left: nothing has to be asked.
    expect(await pulling()).toEqual({ calls: {}, written: [] });
    expect(await pulled(kit, 'op.exam.attendees')).toEqual(before);
  });
});

describe('assignments', () => {
  it('are pulled once by two pulls that overlap, and keep what was pulled of a course that is deleted', async () => {
    await using kit = await startKit();
    await studying(kit, 3);
    const { moodle } = kit.site();
    const moodleId = await courseId(kit);
    const { id } = moodle.teacher.activities.addAssignment(moodleId, { name: 'Essay' });
    for (const student of [1, 2, 3])
      moodle.teacher.activities.gradeAssignment(id, await userId(kit, student), 50 + student, { at: monday });
    moodle.configure({ latencyMilliseconds: 200 });
    const assignments = [{ id, name: 'Essay', max: 100 }];
    const courses = [{ idnumber: course, moodle_id: moodleId, assignments }];
    await Promise.all([1, 2].map(() => sendTask(kit, { pull: 'assessments', courses })));
    await kit.settle();
    // An attendee for each student, and one exam with its session.
    expect(counted(kit).RecordsPulled).toBe(3 + 2);
    moodle.configure({ latencyMilliseconds: 0 });
    moodle.teacher.deleteCourse(moodleId);
    await sendTask(kit, { pull: 'assessments', courses });
    await kit.settle();
    expect((await pulled(kit, 'op.exam.attendees')).map(({ marks }) => marks)).toEqual([51, 52, 53]);
    expect(counted(kit).RecordsPulled).toBe(5);
  });

  it('are asked for fifty at a time, and make their exams where the gradebook has not', async () => {
    await using kit = await startKit();
    await studying(kit, 2, 3);
    const { activities } = kit.site().moodle.teacher;
    const ana = await userId(kit, 1);
    const add = async (subject: number, count: number) => {
      const course = await courseId(kit, `oec_subj_${subject}_course_1`);
      return Array.from({ length: count }, (_, index) =>
        activities.addAssignment(course, { name: `Task ${index}` }),
      );
    };
    const first = await add(1, 30);
    await add(2, 20);
    await add(3, 60);
    await pull(kit, 'gradebook');
    activities.gradeAssignment(first[0]!.id, ana, 50, { at: monday });
    const calls = countByFunction(await pull(kit, 'assessments'));
    expect(calls).toEqual({ [grades]: 3, [users]: 1, mod_assign_get_assignments: 1 });
    expect(await pulled(kit, 'op.exam')).toMatchObject([
      { id: `moodle_demo_assign_${first[0]!.id}`, name: 'Task 0', start_time: '2026-11-02 10:00:00' },
    ]);
    expect(await pulled(kit, 'op.exam.attendees')).toMatchObject([{ marks: 50 }]);
    // A call that is refused whole is made in halves, and the course that is at fault is left out.
    const bad = String(first[1]!.id);
    const undo = kit
      .site()
      .moodle.intercept(async (call, proceed) =>
        Object.values(call.parameters.assignmentids ?? {}).includes(bad)
          ? { kind: 'exception', exception: 'moodle_exception', errorcode: 'invalidrecord', message: 'no' }
          : proceed(),
      );
    const other = await courseId(kit, 'oec_subj_2_course_1');
    const theirs = activities.addAssignment(other, { name: 'Another' });
    await pull(kit, 'gradebook');
    activities.gradeAssignment(theirs.id, ana, 60, { at: monday });
    const written = await writtenDuring(kit, () => pull(kit, 'assessments'));
    expect(written).toContain(`op.exam.attendees moodle_demo_assign_${theirs.id}_student_1`);
    expect(counted(kit).PullsRefused).toBe(1);
    undo();
  });
});
