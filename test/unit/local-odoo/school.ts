import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { OdooClient, type OdooClientOptions } from '#shared/odoo/client/client.ts';

type StartOptions = Parameters<typeof SimulatedOdoo.start>[0];

/** A clock that stands still until it is moved. */
export class Clock {
  milliseconds = Date.parse('2026-11-25T08:00:00Z');

  readonly now = () => this.milliseconds;

  move(seconds: number): void {
    this.milliseconds += seconds * 1_000;
  }
}

export function clientOf(odoo: SimulatedOdoo, options: Partial<OdooClientOptions> = {}): OdooClient {
  const { database, user } = odoo.settings;
  return new OdooClient({ baseUrl: odoo.url, database, user, key: odoo.key, ...options });
}

/** A school with one of each: a department, a program with a subject, a batch, a student and an enrolment. */
export async function smallSchool(options: StartOptions = {}) {
  const odoo = await SimulatedOdoo.start({ ...options, settings: { denied: [], ...options.settings } });
  const { registrar } = odoo;
  const department = registrar.create('op.department', { name: 'Science', code: 'SCI' });
  const subject = registrar.create('op.subject', { name: 'Optics', code: 'PHY102' });
  const course = registrar.create('op.course', { name: 'Physics', code: 'PHY', subject_ids: [subject] });
  const batch = registrar.create('op.batch', {
    name: 'Physics 2026',
    code: 'PHY-2026',
    course_id: course,
    start_date: '2026-09-01',
    end_date: '2027-06-30',
  });
  const student = registrar.create('op.student', {
    name: 'Ana Sample',
    first_name: 'Ana',
    last_name: 'Sample',
    email: 'ana@example.org',
    gr_no: 'GR-9001',
    birth_date: '2006-02-03',
  });
  const enrolment = registrar.create('op.student.course', {
    student_id: student,
    course_id: course,
    batch_id: batch,
    roll_number: '17',
  });
  return { odoo, registrar, client: clientOf(odoo), department, subject, course, batch, student, enrolment };
}

/** An exam session of the school's batch; the values of an exam in it, by its code. */
export function examsOf({ registrar, course, batch, subject }: Awaited<ReturnType<typeof smallSchool>>) {
  const type = registrar.create('op.exam.type', { name: 'Moodle', code: 'MOODLE' });
  const session = registrar.create('op.exam.session', {
    name: 'Autumn',
    exam_code: 'AUTUMN',
    course_id: course,
    batch_id: batch,
    exam_type: type,
    start_date: '2026-09-01',
    end_date: '2027-06-30',
  });
  return (code: string) => ({
    session_id: session,
    subject_id: subject,
    exam_code: code,
    name: code,
    start_time: '2026-10-01 08:00:00',
    end_time: '2026-10-01 09:00:00',
    total_marks: 20,
    min_marks: 8,
  });
}
