import { type OdooRow, readByIds } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import type { OdooError } from '#shared/odoo/client/errors.ts';
import { OdooMissingRecordError } from '#shared/odoo/client/errors.ts';
import type { OdooPeer } from './peer.ts';

/** An id that no Odoo has given out. */
export const nowhere = 999_999_999;

/** Makes records in one Odoo, with codes of the suite's own. */
export class Makers {
  readonly #peer: OdooPeer;
  #count = 0;

  constructor(peer: OdooPeer) {
    this.#peer = peer;
  }

  /** A code of at most 16 characters that nobody has. */
  code(): string {
    this.#count += 1;
    return `${this.#peer.prefix}${this.#count.toString(36)}`;
  }

  /** Creates one record. @returns its id @throws OdooError */
  async make(model: string, values: Values): Promise<number> {
    const [outcome] = await this.#peer.writer.create(model, [values]);
    if (outcome!.error) throw outcome!.error;
    return outcome!.value!;
  }

  /** Why a record is not created; undefined when it is. */
  async refusal(model: string, values: Values): Promise<OdooError | undefined> {
    const [outcome] = await this.#peer.writer.create(model, [values]);
    return outcome!.error;
  }

  /** Changes one record. @throws OdooError */
  async change(model: string, id: number, values: Values): Promise<void> {
    const [outcome] = await this.#peer.writer.write(model, [{ id, values }]);
    if (outcome!.error) throw outcome!.error;
  }

  /** The fields of one record, archived or not. @throws OdooMissingRecordError */
  async read(model: string, id: number, fields: readonly string[]): Promise<OdooRow> {
    const [row] = await readByIds(this.#peer.client, model, [id], fields);
    if (!row) throw new OdooMissingRecordError(`${model}.read`);
    return row;
  }

  department(values: Values = {}): Promise<number> {
    const code = this.code();
    return this.make('op.department', { name: code, code, ...values });
  }

  course(values: Values = {}): Promise<number> {
    const code = this.code();
    return this.make('op.course', { name: code, code, ...values });
  }

  subject(values: Values = {}): Promise<number> {
    const code = this.code();
    return this.make('op.subject', { name: code, code, ...values });
  }

  batchValues(course: number, values: Values = {}): Values {
    const code = this.code();
    return {
      name: code,
      code,
      course_id: course,
      start_date: '2026-09-01',
      end_date: '2027-06-30',
      ...values,
    };
  }

  batch(course: number, values: Values = {}): Promise<number> {
    return this.make('op.batch', this.batchValues(course, values));
  }

  /** OpenEduCat's form makes the name of the parts; over RPC the caller does. */
  studentValues(values: Values = {}): Values {
    const first = this.code();
    return {
      name: `${first} Sample`,
      first_name: first,
      last_name: 'Sample',
      birth_date: '2006-02-03',
      ...values,
    };
  }

  student(values: Values = {}): Promise<number> {
    return this.make('op.student', this.studentValues(values));
  }

  teacher(values: Values = {}): Promise<number> {
    const first = this.code();
    const name = { name: `${first} Lecturer`, first_name: first, last_name: 'Lecturer' };
    return this.make('op.faculty', { ...name, birth_date: '1980-04-05', gender: 'male', ...values });
  }
}
