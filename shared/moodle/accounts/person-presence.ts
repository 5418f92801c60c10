import type { Person } from '#shared/models/person.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { parseIdnumber, studentIdnumber } from '#shared/models/references.ts';
import { type ServiceOfKind, serviceModels, servicesOfKind } from '#shared/models/services.ts';
import { scopeUnknown } from '#shared/moodle/failures.ts';
import {
  companyInScope,
  type Scope,
  scopeOfDepartment,
  scopeOfPrograms,
  widest,
} from '#shared/moodle/instance/scope.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { isUnreadable } from './doubts.ts';

/** Whose records are accounts. */
export type PersonModel = (typeof serviceModels)[ServiceOfKind<'account'>];

const personModels: ReadonlySet<string> = new Set(
  servicesOfKind('account').map((name) => serviceModels[name]),
);

/** A record that an account is made of, as it is read and as the ERP has written it. */
export interface PersonRecord {
  /** Of its mapping. */
  idnumber: string;
  person: Person;
  item: RecordItem;
}

/**
 * Whether a person is one of an instance's. `gone`: deleted, archived with unreadable fields, or no longer this
 * instance's.
 */
export type Presence =
  | { state: 'unreadable'; failure: Failure }
  | { state: 'gone' }
  | ({ state: 'here' } & PersonRecord);

/** The record of an account's idnumber, `oec_student_5`. @returns undefined for any other idnumber */
export function personOf(idnumber: string): { model: PersonModel; id: string } | undefined {
  const parts = parseIdnumber(idnumber);
  return parts && personModels.has(parts.model)
    ? { model: parts.model as PersonModel, id: parts.id }
    : undefined;
}

/** @throws RangeError for an idnumber that is no account's */
export async function presenceOf(view: RecordView, idnumber: string): Promise<Presence> {
  const record = personOf(idnumber);
  if (!record) throw new RangeError(`${idnumber} is not the idnumber of an account.`);
  const reading = await view.read(record.model, record.id);
  if (reading.state === 'invalid' && !reading.retired)
    return { state: 'unreadable', failure: reading.failure };
  if (reading.state !== 'valid') return { state: 'gone' };
  const scope = await scopeOfPerson(view, record.model, reading.record);
  if (scope === 'unknown') return { state: 'unreadable', failure: scopeUnknown() };
  if (scope === 'outside') return { state: 'gone' };
  return { state: 'here', idnumber, person: reading.record, item: reading.item };
}

/** Whether the record needs the account, or may need it: unknown is not out of use. */
export function isNeeding(presence: Presence): boolean {
  return presence.state === 'unreadable' || (presence.state === 'here' && presence.person.active);
}

/**
 * Whether a person belongs into the instance: by company, and where the instance is for some departments only, a
 * student by the programs of the enrolments, a teacher by the main department or the programs of the timetable; a parent
 * where any child does.
 */
async function scopeOfPerson(view: RecordView, model: PersonModel, person: Person): Promise<Scope> {
  if (!companyInScope(view, person.companyId)) return 'outside';
  const { departments, companies } = view.instance.scope;
  if (model === 'op.parent')
    return departments.length + companies.length === 0 ? 'inside' : scopeByChildren(view, person.id);
  if (departments.length === 0) return 'inside';
  const source = { model, id: person.id };
  if (model === 'op.student') return scopeByRecords(view, source, 'op.student.course');
  const teacher = await view.read('op.faculty', person.id);
  if (teacher.state !== 'valid') return 'outside';
  const { mainDepartmentId } = teacher.record;
  const home = mainDepartmentId === undefined ? 'outside' : await scopeOfDepartment(view, mainDepartmentId);
  if (home === 'inside') return home;
  return widest(new Set([home, await scopeByRecords(view, source, 'op.session')]));
}

/** A parent belongs where any child does. */
async function scopeByChildren(view: RecordView, id: string): Promise<Scope> {
  const parent = await view.read('op.parent', id);
  const scopes = new Set<Scope>();
  for (const child of parent.state === 'valid' ? parent.record.studentIds : []) {
    const presence = await presenceOf(view, studentIdnumber(child));
    scopes.add(({ here: 'inside', unreadable: 'unknown', gone: 'outside' } as const)[presence.state]);
  }
  return widest(scopes);
}

/** By the programs of the enrolments or timetable sessions that name the person. */
async function scopeByRecords(
  view: RecordView,
  person: RecordKey,
  model: 'op.student.course' | 'op.session',
): Promise<Scope> {
  const readings = await view.readMany(model, await view.sources(person, model));
  const programIds = readings.flatMap((reading) =>
    reading.state === 'valid' ? [reading.record.programId] : [],
  );
  const scope = await scopeOfPrograms(view, programIds);
  return widest(new Set([scope, readings.some(isUnreadable) ? 'unknown' : 'outside']));
}
