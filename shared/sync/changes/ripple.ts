import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import { parseIdnumber } from '#shared/models/references.ts';
import type { Mapping } from '#shared/sync/ledger/mapping.ts';
import type { LinkReader, RecordReader } from '#shared/sync/ports.ts';
import type { ServiceName } from '#shared/sync/reconcile/entity.ts';
import { hasChanged, type RecordChange, referredTo } from './record-change.ts';

/** Ids of records to push, by service. */
export type Plan = Map<ServiceName, Set<string>>;

interface Readers {
  records: RecordReader;
  links: LinkReader;
}

/**
 * What has to be pushed after changes of records: the records themselves, and what hangs on them (the courses,
 * groups and enrolments of a program that gained a subject, say). Where in doubt it plans more than needed: what
 * has not really changed costs no call.
 */
export async function planPushes(changes: RecordChange[], readers: Readers): Promise<Plan> {
  const ripple = new Ripple(readers);
  for (const change of changes) await ripple.follow(change);
  await ripple.followPrograms();
  return ripple.plan;
}

/**
 * What has to be pushed because entities have another id in Moodle than before: what is in them, or refers to them.
 * Whether anything of it was lost its own mapping tells.
 */
export async function planMoved(
  moved: readonly Pick<Mapping, 'service' | 'idnumber' | 'record_id'>[],
  readers: Readers,
): Promise<Plan> {
  const ripple = new Ripple(readers);
  for (const mapping of moved) await ripple.followMoved(mapping);
  await ripple.followPrograms();
  return ripple.plan;
}

class Ripple {
  readonly plan: Plan = new Map();
  readonly #links: LinkReader;
  readonly #records: RecordReader;
  /** Programs whose batches, enrolments and teachers are to be looked at. */
  readonly #programs = new Set<string>();
  /** Programs and departments that were followed down to their children. */
  readonly #wholePrograms = new Set<string>();
  readonly #departments = new Set<string>();

  constructor({ links, records }: Readers) {
    this.#links = links;
    this.#records = records;
  }

  async follow(change: RecordChange): Promise<void> {
    switch (change.model) {
      case 'op.department':
        return this.#department(change);
      case 'op.course':
        return this.#program(change);
      case 'op.subject':
        return this.#subject(change);
      case 'op.batch':
        return this.#batch(change);
      case 'op.student':
      case 'op.faculty':
        return this.#person(change, change.model);
      case 'op.student.course':
        this.#add('students', referredTo(change, 'op.student'));
        return this.#add('enrolments', referredTo(change, 'op.student'));
      case 'op.session':
        this.#add('faculty', referredTo(change, 'op.faculty'));
        return this.#add('teaching', referredTo(change, 'op.faculty'));
      case 'op.attendance.register':
        return this.#register(change);
      case 'op.attendance.sheet':
        return this.#add('attendance', [change.id]);
      case 'op.attendance.line':
        return this.#add('attendance', referredTo(change, 'op.attendance.sheet'));
    }
  }

  async followMoved({
    service,
    idnumber,
    record_id: id,
  }: Pick<Mapping, 'service' | 'idnumber' | 'record_id'>): Promise<void> {
    switch (service) {
      case 'departments': {
        const target = recordTarget('op.department', id);
        this.#add('departments', await this.#links.sources(target, 'op.department'));
        return this.#add('programs', await this.#links.sources(target, 'op.course'));
      }
      case 'programs': {
        this.#add('programs', await this.#links.sources(recordTarget('op.course', id), 'op.course'));
        const program = (await this.#records.getMany('op.course', [id])).get(id);
        return this.#add(
          'subjects',
          program ? referredTo({ model: 'op.course', id, after: program }, 'op.subject') : [],
        );
      }
      case 'subjects': {
        const parts = parseIdnumber(idnumber);
        if (parts?.kind === 'subject-course') this.#programs.add(parts.programId);
        return this.#teachersOf([id]);
      }
      case 'batches':
        return this.#peopleOfBatch(id);
      case 'students':
        this.#add('enrolments', [id]);
        return this.#addReferrers(
          recordTarget('op.student', id),
          'op.attendance.line',
          'op.attendance.sheet',
          'attendance',
        );
      case 'faculty':
        return this.#add('teaching', [id]);
      default:
        return;
    }
  }

  /** What hangs on programs, read once for all changes. */
  async followPrograms(): Promise<void> {
    for (const id of this.#programs) {
      const target = recordTarget('op.course', id);
      this.#add('batches', await this.#links.sources(target, 'op.batch'));
      await this.#addReferrers(target, 'op.student.course', 'op.student', 'enrolments');
      await this.#addReferrers(target, 'op.session', 'op.faculty', 'teaching');
      await this.#sheetsOf(target);
    }
  }

  async #department(change: RecordChange): Promise<void> {
    this.#add('departments', [change.id]);
    if (hasChanged(change, ['parent_id'])) await this.#below(change.id);
  }

  /** Departments and programs below a department that is new (they may wait for it) or was moved (scopes follow it). */
  async #below(id: string): Promise<void> {
    if (this.#departments.has(id)) return;
    this.#departments.add(id);
    const target = recordTarget('op.department', id);
    const children = await this.#links.sources(target, 'op.department');
    this.#add('departments', children);
    for (const child of children) await this.#below(child);
    for (const program of await this.#links.sources(target, 'op.course')) await this.#wholeProgram(program);
  }

  async #program(change: RecordChange): Promise<void> {
    const { id } = change;
    this.#add('programs', [id]);
    if (hasChanged(change, ['parent_id', 'department_id'])) await this.#wholeProgram(id);
    if (!hasChanged(change, ['subject_ids', 'active', 'code', 'parent_id', 'department_id'])) return;
    const subjects = referredTo(change, 'op.subject');
    this.#add('subjects', subjects);
    if (!hasChanged(change, ['subject_ids', 'active', 'parent_id', 'department_id'])) return;
    this.#programs.add(id);
    await this.#teachersOf(subjects);
  }

  /** A program with its child programs, their courses and all that hangs on them. */
  async #wholeProgram(id: string): Promise<void> {
    if (this.#wholePrograms.has(id)) return;
    this.#wholePrograms.add(id);
    this.#programs.add(id);
    this.#add('programs', [id]);
    const program = (await this.#records.getMany('op.course', [id])).get(id);
    if (program) this.#add('subjects', referredTo({ model: 'op.course', id, after: program }, 'op.subject'));
    const children = await this.#links.sources(recordTarget('op.course', id), 'op.course');
    for (const child of children) await this.#wholeProgram(child);
  }

  async #subject(change: RecordChange): Promise<void> {
    this.#add('subjects', [change.id]);
    if (!hasChanged(change, ['subject_type', 'active', 'name', 'code'])) return;
    const programs = await this.#links.sources(recordTarget('op.subject', change.id), 'op.course');
    for (const program of programs) this.#programs.add(program);
    await this.#teachersOf([change.id]);
  }

  async #batch(change: RecordChange): Promise<void> {
    this.#add('batches', [change.id]);
    if (hasChanged(change, ['course_id', 'active', 'name', 'code'])) await this.#peopleOfBatch(change.id);
  }

  async #peopleOfBatch(id: string): Promise<void> {
    const target = recordTarget('op.batch', id);
    await this.#addReferrers(target, 'op.student.course', 'op.student', 'enrolments');
    await this.#sheetsOf(target);
  }

  async #register(change: RecordChange): Promise<void> {
    if (!hasChanged(change, ['course_id', 'batch_id', 'subject_id', 'active'])) return;
    const target = recordTarget('op.attendance.register', change.id);
    this.#add('attendance', await this.#links.sources(target, 'op.attendance.sheet'));
  }

  async #person(change: RecordChange, model: 'op.student' | 'op.faculty'): Promise<void> {
    this.#add(model === 'op.student' ? 'students' : 'faculty', [change.id]);
    const names = ['first_name', 'middle_name', 'last_name', 'name', 'email'];
    const teaching = ['faculty_subject_ids', 'main_department_id'];
    if (hasChanged(change, ['active', 'company_id', ...names, ...teaching])) {
      this.#add(model === 'op.student' ? 'enrolments' : 'teaching', [change.id]);
    }
    if (!hasChanged(change, ['email'])) return;
    // Whoever shares the old or the new address may be free of a conflict now.
    const addresses = new Set([...linksOf(model, change.before), ...linksOf(model, change.after)]);
    for (const address of addresses) {
      if (!address.startsWith('email#')) continue;
      this.#add('students', await this.#links.sources(address, 'op.student'));
      this.#add('faculty', await this.#links.sources(address, 'op.faculty'));
    }
  }

  async #teachersOf(subjects: string[]): Promise<void> {
    for (const subject of subjects) {
      this.#add('teaching', await this.#links.sources(recordTarget('op.subject', subject), 'op.faculty'));
    }
  }

  /** Adds the attendance sheets of the registers of a program or batch: they may wait for its course or group. */
  async #sheetsOf(target: string): Promise<void> {
    for (const id of await this.#links.sources(target, 'op.attendance.register')) {
      const register = recordTarget('op.attendance.register', id);
      this.#add('attendance', await this.#links.sources(register, 'op.attendance.sheet'));
    }
  }

  /** Adds what records, which refer to the target, refer to: the students of a program's enrolments. */
  async #addReferrers(
    target: string,
    model: PushedModel,
    referred: PushedModel,
    service: ServiceName,
  ): Promise<void> {
    const ids = await this.#links.sources(target, model);
    const items = await this.#records.getMany(model, ids);
    for (const [id, item] of items) this.#add(service, referredTo({ model, id, after: item }, referred));
  }

  #add(service: ServiceName, ids: Iterable<string>): void {
    const known = this.plan.get(service) ?? new Set();
    for (const id of ids) known.add(id);
    this.plan.set(service, known);
  }
}
