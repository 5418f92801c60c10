import type { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const studentsOfProgram = 200;
const batchesOfProgram = 3;

/** Makes a university in the ERP: each student is enrolled in a batch of three programs. @returns how many records */
export function fillErp({ registrar }: SimulatedOdoo, students: number): number {
  const programs = range(Math.max(3, Math.round(students / studentsOfProgram))).map((index) => {
    const department = registrar.create('op.department', { name: `Department ${index}`, code: `D${index}` });
    const subjects = range(5).map((one) =>
      registrar.create('op.subject', { name: `Subject ${index}.${one}`, code: `S${index}-${one}` }),
    );
    const program = registrar.create('op.course', {
      name: `Program ${index}`,
      code: `P${index}`,
      department_id: department,
      subject_ids: [[6, 0, subjects]],
    });
    const batches = range(batchesOfProgram).map((one) =>
      registrar.create('op.batch', {
        name: `Batch ${index}.${one}`,
        code: `B${index}-${one}`,
        course_id: program,
        start_date: '2026-09-01',
        end_date: '2027-06-30',
      }),
    );
    return { program, batches };
  });
  let enrolments = 0;
  for (const index of range(students)) {
    const name = `Student${index} Sample`;
    const student = registrar.create('op.student', {
      name,
      first_name: `Student${index}`,
      last_name: 'Sample',
      email: `student${index}@example.org`,
      birth_date: '2006-02-03',
    });
    for (const offset of range(3)) {
      const { program, batches } = programs[(index + offset) % programs.length]!;
      registrar.create('op.student.course', {
        student_id: student,
        course_id: program,
        batch_id: batches[index % batchesOfProgram]!,
      });
      enrolments += 1;
    }
  }
  return programs.length * (2 + 5 + batchesOfProgram) + students + enrolments;
}
