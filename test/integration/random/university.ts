import type { Random } from '#local/demo/random.ts';
import type { Item } from '#shared/store/documents.ts';
import { batch, department, enrolment, faculty, program, session, student, subject } from '../records.ts';

export const models = [
  'op.department',
  'op.course',
  'op.subject',
  'op.batch',
  'op.student',
  'op.faculty',
  'op.student.course',
  'op.session',
] as const;
export type Model = (typeof models)[number];

/** How the records are divided among the models. */
const shares: Record<Model, number> = {
  'op.department': 0.015,
  'op.course': 0.02,
  'op.subject': 0.05,
  'op.batch': 0.035,
  'op.student': 0.37,
  'op.faculty': 0.05,
  'op.student.course': 0.36,
  'op.session': 0.1,
};

/** What an ERP holds: records by model and id. */
export class Holdings {
  readonly records = new Map<Model, Map<number, Item>>(models.map((model) => [model, new Map()]));
  /** The highest id of each model that was ever used. */
  readonly counts: Record<Model, number>;

  constructor(counts: Record<Model, number>, items: readonly Item[] = []) {
    this.counts = counts;
    for (const item of items) this.put(item);
  }

  /** The record, or undefined where the ERP does not hold it. */
  get(model: Model, id: unknown): Item | undefined {
    return this.records.get(model)!.get(idOf(id) ?? 0);
  }

  of(model: Model): Item[] {
    return [...this.records.get(model)!.values()];
  }

  put(item: Item): void {
    this.records.get(item.model as Model)!.set(Number(item.id), item);
  }

  remove(item: Item): void {
    this.records.get(item.model as Model)!.delete(Number(item.id));
  }
}

/** Records at random, and what the ERP once held: every id up to the counts has been used. */
export class University extends Holdings {
  readonly random: Random;

  constructor(random: Random, size: number) {
    super(
      Object.fromEntries(
        models.map((model) => [model, Math.max(3, Math.round(shares[model] * size))]),
      ) as Record<Model, number>,
    );
    this.random = random;
    for (const model of models)
      for (let id = 1; id <= this.counts[model]; id += 1) this.put(this.make(model, id));
  }

  /** A record of the model as the ERP would make it now: with references to any other records. */
  make(model: Model, id: number): Item {
    const { random } = this;
    switch (model) {
      case 'op.department':
        // Parents have lower ids, so that the tree is one at the start; moves may make circles later.
        return department(id, {
          parent_id: id > 2 && random.below(4) > 0 ? random.below(id - 1) + 1 : false,
        });
      case 'op.course':
        return program(id, {
          parent_id: id > 4 && random.below(4) === 0 ? random.below(id - 1) + 1 : false,
          department_id: random.below(8) > 0 ? this.someId('op.department') : false,
          subject_ids: this.someIds('op.subject', 2 + random.below(4)),
        });
      case 'op.subject':
        return subject(id, { subject_type: random.below(5) === 0 ? 'elective' : 'compulsory' });
      case 'op.batch':
        return batch(id, this.someId('op.course'));
      case 'op.student':
        return student(id);
      case 'op.faculty':
        return faculty(id, { faculty_subject_ids: this.someIds('op.subject', random.below(3)) });
      case 'op.student.course':
        return this.#enrolment(id);
      case 'op.session': {
        const programId = this.someId('op.course');
        const subjects = this.#subjectsOf(programId);
        const subjectId = subjects.length > 0 ? random.pick(subjects) : 1;
        return session(id, this.someId('op.faculty'), subjectId, programId);
      }
    }
  }

  someId(model: Model): number {
    return this.random.below(this.counts[model]) + 1;
  }

  someIds(model: Model, count: number): number[] {
    return [...new Set(Array.from({ length: count }, () => this.someId(model)))];
  }

  /** A program's subjects; none where its list is one of the invalid values. */
  #subjectsOf(programId: number): number[] {
    const subjects = this.get('op.course', programId)?.subject_ids;
    return Array.isArray(subjects) ? subjects.filter((subjectId) => typeof subjectId === 'number') : [];
  }

  #enrolment(id: number): Item {
    const batchId = this.someId('op.batch');
    const programId = idOf(this.get('op.batch', batchId)?.course_id) ?? this.someId('op.course');
    const subjects = this.#subjectsOf(programId);
    const chosen =
      this.random.below(4) === 0 && subjects.length > 0 ? subjects.slice(0, 1 + this.random.below(3)) : [];
    const alone = this.random.below(10) === 0 && { batch_id: false };
    return enrolment(id, this.someId('op.student'), programId, batchId, { subject_ids: chosen, ...alone });
  }
}

/** The id in a many2one as the test writes it, `7` or `[7, 'Program 7']`; undefined where it is empty. */
export function idOf(reference: unknown): number | undefined {
  const value = Array.isArray(reference) ? reference[0] : reference;
  return typeof value === 'number' ? value : undefined;
}
