import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { type Kit, startKit } from '../kit.ts';
import { countByFunction } from '../reliability/support.ts';
import { courseId, monday, pull, pulled, studying, userId, writtenDuring } from './support.ts';

const hour = 3600;

describe('a quiz and an assignment', () => {
  let kit: Kit;
  let quiz: { id: number; cmid: number; itemid: number };
  let essay: { id: number; cmid: number; itemid: number };
  const activities = () => teacherOf(kit.site().moodle).activities;

  beforeAll(async () => {
    kit = await startKit();
    await studying(kit, 2);
    const course = await courseId(kit);
    const times = { timeopen: monday - hour, timeclose: monday + hour };
    quiz = activities().addQuiz(course, { name: 'Quiz & A', gradepass: 5, ...times });
    const dates = { allowsubmissionsfromdate: monday - 24 * hour, duedate: monday + 24 * hour };
    essay = activities().addAssignment(course, { name: 'Essay <1>', ...dates });
    activities().finishQuiz(quiz.id, await userId(kit, 1), 7.5, { at: monday });
    activities().finishQuiz(quiz.id, await userId(kit, 2), 4.5, { at: monday });
    activities().gradeAssignment(essay.id, await userId(kit, 1), 77.5, { at: monday });
  });
  afterAll(() => kit.stop());

  it('become exams with their names, times and pass mark, and an attendee and a line for each grade', async () => {
    expect(countByFunction(await pull(kit, 'gradebook'))).toEqual({
      gradereport_user_get_grade_items: 1,
      core_course_get_courses_by_field: 1,
      core_course_get_contents: 1,
      mod_quiz_get_user_best_grade: 1,
    });
    const common = { course_id: 1, batch_id: false, state: 'held' };
    const [quizExam, essayExam] = [`moodle_demo_quiz_${quiz.id}`, `moodle_demo_assign_${essay.id}`];
    expect(await pulled(kit, 'op.exam.session')).toEqual([
      {
        ...common,
        id: essayExam,
        name: 'Essay <1>',
        exam_code: `MA${essay.id}-2a97`,
        start_date: '2026-11-01',
        end_date: '2026-11-03',
        evaluation_type: 'normal',
      },
      {
        ...common,
        id: quizExam,
        name: 'Quiz & A',
        exam_code: `MQ${quiz.id}-2a97`,
        start_date: '2026-11-02',
        end_date: '2026-11-02',
        evaluation_type: 'normal',
      },
    ]);
    expect(await pulled(kit, 'op.exam')).toMatchObject([
      { id: essayExam, start_time: '2026-11-01 10:00:00', end_time: '2026-11-03 10:00:00', min_marks: false },
      {
        ...common,
        id: quizExam,
        session_id: quizExam,
        subject_id: 1,
        start_time: '2026-11-02 09:00:00',
        end_time: '2026-11-02 11:00:00',
        total_marks: 1000,
        min_marks: 500,
        moodle_min_marks: 500,
        grade_pass: 5,
        moodle_module: 'quiz',
        moodle_instance_id: quiz.id,
        moodle_course: 'oec_subj_1_course_1',
      },
    ]);
    const attendee = { course_id: 1, subject_id: 1, status: 'present', withdrawn: false };
    expect(await pulled(kit, 'op.exam.attendees')).toEqual([
      {
        ...attendee,
        ...{ id: `${essayExam}_student_1`, exam_id: essayExam, student_id: 1, marks: 775 },
        ...{ grade_raw: 77.5, grade_max: 100, grade_percent: 77.5 },
      },
      {
        ...attendee,
        ...{ id: `${quizExam}_student_1`, exam_id: quizExam, student_id: 1, marks: 750 },
        ...{ grade_raw: 7.5, grade_max: 10, grade_percent: 75 },
      },
      {
        ...attendee,
        ...{ id: `${quizExam}_student_2`, exam_id: quizExam, student_id: 2, marks: 450 },
        ...{ grade_raw: 4.5, grade_max: 10, grade_percent: 45 },
      },
    ]);
    const statuses = (await pulled(kit, 'op.result.line')).map(({ item_name, status }) => [
      item_name,
      status,
    ]);
    expect(statuses).toEqual([
      ['Quiz & A', 'pass'],
      ['Quiz & A', 'fail'],
      ['Essay <1>', false],
    ]);
  });

  it('keep what was pulled when they are deleted, and cost one call while nothing changes', async () => {
    activities().delete(quiz.cmid);
    expect(await writtenDuring(kit, () => pull(kit, 'gradebook'))).toEqual([]);
    expect(countByFunction(await pull(kit, 'gradebook'))).toEqual({ gradereport_user_get_grade_items: 1 });
    expect(await pulled(kit, 'op.exam.attendees')).toHaveLength(3);
  });
});
