import { expect, it } from 'vitest';
import { startKit } from '../kit.ts';
import { sweep } from '../sweep/support.ts';
import { exportAll, exportChanges, recordOf } from './export-support.ts';
import { School } from './school.ts';

it('terms, and who is in them, are read from where a Moodle has courses for terms', async () => {
  await using kit = await startKit({ schedules: 'none', erp: {} });
  const { registrar } = kit.erp;
  const school = new School(kit.erp, 1);
  const day = (days: number) =>
    new Date(kit.cloud.clock.now() + days * 86_400_000).toISOString().slice(0, 10);
  const year = registrar.create('op.academic.year', {
    name: '2026-27',
    start_date: day(-100),
    end_date: day(200),
  });
  const term = registrar.create('op.academic.term', {
    name: 'Semester 1',
    term_start_date: day(-10),
    term_end_date: day(90),
    academic_year_id: year,
  });
  const [enrolment] = school.enrolments as [number];
  registrar.write('op.student.course', enrolment, { academic_years_id: year, academic_term_id: term });
  await exportAll(kit);
  expect(await recordOf(kit, 'op.academic.term', term)).toBeUndefined();
  expect(await recordOf(kit, 'op.student.course', enrolment)).not.toHaveProperty('academic_term_id');

  await kit.configure('demo', { course_per: 'term' });
  await exportAll(kit);
  await exportChanges(kit);
  expect(await recordOf(kit, 'op.student.course', enrolment)).toMatchObject({
    academic_term_id: [term, 'Semester 1'],
  });
  // The batch has begun in the program's course, and stays there; who comes now begins with the term.
  const another = registrar.create('op.batch', {
    ...{ name: 'Physics 2027', code: 'PHY-2027', course_id: school.program },
    ...{ start_date: day(1), end_date: day(300) },
  });
  const student = school.student();
  registrar.create('op.student.course', {
    ...{ student_id: student, course_id: school.program, batch_id: another },
    ...{ academic_years_id: year, academic_term_id: term },
  });
  await exportChanges(kit);
  await sweep(kit);
  const own = school.course(school.subjects[0]);
  expect(await kit.site().participants(`${own}_term_${term}`)).toEqual({
    [`oec_student_${student}`]: `student in oec_batch_${another}`,
  });
  expect(await kit.troubles()).toEqual({});
});
