import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kit } from '../kit.ts';
import {
  erpCallsDuring,
  erpRow,
  erpWritesDuring,
  importState,
  inErp,
  makeBatch,
  makeSchool,
  onlyInErp,
  PulledExam,
  pullIn,
  type School,
  standing,
  startImportKit,
  sweepImports,
} from './import-support.ts';

describe('grades from Moodle', () => {
  let kit: Kit;
  let school: School;
  let exam: PulledExam;
  beforeAll(async () => {
    kit = await startImportKit();
    school = makeSchool(kit, 3);
    makeBatch(kit, school.program, 'PHY-2025', '2025-09-01');
    exam = new PulledExam(school, 812);
  });
  afterAll(() => kit.stop());

  const marks = () => inErp(kit, 'op.result.line', 'student_id', 'marks');

  it('become results, with their exam and its session, at the first import', async () => {
    const [first, second, third] = school.students as [number, number, number];
    const lines = [exam.line(first, 77.5), exam.line(second, 30), exam.line(third, 0)];
    await pullIn(kit, ...exam.records({ gradePass: 40 }), ...lines);
    expect(onlyInErp(kit, 'op.exam.session')).toMatchObject({
      name: 'Oral exam',
      exam_code: 'MI812-2a97',
      course_id: [school.program, 'Physics'],
      // The batch that runs on the day, and not that of the year before.
      batch_id: [school.batch, 'PHY-2026'],
      exam_type: [expect.any(Number), 'Moodle'],
      evaluation_type: 'normal',
      start_date: '2026-11-02',
      end_date: '2026-11-02',
      state: 'held',
    });
    expect(onlyInErp(kit, 'op.exam')).toMatchObject({
      session_id: [onlyInErp(kit, 'op.exam.session').id, 'Oral exam'],
      subject_id: [school.subject, 'Optics'],
      exam_code: 'MI812-2a97',
      start_time: '2026-11-02 09:59:00',
      end_time: '2026-11-02 10:00:00',
      total_marks: 100,
      min_marks: 40,
      state: 'held',
    });
    expect(inErp(kit, 'op.result.line', 'student_id', 'marks', 'status')).toEqual([
      { student_id: first, marks: 78, status: 'pass' },
      { student_id: second, marks: 30, status: 'fail' },
      { student_id: third, marks: 0, status: 'fail' },
    ]);
    const row = await erpRow(kit, 'op.result.line', lines[0]!.id);
    expect(row).toMatchObject({ status: 'synced', erp_id: 1, written: { marks: 78 }, instance: 'demo' });
    expect((await importState(kit)).last_success).toBeDefined();
  });

  it('that are the same make no call at the second import', async () => {
    const lines = school.students.map((student, index) => exam.line(student, [77.5, 30, 0][index]!));
    expect(
      await erpCallsDuring(kit, () => pullIn(kit, ...exam.records({ gradePass: 40 }), ...lines)),
    ).toEqual([]);
    expect(await erpCallsDuring(kit, () => sweepImports(kit))).toEqual([]);
  });

  it('that changed are written, and the others are not', async () => {
    const changed = exam.line(school.students[1]!, 55);
    expect(await erpWritesDuring(kit, () => pullIn(kit, changed))).toEqual(['op.result.line.write']);
    expect(marks().map((line) => line.marks)).toEqual([78, 55, 0]);
  });

  it('that were taken back are deleted: a 0 would be a lie', async () => {
    const withdrawn = exam.line(school.students[2]!, null);
    expect(await erpWritesDuring(kit, () => pullIn(kit, withdrawn))).toEqual(['op.result.line.unlink']);
    expect(marks()).toHaveLength(2);
    expect(await standing(kit, withdrawn)).toBe('synced');
    expect(await erpCallsDuring(kit, () => sweepImports(kit))).toEqual([]);

    await pullIn(kit, exam.line(school.students[2]!, 66));
    expect(marks()).toContainEqual({ student_id: school.students[2], marks: 66 });
  });

  it('that the table keeps no longer are forgotten, and stay in the ERP', async () => {
    const { model, id } = exam.line(school.students[0]!, 50);
    const before = marks();
    expect(await erpRow(kit, 'op.result.line', id)).toBeDefined();
    expect(await erpWritesDuring(kit, () => kit.syncDeletion({ model, id }))).toEqual([]);
    expect([await erpRow(kit, 'op.result.line', id), marks()]).toEqual([undefined, before]);
  });
});

describe('an OpenEduCat that has one exam of a subject at a time', () => {
  it('takes exams that overlap in Moodle, each with a minute of its own', async () => {
    await using kit = await startImportKit();
    const school = makeSchool(kit, 1);
    const [student] = school.students as [number];
    const exams = [new PulledExam(school, 1, 'quiz'), new PulledExam(school, 2, 'quiz')];
    for (const exam of exams) {
      await pullIn(kit, ...exam.records({ max: 10, days: 14 }), exam.attendee(student, 7.5, 10));
    }
    expect(inErp(kit, 'op.exam', 'exam_code', 'start_time')).toEqual([
      { exam_code: 'MQ1-2a97', start_time: '2026-11-16 09:59:00' },
      { exam_code: 'MQ2-2a97', start_time: '2026-11-16 09:58:00' },
    ]);
    expect(inErp(kit, 'op.exam.attendees', 'marks', 'status', 'batch_id', 'course_id')).toEqual(
      Array(2).fill({ marks: 8, status: 'present', batch_id: school.batch, course_id: school.program }),
    );
  });
});

describe('grades from a course that is for one batch', () => {
  it("are that batch's, whatever batch runs on the day, also of a student who repeats", async () => {
    await using kit = await startImportKit();
    const school = makeSchool(kit, 1);
    const [student] = school.students as [number];
    const before = makeBatch(kit, school.program, 'PHY-2025', '2025-09-01');
    const [again] = [{ student_id: student, course_id: school.program, batch_id: before }];
    kit.erp.registrar.create('op.student.course', again);
    for (const [id, batch] of [before, school.batch].entries()) {
      const exam = new PulledExam(school, id + 1, 'quiz', batch);
      await pullIn(kit, ...exam.records({ max: 10 }), exam.attendee(student, 7.5, 10));
    }
    const batches = (model: string) => inErp(kit, model, 'batch_id').map(({ batch_id: batch }) => batch);
    expect(batches('op.exam.session')).toEqual([before, school.batch]);
    expect(batches('op.exam.attendees')).toEqual([before, school.batch]);
  });
});
