import type { OdooField } from '#shared/odoo/calls/model-fields.ts';
import { type Domain, existingIds, type OdooRow, searchRead } from '#shared/odoo/calls/read.ts';
import { OdooValidationError } from '#shared/odoo/client/errors.ts';
import { idIn } from '#shared/odoo/import/desired/values.ts';
import type { Erp } from '#shared/odoo/import/mapping.ts';

/** The op.exam.type of exams that come from Moodle: OpenEduCat wants one. */
const examType = { name: 'Moodle', code: 'MOODLE' };

/** A child program takes the batches of a program above it; more levels than any university has. */
const mostLevels = 10;

/** Reads in the ERP what a unit needs to know of it; what does not change meanwhile is asked once. All throw OdooError. */
export class ErpReader {
  readonly #erp: Erp;
  readonly #batches = new Map<string, Promise<number | undefined>>();
  #examType: Promise<number> | undefined;

  constructor(erp: Erp) {
    this.#erp = erp;
  }

  /** The fields of a model; undefined where the ERP has no such model, which is asked anew each time. */
  async fieldsOf(model: string): Promise<ReadonlyMap<string, OdooField> | undefined> {
    const fields = await this.#erp.fields.of(model);
    if (fields === undefined) this.#erp.fields.forget(model);
    return fields;
  }

  /** Records that fulfil a domain, archived ones too, with those of the fields that the ERP has. */
  async read(model: string, domain: Domain, desired: readonly string[]): Promise<OdooRow[]> {
    const { client, fields } = this.#erp;
    return (
      (await fields.using(model, desired, (present) => searchRead(client, model, domain, present))) ?? []
    );
  }

  /** Those of the students that the ERP has. */
  students(ids: readonly number[]): Promise<Set<number>> {
    return existingIds(this.#erp.client, 'op.student', [...new Set(ids)]);
  }

  /** The batch in which a new exam or register of a program is (choose-batch.ts); undefined where there is none. */
  batchOf(program: number, day: string): Promise<number | undefined> {
    const key = `${program} ${day}`;
    const known = this.#batches.get(key) ?? this.#findBatch(program, day, mostLevels);
    this.#batches.set(key, known);
    return known;
  }

  /** In which batch of a program students are, as `{program} {student}`. */
  async batchesOfStudents(
    students: readonly { program: number; student: number }[],
  ): Promise<Map<string, number>> {
    const programs = [...new Set(students.map(({ program }) => program))];
    const ids = [...new Set(students.map(({ student }) => student))];
    const domain: Domain = [
      ['course_id', 'in', programs],
      ['student_id', 'in', ids],
    ];
    const rows = await this.read('op.student.course', domain, [
      'student_id',
      'course_id',
      'batch_id',
      'state',
    ]);
    const batches = new Map<string, number>();
    // A running enrolment comes after those that are finished, and so is the one that counts.
    for (const row of rows.toSorted(
      (a, b) => Number(a.state !== 'finished') - Number(b.state !== 'finished'),
    )) {
      const batch = idIn(row.batch_id);
      if (batch !== undefined) batches.set(`${idIn(row.course_id)} ${idIn(row.student_id)}`, batch);
    }
    return batches;
  }

  /** The type of exams that come from Moodle; made where the ERP has none. */
  examType(): Promise<number> {
    this.#examType ??= this.#findExamType();
    return this.#examType;
  }

  async #findBatch(program: number, day: string, levels: number): Promise<number | undefined> {
    const rows = await this.read(
      'op.batch',
      [['course_id', '=', program]],
      ['start_date', 'end_date', 'active'],
    );
    const batch = chooseBatch(rows as BatchDates[], day);
    if (batch !== undefined || levels === 0) return batch;
    const [row] = await this.read('op.course', [['id', '=', program]], ['parent_id']);
    const parent = idIn(row?.parent_id);
    return parent === undefined ? undefined : this.#findBatch(parent, day, levels - 1);
  }

  async #findExamType(): Promise<number> {
    const find = async () => (await this.read('op.exam.type', [['code', '=', examType.code]], []))[0]?.id;
    const known = await find();
    if (known !== undefined) return known;
    const [created] = await this.#erp.writer.create('op.exam.type', [examType]);
    if (created?.value !== undefined) return created.value;
    // Another worker may have made it at this moment.
    const other = created?.error instanceof OdooValidationError ? await find() : undefined;
    if (other !== undefined) return other;
    throw created!.error;
  }
}

/** A batch as the ERP gives it; a field that it does not have is missing. */
export interface BatchDates {
  id: number;
  start_date?: string | false;
  end_date?: string | false;
  active?: boolean;
}

/**
 * The batch that an exam or register from Moodle belongs to. OpenEduCat wants exactly one, while a course in Moodle is
 * for all batches of its program: it is the one that runs on the day, of several the youngest, since a program is taught
 * to those who began it last. Whoever sits the exam has their own batch on their own line.
 *
 * @param day `YYYY-MM-DD`
 * @returns undefined where there is no batch
 */
export function chooseBatch(batches: readonly BatchDates[], day: string): number | undefined {
  const rank = ({ start_date, end_date, active }: BatchDates) => {
    const runs = (start_date || '') <= day && day <= (end_date || '9999');
    return (runs ? 2 : 0) + (active === false ? 0 : 1);
  };
  const [best] = batches.toSorted(
    (a, b) =>
      rank(b) - rank(a) ||
      String(b.start_date || '').localeCompare(String(a.start_date || '')) ||
      b.id - a.id,
  );
  return best?.id;
}
