import { expect } from 'vitest';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { examRecords } from '#shared/moodle/gradebook/exam.ts';
import { gradeRecords, markedAs } from '#shared/moodle/gradebook/grade-records.ts';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import type { Item } from '#shared/store/documents.ts';
import { saveErpConnection } from '#shared/store/erp/erp-connections.ts';
import { erpQueue } from '#shared/store/erp/erp-queue.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { School } from '#test/integration/erp/school.ts';
import type { DeployedSite } from './deployed-site.ts';

/** The Moodle that records are pulled from. */
const instance = 'main';
/** A column of its gradebook. */
const activity = { module: 'item' as const, id: 812 };
/** 2026-11-02 10:00:00 UTC, as Moodle counts. */
const gradedAt = Date.parse('2026-11-02T10:00:00Z') / 1000;

/** An Odoo with a small school, to which the deployed stack is connected. */
export class DeployedErp {
  readonly odoo: SimulatedOdoo;
  readonly school: School;
  readonly #stack: DeployedSite;

  private constructor(stack: DeployedSite, odoo: SimulatedOdoo) {
    this.#stack = stack;
    this.odoo = odoo;
    // Under these ids the table has records already, as of an ERP that has written them itself so far.
    for (const id of [1, 2]) {
      odoo.registrar.create('op.department', { name: `Department ${id}`, code: `D${id}` });
    }
    this.school = new School(odoo, 4);
  }

  /** Starts it and stores how it is reached, as `oec-moodle erp connect` does. */
  static async connect(stack: DeployedSite): Promise<DeployedErp> {
    const odoo = await SimulatedOdoo.start();
    const erp = new DeployedErp(stack, odoo);
    const { database, user } = odoo.settings;
    const connection = { url: odoo.url, database, user, key: odoo.key, language: 'en_US', time_zone: 'UTC' };
    await saveErpConnection(stack.secrets, stack.output('ErpConnectionSecret'), connection);
    return erp;
  }

  /** The session and the exam of the column. */
  exam(): PulledRecord[] {
    const marks = { total: 100, minMarks: null, gradePass: null };
    const about = { activity, name: 'Oral exam', ...marks, start: gradedAt, end: gradedAt };
    return Object.values(examRecords({ id: instance, time_zone: 'UTC' }, this.#course, about));
  }

  /** A student's mark in it. */
  mark(student: number, raw: number): PulledRecord {
    const belonging = { instance, course: this.#course, student: String(student) };
    const grade = {
      ...{ itemid: activity.id, activity, cmid: null, name: 'Oral exam', raw, min: 0, max: 100 },
      ...{ passed: null, gradedAt, hasRow: true },
    };
    const marked = markedAs(grade, { total: 100, minMarks: null, isOwnPassMark: false });
    return gradeRecords(belonging, grade, marked)[0]!;
  }

  /** Writes records as a pull does. */
  async pull(...records: PulledRecord[]): Promise<void> {
    const table = this.#stack.output('RecordsTableName');
    await pulledRecords(this.#stack.documents, table, Date.now).put(instance, records);
  }

  /** The marks that stand in the ERP, by student. */
  marks(): Record<number, unknown> {
    const lines = this.odoo.registrar.all('op.result.line');
    return Object.fromEntries(lines.map(({ student_id, marks }) => [(student_id as [number])[0], marks]));
  }

  /** Waits until the row of a record has these attributes. */
  async untilRow({ model, id }: PulledRecord, attributes: Item): Promise<Item> {
    const read = () => this.#stack.get('ErpMappingsTableName', { model, id });
    // Two workers that meet on a record leave it to each other for half a minute.
    await expect.poll(read, { timeout: 90_000, interval: 250 }).toMatchObject(attributes);
    return (await read()) ?? {};
  }

  changeRow({ model, id }: PulledRecord, changes: Item): Promise<void> {
    return this.#stack.change('ErpMappingsTableName', { model, id }, changes);
  }

  /** Sends the unit that tries a failed record again, as the delay of its first retry would. */
  async retry({ model, id }: PulledRecord, failureId: string): Promise<void> {
    const unit = { model: model as ImportedModel, ids: [id], retry_of: [failureId] };
    await erpQueue(this.#stack.sqs, this.#stack.output('ErpQueueUrl')).send([unit]);
  }

  get #course(): string {
    return this.school.course(this.school.subjects[0]);
  }
}
