import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { Link, RecordItem, RecordReader } from '#shared/models/records.ts';
import { prefixes } from '#shared/models/services.ts';
import { accountNoteOf } from '#shared/moodle/accounts/account-records.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import { isErpId, marksModels } from '#shared/odoo/import/models.ts';
import type { PersonModel } from '#shared/operate/explain/person.ts';
import type { MappingRow, PersonStore, RowKey } from './ports.ts';

/** A person as one record of the ERP knows them. Somebody with several records has several of these. */
export interface Person {
  model: PersonModel;
  id: string;
  /** Such as `oec_student_26`. */
  idnumber: string;
}

export interface PersonPorts {
  store: PersonStore;
  records: RecordReader<string>;
  /** The ids of all instances, disabled ones among them. */
  instances: readonly string[];
}

/** A value inside a row that tells of others as well. */
export interface HeldValue {
  row: RowKey;
  path: readonly string[];
  value: unknown;
}

/** What one instance's rows hold of a person. */
export interface HeldInInstance {
  instance: string;
  /** The account, and what hangs on it: enrolments, teaching. */
  mappings: Mapping[];
  /** What the pulls remember of the person alone. */
  memories: MappingRow[];
  /** What they and the pushes of attendance remember of the person among others. */
  values: HeldValue[];
  /** Rows of other records of the same account, which name this one. */
  sharedWith: Mapping[];
}

/** Everything that the tables hold of a person. */
export interface Held {
  /** The person's own record, if the ERP still has it. */
  record: RecordItem | undefined;
  /** Records of the ERP's own that name the person: enrolments, lessons, marks of attendance. */
  erpRecords: RecordItem[];
  /** Records that exist because of Moodle: marks and attendance. */
  pulledRecords: RecordItem[];
  links: Link[];
  instances: HeldInInstance[];
  /** What is known of the person's marks, attendance and completion in the ERP. */
  erpRows: ErpMapping[];
}

/** Which records name a person, and by which field. */
const naming: Record<PersonModel, Record<string, string>> = {
  'op.student': {
    'op.student.course': 'student_id',
    'op.result.line': 'student_id',
    'op.exam.attendees': 'student_id',
    'op.attendance.line': 'student_id',
  },
  'op.faculty': { 'op.session': 'faculty_id', 'op.attendance.sheet': 'faculty_id' },
  // Of a child a parent's record names the id, and nothing else.
  'op.parent': {},
};

/** Everything that the tables hold of a person. It reads whole partitions: minutes where there are millions of marks. */
export async function heldOf(person: Person, { store, records, instances }: PersonPorts): Promise<Held> {
  const { model, id } = person;
  const record = (await records.getMany(model, [id])).get(id);
  const found: RecordItem[] = [];
  for (const [other, field] of Object.entries(naming[model]))
    found.push(...(await store.recordsNaming(other, field, id)));
  const [erpRecords, pulledRecords] = [found.filter(isErps), found.filter((item) => !isErps(item))];
  const erpRows = model === 'op.student' ? await erpRowsOf(id, erpRecords, store) : [];
  // Of an instance that is registered no more the mappings may have been kept: its marks tell of it.
  const former = [...pulledRecords, ...erpRows].map(({ instance }) => String(instance));
  const all = [...new Set([...instances, ...former])];
  return {
    record,
    erpRecords,
    pulledRecords,
    links: await linksOfPerson(person, record, store),
    instances: await Promise.all(all.map((instance) => heldIn(instance, person, store))),
    erpRows,
  };
}

function isErps({ id }: RecordItem): boolean {
  return isErpId(id);
}

/** The links that lead to the person, and those from the person's record, its e-mail address among them. */
async function linksOfPerson(
  { model, id }: Person,
  record: RecordItem | undefined,
  store: PersonStore,
): Promise<Link[]> {
  const source = recordTarget(model, id);
  const own = record ? linksOf(model, record).map((target) => ({ target, source })) : [];
  return [...own, ...(await store.linksTo(source))];
}

async function heldIn(instance: string, person: Person, store: PersonStore): Promise<HeldInInstance> {
  const { idnumber } = person;
  const rows = (await store.mappingRows(instance, idnumber)) as unknown as Mapping[];
  // `oec_student_2` begins `oec_student_26` as well.
  const mappings = rows.filter((row) => row.idnumber === idnumber || row.idnumber.startsWith(`${idnumber}@`));
  const account = mappings.find((row) => row.idnumber === idnumber);
  const others = accountNoteOf(account).records?.filter((other) => other !== idnumber) ?? [];
  const sharedWith: Mapping[] = [];
  for (const other of others)
    for (const row of (await store.mappingRows(instance, other)) as unknown as Mapping[])
      if (row.idnumber === other) sharedWith.push(row);
  if (person.model !== 'op.student') return { instance, mappings, memories: [], values: [], sharedWith };
  return {
    instance,
    mappings,
    memories: await store.rowsEnding(instance, 'pull/gradebook/', `/${idnumber}`),
    values: await valuesIn(instance, idnumber, account?.moodle_id, store),
    sharedWith,
  };
}

/**
 * Marks of attendance: a session's are remembered by account, a sheet's by ID number. And the roles that parents have over
 * a student's account.
 */
async function valuesIn(
  instance: string,
  idnumber: string,
  account: number | undefined,
  store: PersonStore,
): Promise<HeldValue[]> {
  const places: [prefix: string, path: string[]][] = [
    [prefixes.attendance, ['extra_data', 'marks', idnumber]],
    [prefixes.attendance, ['extra_data', 'sending', 'marks', idnumber]],
    [prefixes.children, ['extra_data', 'courses', idnumber]],
    [prefixes.children, ['made_with', idnumber]],
  ];
  if (account !== undefined) places.push(['pull/attendance/', ['values', 'marks', String(account)]]);
  const values: HeldValue[] = [];
  for (const [prefix, path] of places) {
    for (const row of await store.rowsHolding(instance, prefix, path)) {
      const value = path.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], row);
      values.push({ row: { instance, idnumber: String(row.idnumber) }, path, value });
    }
  }
  return values;
}

/** By the id of the marks, which names the student, and by the enrolments that are still there. */
async function erpRowsOf(
  id: string,
  erpRecords: readonly RecordItem[],
  store: PersonStore,
): Promise<ErpMapping[]> {
  const rows: ErpMapping[] = [];
  const ending = `_student_${id}`;
  for (const model of marksModels) rows.push(...(await store.erpRows(model, ending)));
  return [...rows, ...(await store.erpRowsOf(erpRecords))];
}

/** Whether nothing is held. */
export function isEmpty(held: Held): boolean {
  return (
    held.record === undefined &&
    [held.erpRecords, held.pulledRecords, held.links, held.erpRows].every(({ length }) => length === 0) &&
    held.instances.every(
      ({ mappings, memories, values }) => mappings.length + memories.length + values.length === 0,
    )
  );
}
