import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daysBefore, endOfDay, startOfDay } from '#shared/models/fields/school-day.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { createCourses, getCourseByField } from '#shared/moodle/functions/courses.ts';
import type { Item } from '#shared/store/documents.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { batch, enrolment, faculty, type Kit, program, session, startKit, student, subject } from '../kit.ts';
import { pull, pulled, userId } from '../pull/support.ts';
import { sweep } from '../sweep/support.ts';

const day = 24 * 60 * 60_000;
const zone = 'Asia/Kolkata';
const inTerm = (subjectId: number, term: number) => `oec_subj_${subjectId}_course_1_term_${term}`;
const named = (id: number, what: string): [number, string] => [id, `${what} ${id}`];

/**
 * A college with three intakes, batches 1 to 3 of one program, and an academic year of two terms. Subject 1 is taught to
 * beginners in the first term, subject 2 in the second, subject 3 to the others in both.
 */
describe('a year of a college with courses for terms', () => {
  let kit: Kit;
  let first: [begins: string, ends: string];
  let second: [begins: string, ends: string];

  const academic = (model: string, id: number, fields: Record<string, unknown>): Item => ({
    model: `op.academic.${model}`,
    id: String(id),
    write_date: '2026-09-01 08:00:00',
    ...fields,
  });
  const term = (id: number, [from, to]: [string, string]) =>
    academic('term', id, {
      name: `Semester ${id}`,
      term_start_date: from,
      term_end_date: to,
      academic_year_id: named(1, 'Year'),
      parent_term: false,
    });
  const studies = (id: number, studentId: number, batchId: number, termId: number, subjectIds: number[]) =>
    enrolment(id, studentId, 1, batchId, {
      academic_years_id: named(1, 'Year'),
      academic_term_id: named(termId, 'Semester'),
      subject_ids: subjectIds,
    });
  const later = async (days: number) => {
    await kit.advance(days * day);
    await sweep(kit);
  };
  const course = async (idnumber: string) => {
    const found = await getCourseByField(kit.site().client, 'idnumber', idnumber);
    if (!found) return undefined;
    const { shortname, visible, startdate, enddate } = found;
    return { shortname, visible: visible === 1, startdate, enddate };
  };
  const dates = ([from, to]: [string, string]) => ({
    startdate: startOfDay(from, zone),
    enddate: endOfDay(to, zone) - 59,
  });
  const quizzesIn = async (idnumber: string) => {
    const modules = await getCourseModules(kit.site().client, (await kit.site().course(idnumber))!.id);
    return modules.filter(({ modname }) => modname === 'quiz').map(({ name }) => name);
  };
  const inCourse = (idnumber: string) => kit.site().participants(idnumber);
  const lesson = (id: number, subjectId: number, batchId: number, on: string) =>
    session(id, 1, subjectId, 1, {
      batch_id: named(batchId, 'Batch'),
      start_datetime: `${on} 04:00:00`,
      end_datetime: `${on} 05:00:00`,
    });
  const gradeIn = async (idnumber: string, studentId: number, value: number) => {
    const { gradebook } = teacherOf(kit.site().moodle);
    const { id } = (await kit.site().course(idnumber))!;
    const column = gradebook.addItem(id, { name: `Exam of ${idnumber}`, grademax: 20 });
    gradebook.grade(column, await userId(kit, studentId), value, { at: kit.cloud.clock.now() / 1000 });
    await pull(kit, 'gradebook');
    const lines = await pulled(kit, 'op.result.line');
    return lines.filter(({ id: line }) => line === `moodle_demo_item_${column}_student_${studentId}`);
  };

  beforeAll(async () => {
    kit = await startKit({
      schedules: 'none',
      instances: [
        {
          ...{ time_zone: zone, course_per: 'term', on_finish: 'suspend' },
          courses: { made_weeks_before: 2, shown_days_before: 1 },
          course_template: 'TPL',
          cohorts: 'both',
        },
      ],
    });
    const { client, moodle } = kit.site();
    const [template] = await createCourses(client, [
      { fullname: 'Template', shortname: 'TPL', categoryid: 1 },
    ]);
    teacherOf(moodle).activities.addQuiz(template!.id, { name: 'Quiz of the template' });
    // Into the middle of a day at the school.
    await kit.advance(day - (kit.cloud.clock.now() % day) + 6 * 60 * 60_000);
    const today = new Date(kit.cloud.clock.now()).toISOString().slice(0, 10);
    first = [daysBefore(today, -20), daysBefore(today, -120)];
    second = [daysBefore(today, -130), daysBefore(today, -230)];
    const batchFrom = (id: number, from: string) =>
      batch(id, 1, { start_date: from, end_date: daysBefore(today, -600) });
    await kit.sync(
      program(1, { subject_ids: [1, 2, 3] }),
      ...[subject(1), subject(2), subject(3)],
      academic('year', 1, { name: '2026-27', start_date: first[0], end_date: second[1] }),
      ...[term(1, first), term(2, second)],
      ...[batchFrom(1, daysBefore(today, 700)), batchFrom(2, daysBefore(today, 300)), batchFrom(3, first[0])],
      ...[
        student(1),
        student(2),
        student(3),
        student(4),
        faculty(1),
        faculty(2, { faculty_subject_ids: [3] }),
      ],
      ...[studies(1, 1, 1, 1, [3]), studies(2, 2, 2, 1, [3]), studies(3, 3, 3, 1, [1])],
      // Repeats: was in batch 2, and is now a beginner once more.
      enrolment(4, 4, 1, 2, { state: 'finished' }),
      studies(5, 4, 3, 1, [1]),
      ...[lesson(1, 1, 3, daysBefore(first[0], -3)), lesson(2, 2, 3, daysBefore(second[0], -3))],
    );
    await sweep(kit);
  });
  afterAll(() => kit.stop());

  it('begins with no course', async () => {
    await later(5);
    for (const id of [1, 2, 3]) expect(await course(inTerm(id, 1))).toBeUndefined();
    expect(await kit.troubles()).toEqual({});
  });

  it('has the courses of the first term two weeks before it, with all intakes in their groups', async () => {
    await later(1);
    expect(await course(inTerm(1, 1))).toEqual({
      ...{ shortname: 'S1_P1_2026-27_Semester 1', visible: false },
      ...dates(first),
    });
    expect(await inCourse(inTerm(3, 1))).toEqual({
      oec_student_1: 'student in oec_batch_1',
      oec_student_2: 'student in oec_batch_2',
      oec_faculty_2: 'editingteacher',
    });
    expect(await inCourse(inTerm(1, 1))).toEqual({
      oec_student_3: 'student in oec_batch_3',
      oec_student_4: 'student in oec_batch_3',
      oec_faculty_1: 'editingteacher',
    });
    expect(await quizzesIn(inTerm(1, 1))).toEqual(['Quiz of the template']);
    expect(await kit.site().groups(inTerm(1, 1))).toEqual({ oec_batch_3: 'Batch 3 (B3)' });
    expect(await course(inTerm(2, 2))).toBeUndefined();
    await later(13);
    expect(await course(inTerm(1, 1))).toMatchObject({ visible: true });
    expect(await kit.troubles()).toEqual({});
  });

  it('brings marks of the term back', async () => {
    expect(await gradeIn(inTerm(1, 1), 4, 18)).toMatchObject([
      { course_id: 1, subject_id: 1, student_id: 4 },
    ]);
  });

  it('ends the first term, and begins the second as students are enrolled in it', async () => {
    await later(102);
    expect(await inCourse(inTerm(1, 1))).toMatchObject({
      oec_student_3: 'suspended student in oec_batch_3',
      oec_faculty_1: 'editingteacher',
    });
    expect(await course(inTerm(1, 1))).toMatchObject({ visible: true, ...dates(first) });
    // The registrar moves them on; one does not pass, and stays where no course is.
    await kit.sync(
      ...[studies(1, 1, 1, 2, [3]), studies(2, 2, 2, 2, [3])],
      ...[studies(3, 3, 3, 2, [2]), studies(5, 4, 3, 2, [2, 3])],
    );
    await sweep(kit);
    expect(await inCourse(inTerm(2, 2))).toEqual({
      oec_student_3: 'student in oec_batch_3',
      oec_student_4: 'student in oec_batch_3',
      oec_faculty_1: 'editingteacher',
    });
    expect(await inCourse(inTerm(3, 2))).toEqual({
      oec_student_1: 'student in oec_batch_1',
      oec_student_2: 'student in oec_batch_2',
      oec_student_4: 'student in oec_batch_3',
      oec_faculty_2: 'editingteacher',
    });
    expect(await course(inTerm(2, 2))).toEqual({
      ...{ shortname: 'S2_P1_2026-27_Semester 2', visible: false },
      ...dates(second),
    });
    expect(await course(inTerm(1, 2))).toBeUndefined();
    for (const idnumber of [inTerm(1, 1), inTerm(2, 2), inTerm(3, 2)])
      expect(await quizzesIn(idnumber)).toEqual(['Quiz of the template']);
    expect(await kit.troubles()).toEqual({});
  });

  it('takes marks of the second term, and none of the first back', async () => {
    const before = await pulled(kit, 'op.result.line');
    await later(10);
    expect(await gradeIn(inTerm(2, 2), 3, 12)).toMatchObject([{ subject_id: 2, student_id: 3 }]);
    expect(await pulled(kit, 'op.result.line')).toEqual(expect.arrayContaining(before));
  });

  it('leaves after a year each student in no course, and each course as it was', async () => {
    await later(100);
    for (const [idnumber, period] of [
      [inTerm(1, 1), first],
      [inTerm(3, 1), first],
      [inTerm(2, 2), second],
      [inTerm(3, 2), second],
    ] as const) {
      const people = Object.entries(await inCourse(idnumber));
      const active = people.filter(([, text]) => !text.startsWith('suspended'));
      expect(active.map(([person]) => person).every((person) => person.startsWith('oec_faculty'))).toBe(true);
      expect(await course(idnumber)).toMatchObject({ visible: true, ...dates([...period]) });
    }
    expect(await course('oec_subj_1_course_1')).toBeUndefined();
    expect(await kit.troubles()).toEqual({});
  });
});
