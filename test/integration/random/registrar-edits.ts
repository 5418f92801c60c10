import { enterDemo } from '#local/demo/enter-demo.ts';
import type { Random } from '#local/demo/random.ts';
import { OdooException } from '#local/odoo/odoo-exception.ts';
import type { LateTransaction } from '#local/odoo/registrar/late-transaction.ts';
import type { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { idOf, type Model, models, University } from './university.ts';

type Row = Record<string, unknown> & { id: number };
/** Whoever saves: each save by itself, or all of them when a transaction is committed. */
type Saving = Pick<LateTransaction, 'create' | 'write' | 'unlink'>;

/** Models whose records can be archived. */
const archivable = ['op.course', 'op.subject', 'op.batch', 'op.student', 'op.faculty', 'op.session'] as const;
const people = ['op.student', 'op.faculty'] as const;
const named = ['op.department', 'op.course', 'op.subject', 'op.batch'] as const;

/** A registrar who enters a university at random, and edits it at random. The ERP refuses what it refuses. */
export class RandomRegistrar {
  /** Every address that anybody ever had. */
  readonly addresses = new Set<string>();
  /** What the ERP would not save, with its reasons. */
  readonly refused: string[] = [];
  /** The highest id of each model that the ERP has given. */
  readonly counts = Object.fromEntries(models.map((model) => [model, 0])) as Record<Model, number>;
  readonly #erp: SimulatedOdoo;
  readonly #random: Random;
  readonly #open: LateTransaction[] = [];
  /** `model#id` of what an open transaction has changed: whoever else did would wait for it, or be refused. */
  readonly #locked = new Set<string>();
  #made = 0;

  constructor(erp: SimulatedOdoo, random: Random) {
    this.#erp = erp;
    this.#random = random;
  }

  /** Enters a university of about so many records. */
  enter(size: number): void {
    const university = new University(this.#random, size);
    const items = models.flatMap((model) => university.of(model)).map((item) => withBatch(item, university));
    const { refused } = enterDemo(this.#erp.registrar, items as RecordItem[]);
    this.refused.push(...refused.map(({ model, reason }) => `${model}: ${reason}`));
    for (const model of people) for (const { email } of this.#all(model)) this.#noteAddress(email);
    this.#count();
  }

  /** Makes so many edits, each a transaction of its own. */
  edit(count: number): void {
    for (let left = count; left > 0; left -= 1) this.#attempt(() => this.#editOne(this.#erp.registrar));
    this.#count();
  }

  /** Begins a transaction with so many edits, of which nothing is seen until `commit`. */
  editLate(count: number): void {
    const transaction = this.#erp.registrar.begin();
    this.#open.push(transaction);
    const lock = (model: string, id: number) => this.#locked.add(`${model}#${id}`);
    const saving: Saving = {
      create: (model, values) => transaction.create(model, values),
      write: (model, id, values) => {
        transaction.write(model, id, values);
        lock(model, id);
      },
      unlink: (model, id) => {
        transaction.unlink(model, id);
        lock(model, id);
      },
    };
    for (let left = count; left > 0; left -= 1) this.#editOne(saving);
  }

  /** Commits what is open. */
  commit(): void {
    for (const transaction of this.#open.splice(0)) this.#attempt(() => transaction.commit());
    this.#locked.clear();
    this.#count();
  }

  #editOne(saving: Saving): void {
    const edits: ((saving: Saving) => void)[] = [
      this.#rename,
      this.#rename,
      this.#changeContact,
      this.#changeContact,
      this.#archive,
      this.#archive,
      this.#archive,
      this.#admit,
      this.#enrol,
      this.#enrol,
      this.#moveEnrolment,
      this.#changeEnrolment,
      this.#deleteEnrolment,
      this.#deleteEnrolment,
      this.#changeSubjects,
      this.#changeSubjects,
      this.#moveStructure,
      this.#changeSession,
      this.#deleteAny,
    ];
    this.#random.pick(edits).call(this, saving);
  }

  /** A new name, on the record itself. */
  #rename(saving: Saving): void {
    const model = this.#random.pick([...people, ...people, ...named]);
    const row = this.#some(model);
    const number = this.#random.below(1000);
    if (!row) return;
    if (model === 'op.student' || model === 'op.faculty') {
      const last_name = `Renamed${number} & "Co"`;
      saving.write(model, row.id, { last_name, name: `${row.first_name} ${last_name}` });
    } else saving.write(model, row.id, { name: `Renamed ${number} & é` });
  }

  /** A change on a person's contact only, which leaves the person's own date as it was. */
  #changeContact(saving: Saving): void {
    const model = this.#random.pick(people);
    const row = this.#some(model);
    const other = this.#some(model);
    if (!row) return;
    saving.write('res.partner', idOf(row.partner_id)!, this.#contactValues(other));
  }

  #contactValues(other: Row | undefined): Record<string, unknown> {
    const draw = this.#random.below(4);
    if (draw === 0) return { name: `Contact ${this.#random.below(1000)}` };
    if (draw === 1) return { phone: `+49 30 ${this.#random.below(10_000)}` };
    // Now and then the address of somebody else.
    const email = draw === 2 && other ? other.email : this.#newAddress();
    this.#noteAddress(email);
    return { email };
  }

  #archive(saving: Saving): void {
    const model = this.#random.pick(archivable);
    const row = this.#some(model);
    if (row) saving.write(model, row.id, { active: row.active === false });
  }

  /** A new student, enrolled at once, or a new teacher. */
  #admit(saving: Saving): void {
    this.#made += 1;
    const email = this.#newAddress();
    const name = { first_name: 'New', last_name: `Person${this.#made}`, name: `New Person${this.#made}` };
    this.#noteAddress(email);
    const subject = this.#some('op.subject');
    if (this.#random.below(5) === 0 && subject) {
      const teaching = { faculty_subject_ids: [[6, 0, [subject.id]]] };
      const asked = { birth_date: '1980-04-05', gender: 'female' };
      saving.create('op.faculty', { ...name, ...asked, ...teaching, email });
      return;
    }
    const student = saving.create('op.student', { ...name, email, birth_date: '2006-02-03' });
    const batch = this.#some('op.batch');
    if (batch) saving.create('op.student.course', { student_id: student, ...inBatch(batch) });
  }

  #enrol(saving: Saving): void {
    const [student, batch] = [this.#some('op.student'), this.#some('op.batch')];
    if (student && batch) saving.create('op.student.course', { student_id: student.id, ...inBatch(batch) });
  }

  #moveEnrolment(saving: Saving): void {
    const [enrolment, batch] = [this.#some('op.student.course'), this.#some('op.batch')];
    if (enrolment && batch) saving.write('op.student.course', enrolment.id, inBatch(batch));
  }

  #changeEnrolment(saving: Saving): void {
    const enrolment = this.#some('op.student.course');
    const subject = this.#some('op.subject');
    if (!enrolment) return;
    const chosen = this.#random.below(2) === 0 && subject ? [subject.id] : [];
    const state = enrolment.state === 'running' ? 'finished' : 'running';
    saving.write(
      'op.student.course',
      enrolment.id,
      this.#random.below(2) === 0 ? { state } : { subject_ids: [[6, 0, chosen]] },
    );
  }

  #deleteEnrolment(saving: Saving): void {
    const enrolment = this.#some('op.student.course');
    if (enrolment) saving.unlink('op.student.course', enrolment.id);
  }

  /** A subject is added to a program, or taken from it; or a teacher teaches other ones. */
  #changeSubjects(saving: Saving): void {
    const [program, teacher, subject] = [
      this.#some('op.course'),
      this.#some('op.faculty'),
      this.#some('op.subject'),
    ];
    if (!program || !subject) return;
    if (this.#random.below(4) === 0 && teacher) {
      saving.write('op.faculty', teacher.id, { faculty_subject_ids: [[6, 0, [subject.id]]] });
      return;
    }
    const ids = program.subject_ids as number[];
    const next = ids.includes(subject.id) ? ids.filter((id) => id !== subject.id) : [...ids, subject.id];
    saving.write('op.course', program.id, { subject_ids: [[6, 0, next]] });
  }

  /** A department or program under another one, or a subject that becomes compulsory or elective. */
  #moveStructure(saving: Saving): void {
    const [moved, program, department, subject] = [
      this.#some('op.department'),
      this.#some('op.course'),
      this.#some('op.department'),
      this.#some('op.subject'),
    ];
    const draw = this.#random.below(4);
    if (draw === 0 && moved && department && moved.id > department.id)
      saving.write('op.department', moved.id, { parent_id: department.id });
    else if (draw < 3 && program)
      saving.write('op.course', program.id, { department_id: department?.id ?? false });
    else if (subject) {
      const isElective = subject.subject_type === 'elective';
      saving.write('op.subject', subject.id, { subject_type: isElective ? 'compulsory' : 'elective' });
    }
  }

  #changeSession(saving: Saving): void {
    const session = this.#some('op.session');
    const [teacher, subject, batch] = [
      this.#some('op.faculty'),
      this.#some('op.subject'),
      this.#some('op.batch'),
    ];
    const draw = this.#random.below(3);
    if (draw === 0 && session) saving.unlink('op.session', session.id);
    else if (draw === 1 && session)
      saving.write('op.session', session.id, { state: session.state === 'cancel' ? 'confirm' : 'cancel' });
    else if (teacher && subject && batch)
      saving.create('op.session', {
        faculty_id: teacher.id,
        subject_id: subject.id,
        start_datetime: '2026-09-07 08:00:00',
        end_datetime: '2026-09-07 09:00:00',
        state: 'confirm',
        ...inBatch(batch),
      });
  }

  /** Of most records the ERP says that others need them. */
  #deleteAny(saving: Saving): void {
    const model = this.#random.pick([...models, ...people]);
    const row = this.#some(model);
    if (row) saving.unlink(model, row.id);
  }

  /** One of the ERP's records at random that nobody has in an open transaction. */
  #some(model: Model): Row | undefined {
    const isFree = ({ id, partner_id: contact }: Row) =>
      !this.#locked.has(`${model}#${id}`) &&
      (contact === undefined || !this.#locked.has(`res.partner#${idOf(contact)}`));
    const free = this.#all(model).filter(isFree);
    return free.length > 0 ? this.#random.pick(free) : undefined;
  }

  #all(model: Model): Row[] {
    return this.#erp.registrar.all(model) as Row[];
  }

  #newAddress(): string {
    return `moved${this.#random.below(1_000_000)}@example.org`;
  }

  #noteAddress(email: unknown): void {
    if (typeof email === 'string') this.addresses.add(email);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof OdooException)) throw error;
      this.refused.push(error.message);
    }
  }

  #count(): void {
    for (const model of models)
      for (const { id } of this.#all(model)) this.counts[model] = Math.max(this.counts[model], id);
  }
}

function inBatch({ id, course_id }: Row): { batch_id: number; course_id: number } {
  return { batch_id: id, course_id: idOf(course_id)! };
}

/** OpenEduCat wants the batch of a lecture. */
function withBatch(
  item: RecordItem | Record<string, unknown>,
  university: University,
): Record<string, unknown> {
  if (item.model !== 'op.session') return item;
  const program = idOf(item.course_id);
  const batch = university.of('op.batch').find(({ course_id }) => idOf(course_id) === program);
  return { ...item, batch_id: batch ? [Number(batch.id), String(batch.name)] : false };
}
