import { text } from '#shared/models/fields/fields.ts';
import { usernameFor } from '#shared/models/fields/username.ts';
import { recordTarget } from '#shared/models/links.ts';
import type { RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { batchIdnumber, subjectCourseOf } from '#shared/models/references.ts';
import { adoptedKinds, kindOfService, serviceModels, servicesOfKind } from '#shared/models/services.ts';
import type { AccountFields } from '#shared/moodle/accounts/account-fields.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { MappingPages, MappingReader, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import { keepMappings, mappingsAhead } from '#shared/moodle/mappings/read-mappings.ts';
import { desiredOf } from '#shared/moodle/push/desired.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { services } from '#shared/moodle/services.ts';
import { courseNames } from '#shared/moodle/structure/course-names.ts';
import { SweepRecords } from '#shared/moodle/sweep/sweep-records.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import type { Clock } from '#shared/sync/ports.ts';
import type { AdoptionService, Desired, Unpushable } from './kinds.ts';
import { comparableKey } from './names.ts';

/** Where records and mappings are read. */
export interface AdoptionStores {
  records: RecordReader & RecordPages;
  mappings: MappingStore & MappingPages;
  clock: Pick<Clock, 'now'>;
}

/** What an instance should hold: the records that would be pushed there, and those that cannot be. */
export interface DesiredRecords {
  desired: Desired[];
  unpushable: Unpushable[];
}

/** Records looked at in one go. */
const pageSize = 500;

/**
 * Reads what the records of an instance should be in Moodle, as a sweep does: what is out of its scope or not in use
 * is left out, since nothing would be made for it.
 *
 * @param onRead told how many records of the service have been read
 */
export async function readDesired(
  instance: Instance,
  { records, mappings, clock }: AdoptionStores,
  onRead: (records: number) => void,
): Promise<DesiredRecords> {
  // Links are the record stream's: what it has missed is repaired by the sweeps.
  const reader = new SweepRecords(records);
  const all: DesiredRecords = { desired: [], unpushable: [] };
  let count = 0;
  for (const name of servicesOfKind(...adoptedKinds)) {
    const store = await mappingsOf(instance, name, mappings);
    const pages = eachPage((after) => reader.page(serviceModels[name], { after, limit: pageSize }));
    for await (const { items } of pages) {
      await readPage(new RecordView(instance, reader, reader, store, clock.now()), reader, name, items, all);
      count += items.length;
      onRead(count);
    }
  }
  return all;
}

async function mappingsOf(
  instance: Instance,
  name: AdoptionService,
  mappings: AdoptionStores['mappings'],
): Promise<MappingReader> {
  const ports = { mappings, services };
  const kept = await keepMappings(instance.id, [services.byName(name)], ports, () => true);
  return kept?.store ?? mappingsAhead(mappings);
}

async function readPage(
  view: RecordView,
  reader: SweepRecords,
  name: AdoptionService,
  items: RecordItem[],
  all: DesiredRecords,
): Promise<void> {
  const kind = kindOfService[name];
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const { id, idnumber, built, mapping } of await desiredOf(services.byName(name), view, [
    ...byId.keys(),
  ])) {
    const item = byId.get(id)!;
    const isDone = mapping?.moodle_id !== undefined;
    if (built.kind === 'failed' && !isDone)
      all.unpushable.push({ kind, source: built.source, idnumber, reason: built.failure.reason });
    if (built.kind !== 'entity' || !(built.entity.active || isDone)) continue;
    const { entity } = built;
    const { source, fields, payload, active: isActive } = entity;
    const known = { kind, service: name, source, idnumber, fields, payload, isActive, mapping };
    // The one place where a service's entities become those of its kind.
    all.desired.push({ ...known, ...(await describe(view, reader, name, entity, item)) } as Desired);
  }
}

type Description = Pick<Desired, 'moodleIdnumber' | 'label' | 'detail' | 'keys'>;

/** What people and an earlier system know a record by. */
async function describe(
  view: RecordView,
  reader: SweepRecords,
  name: AdoptionService,
  entity: Entity,
  item: RecordItem,
): Promise<Description> {
  const { idnumber, fields } = entity;
  const plain = { moodleIdnumber: idnumber, detail: '' };
  switch (kindOfService[name]) {
    case 'category':
      return { ...plain, label: fieldOf(item, 'name'), keys: keysOf(item.code) };
    case 'course':
      return { ...plain, label: await courseLabel(view, idnumber), keys: keysOf(item.code) };
    case 'group': {
      const course = await courseLabel(view, String(fields.course));
      return {
        moodleIdnumber: batchIdnumber(entity.source.id),
        detail: '',
        label: `${String(fields.name)} in ${course}`,
        keys: [comparableKey(fieldOf(item, 'code')), comparableKey(fieldOf(item, 'name'))],
      };
    }
    case 'account': {
      const {
        firstname = '',
        middlename = '',
        lastname = '',
        email = '',
        username = '',
        idnumber: moodleIdnumber = idnumber,
      } = fields as Partial<AccountFields>;
      // What a template gives may have been in Moodle before; what is made without one says nothing new.
      const given = [
        moodleIdnumber !== idnumber && moodleIdnumber,
        username !== usernameFor(email) && username,
      ];
      const enrolments = name === 'students' ? await enrolmentsOf(reader, entity.source.id) : [];
      return {
        moodleIdnumber,
        detail: email,
        label: [firstname, middlename, lastname].filter(Boolean).join(' '),
        keys: keysOf(
          ...given,
          item.gr_no,
          item.id_number,
          ...enrolments.map(({ roll_number }) => roll_number),
        ),
      };
    }
  }
}

/** A course as it is to be called, with its short name. */
async function courseLabel(view: RecordView, idnumber: string): Promise<string> {
  const named = await courseNames(view, subjectCourseOf(idnumber));
  return named.failure ? idnumber : `${named.fields.fullname} (${named.fields.shortname})`;
}

async function enrolmentsOf(reader: SweepRecords, studentId: string): Promise<RecordItem[]> {
  const ids = await reader.sources(recordTarget('op.student', studentId), 'op.student.course');
  return [...(await reader.getMany('op.student.course', ids)).values()];
}

function fieldOf(item: RecordItem, field: string): string {
  return text.safeParse(item[field]).data ?? '';
}

/** The keys that are set, in the form in which they are compared. */
function keysOf(...values: unknown[]): string[] {
  const set = values.map((value) => comparableKey(text.safeParse(value).data ?? ''));
  return [...new Set(set)].filter(Boolean);
}
