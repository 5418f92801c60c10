import type { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';

/** A school as a registrar enters it: a department, a program with two subjects, a batch, and people. */
export class School {
  readonly erp: SimulatedOdoo;
  readonly department: number;
  readonly subjects: readonly [number, number];
  readonly program: number;
  readonly batch: number;
  readonly students: number[] = [];
  readonly enrolments: number[] = [];
  #count = 0;

  constructor(erp: SimulatedOdoo, students = 3) {
    this.erp = erp;
    const { registrar } = erp;
    this.department = registrar.create('op.department', { name: 'Science', code: 'SCI' });
    this.subjects = [this.subject('Mechanics'), this.subject('Optics')];
    this.program = registrar.create('op.course', {
      name: 'Physics',
      code: 'PHY',
      department_id: this.department,
      subject_ids: [[6, 0, [this.subjects[0]]]],
    });
    this.batch = registrar.create('op.batch', {
      name: 'Physics 2026',
      code: 'PHY-2026',
      course_id: this.program,
      start_date: '2026-09-01',
      end_date: '2027-06-30',
    });
    for (let index = 0; index < students; index++) this.enrolment(this.student());
  }

  /** The id number of the course of a subject. */
  course(subject: number): string {
    return `oec_subj_${subject}_course_${this.program}`;
  }

  subject(name: string): number {
    return this.erp.registrar.create('op.subject', { name, code: name.slice(0, 3).toUpperCase() });
  }

  student(values: Record<string, unknown> = {}): number {
    this.#count += 1;
    const first = `Student${this.#count}`;
    const id = this.erp.registrar.create('op.student', {
      name: `${first} Sample`,
      first_name: first,
      last_name: 'Sample',
      email: `${first.toLowerCase()}@example.org`,
      birth_date: '2006-02-03',
      ...values,
    });
    this.students.push(id);
    return id;
  }

  teacher(subjects: readonly number[] = []): number {
    return this.erp.registrar.create('op.faculty', {
      name: 'Carl Lecturer',
      first_name: 'Carl',
      last_name: 'Lecturer',
      email: 'carl@example.org',
      birth_date: '1980-04-05',
      gender: 'male',
      faculty_subject_ids: [[6, 0, [...subjects]]],
    });
  }

  enrolment(student: number): number {
    const id = this.erp.registrar.create('op.student.course', {
      student_id: student,
      course_id: this.program,
      batch_id: this.batch,
    });
    this.enrolments.push(id);
    return id;
  }

  /** The contact of a student, which bears its name and addresses. */
  contact(student: number): number {
    const { partner_id } = this.erp.registrar.read('op.student', student)!;
    return (partner_id as [number, string])[0];
  }
}
