import type { LoggedCall } from '#local/odoo/simulated-odoo.ts';
import type { AttendanceAcronym } from '#shared/models/fields/attendance-acronym.ts';
import { lineOf, registerOf, sheetOf } from '#shared/moodle/attendance/pull/records.ts';
import { examRecords } from '#shared/moodle/gradebook/exam.ts';
import { gradeRecords, markedAs } from '#shared/moodle/gradebook/grade-records.ts';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import { attendeeKey } from '#shared/moodle/pulls/pulled-ids.ts';
import { isWriting } from '#shared/odoo/client/client.ts';
import { importStateIn } from '#shared/odoo/import/import-state.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { type ErpMessage, erpQueue } from '#shared/store/erp/erp-queue.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { type Kit, type KitOptions, startKit } from '#test/integration/kit.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** 2026-11-02 10:00:00 UTC, as Moodle counts. */
const monday = Date.parse('2026-11-02T10:00:00Z') / 1000;

/** The field that the tests' stack names for the completion. */
export const completionField = 'x_moodle_completion';

/** A system whose ERP has a field for the completion; no schedule runs unless a test asks for it. */
export function startImportKit({ erp = {}, ...options }: KitOptions = {}): Promise<Kit> {
  const extraFields = { 'op.student.course': [completionField] };
  return startKit({ erp: { extraFields, ...erp }, schedules: 'none', ...options });
}

/** What a school is made of, by the ERP's ids. */
export interface School {
  program: number;
  subject: number;
  batch: number;
  students: number[];
  enrolments: number[];
}

/** A program with one subject, one batch and so many students in the ERP. */
export function makeSchool(kit: Kit, students: number): School {
  const { registrar } = kit.erp;
  const subject = registrar.create('op.subject', { name: 'Optics', code: 'PHY102' });
  const program = registrar.create('op.course', { name: 'Physics', code: 'PHY', subject_ids: [subject] });
  const batch = makeBatch(kit, program, 'PHY-2026', '2026-09-01');
  const ids = Array.from({ length: students }, (_, index) => makeStudent(kit, index + 1));
  const enrolments = ids.map((student_id) =>
    registrar.create('op.student.course', { student_id, course_id: program, batch_id: batch }),
  );
  return { program, subject, batch, students: ids, enrolments };
}

export function makeBatch(kit: Kit, course_id: number, code: string, start_date: string): number {
  const end_date = `${Number(start_date.slice(0, 4)) + 1}-06-30`;
  return kit.erp.registrar.create('op.batch', { name: code, code, course_id, start_date, end_date });
}

export function makeStudent(kit: Kit, number: number): number {
  const name = { first_name: 'Student', last_name: `Number${number}`, name: `Student Number${number}` };
  const email = `student${number}@example.org`;
  return kit.erp.registrar.create('op.student', { ...name, email, birth_date: '2006-02-03' });
}

/** Pulled records as the pulls make them, of a column of the gradebook or of a quiz. */
export class PulledExam {
  readonly #course: string;
  readonly #activity: { module: 'item' | 'quiz'; id: number };

  /** @param batch whose course it is, where that is not the program's own */
  constructor({ program, subject }: School, id: number, module: 'item' | 'quiz' = 'item', batch?: number) {
    const course = `oec_subj_${subject}_course_${program}`;
    this.#course = batch === undefined ? course : `${course}_batch_${batch}`;
    this.#activity = { module, id };
  }

  get id(): string {
    return `moodle_demo_${this.#activity.module}_${this.#activity.id}`;
  }

  /** The session and the exam. */
  records({
    max = 100,
    gradePass = null as number | null,
    name = 'Oral exam',
    days = 0,
  } = {}): PulledRecord[] {
    const times = { start: monday, end: monday + days * 86_400 };
    const { session, exam } = examRecords({ id: 'demo', time_zone: 'UTC' }, this.#course, {
      activity: this.#activity,
      name,
      total: max,
      minMarks: gradePass === null ? null : Math.round(gradePass),
      gradePass,
      ...times,
    });
    return [session, exam];
  }

  /** A result line; `null` for a grade that was taken back. */
  line(student: number, raw: number | null, max = 100): PulledRecord {
    return this.#grade(student, raw, max)[0]!;
  }

  /** An attendee: the import asks for no quiz behind it. */
  attendee(student: number, raw: number | null, max = 100): PulledRecord {
    const { item_name: _name, graded_at: _at, ...marked } = this.line(student, raw, max);
    const id = attendeeKey('demo', this.#activity, String(student));
    return { ...marked, model: 'op.exam.attendees', id, status: 'present' };
  }

  #grade(student: number, raw: number | null, max: number): PulledRecord[] {
    const belonging = { instance: 'demo', course: this.#course, student: String(student) };
    const grade = {
      ...{ itemid: this.#activity.id, activity: this.#activity, cmid: null, name: 'Oral exam' },
      ...{ raw, min: 0, max, passed: null, gradedAt: monday, hasRow: true },
    };
    return gradeRecords(
      belonging,
      grade,
      markedAs(grade, { total: max, minMarks: null, isOwnPassMark: false }),
    );
  }
}

/** Pulled records of an attendance activity, as the pull makes them. */
export class PulledAttendance {
  readonly #course: string;
  readonly #activity: { id: number; name: string };

  constructor({ program, subject }: School, id: number) {
    this.#course = `oec_subj_${subject}_course_${program}`;
    this.#activity = { id, name: 'Attendance of this course' };
  }

  /** The register, and the sheet of a session. */
  records(session: number, day = '2026-11-02'): PulledRecord[] {
    return [
      registerOf('demo', this.#course, this.#activity),
      sheetOf('demo', this.#course, this.#session(session) as never, day),
    ];
  }

  /** @param sheet the ERP's own sheet that the session was made for */
  line(
    session: number,
    student: number,
    acronym: AttendanceAcronym | undefined,
    { remark = '', takenAt = monday, sheet }: { remark?: string; takenAt?: number; sheet?: number } = {},
  ): PulledRecord {
    const [register, own] = this.records(session);
    const key = {
      id: sheet === undefined ? own!.id : String(sheet),
      registerId: register!.id,
      date: '2026-11-02',
    };
    const mark = { studentId: String(student), acronym, remark };
    return lineOf('demo', this.#course, this.#session(session, takenAt) as never, key, mark);
  }

  #session(id: number, lasttaken = monday) {
    return { id, attendanceid: this.#activity.id, lasttaken, timemodified: lasttaken };
  }
}

/** Writes records as a pull does, and waits until everything is done that they cause. */
export async function pullIn(kit: Kit, ...records: PulledRecord[]): Promise<void> {
  await putPulled(kit, ...records);
  await kit.settle();
}

/** Only writes them. */
export async function putPulled(kit: Kit, ...records: PulledRecord[]): Promise<void> {
  await pulledStore(kit).put('demo', records);
}

/** The records table, as the pulls write it. */
export function pulledStore(kit: Kit) {
  const { dynamodb } = kit.cloud.clients;
  return pulledRecords(dynamodb, kit.cloud.resource('RecordsTableName'), () => kit.cloud.clock.now());
}

/** The names of the calls of the ERP while `work` runs. */
export async function erpCallsDuring(kit: Kit, work: () => Promise<unknown>): Promise<LoggedCall[]> {
  const before = kit.erp.calls.length;
  await work();
  return kit.erp.calls.slice(before);
}

/** The writing calls of the ERP while `work` runs, by name. */
export async function erpWritesDuring(kit: Kit, work: () => Promise<unknown>): Promise<string[]> {
  const calls = await erpCallsDuring(kit, work);
  return calls.map(({ call }) => call).filter(isWriting);
}

/** Records of a model in the ERP, with these fields only; many2ones as ids. */
export function inErp(kit: Kit, model: string, ...fields: string[]): Record<string, unknown>[] {
  const plain = (value: unknown) => (Array.isArray(value) && value.length === 2 ? value[0] : value);
  return kit.erp.registrar
    .all(model)
    .map((row) => Object.fromEntries(fields.map((field) => [field, plain(row[field])])));
}

/** The one record of a model in the ERP. */
export function onlyInErp(kit: Kit, model: string): Record<string, unknown> & { id: number } {
  const rows = kit.erp.registrar.all(model);
  if (rows.length !== 1) throw new Error(`The ERP has ${rows.length} ${model}.`);
  return rows[0] as { id: number };
}

export function erpRows(kit: Kit) {
  return erpMappingsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('ErpMappingsTableName'));
}

export async function erpRow(kit: Kit, model: ImportedModel, id: string): Promise<ErpMapping | undefined> {
  return (await erpRows(kit).getMany(model, [id])).get(id);
}

/** `{status}: {code}` of a record from Moodle. */
export async function standing(kit: Kit, { model, id }: { model: string; id: string }): Promise<string> {
  const row = await erpRow(kit, model as ImportedModel, id);
  return row ? `${row.status}${row.failure ? `: ${row.failure.code}` : ''}` : 'no row';
}

export async function importState(kit: Kit) {
  const states = erpStates(kit.cloud.clients.dynamodb, kit.cloud.resource('ErpStateTableName'));
  return importStateIn(states).read();
}

/** Sends a message to ErpQueue, as erp-stream, a retry or a schedule does. */
export async function sendToErp(kit: Kit, ...messages: ErpMessage[]): Promise<void> {
  await erpQueue(kit.cloud.clients.sqs, kit.cloud.resource('ErpQueueUrl')).send(messages);
}

/** Makes the hourly sweep now. */
export async function sweepImports(kit: Kit): Promise<void> {
  await sendToErp(kit, { sweep: 'import' });
  await kit.settle();
}

/** The message attributes of what lies in ErpFailures. */
export async function givenUp(kit: Kit): Promise<Record<string, string>[]> {
  const messages = await kit.cloud.queueMessages(kit.cloud.resource('ErpFailuresQueueUrl'));
  return messages.map(({ messageAttributes }) =>
    Object.fromEntries(
      Object.entries(messageAttributes).map(([name, { StringValue }]) => [name, StringValue ?? '']),
    ),
  );
}
