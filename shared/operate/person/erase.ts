import type { RecordReader } from '#shared/models/records.ts';
import { accountNoteOf, withAccountNote } from '#shared/moodle/accounts/account-records.ts';
import { cohortStatesOf, courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import type { Mapping, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import { type ErpMapping, pointerId } from '#shared/odoo/import/mapping.ts';
import { isErpId } from '#shared/odoo/import/models.ts';
import { personNouns } from '#shared/operate/explain/person.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import type { Held, HeldInInstance, Person } from './held.ts';
import type { ItemKey, PersonStore } from './ports.ts';

/** Why a person's data are not to be deleted yet. */
export interface Obstacle {
  /** ERP: the record would come back. Moodle: nobody would close the account any more. */
  in: 'erp' | 'moodle';
  reason: string;
  advice: string;
}

/** Statuses of rows that a push will still do something about. */
const pending: readonly RowStatus[] = ['failed', 'waiting', 'held'];

/**
 * Why a person's data are not to be deleted yet: the ERP still has the person, and the sync would bring everything back;
 * or Moodle has not closed the account yet, and without the mapping nobody would.
 */
export function obstaclesTo(person: Person, { record, erpRecords, instances }: Held): Obstacle[] {
  const noun = personNouns[person.model];
  const obstacles: Obstacle[] = [];
  const rest = erpRecords.slice(0, 10).map(({ model, id }) => `${model} ${id}`);
  if (record ?? rest[0])
    obstacles.push({
      in: 'erp',
      reason: record
        ? `The ERP still has the ${noun} ${person.id}.`
        : `The ERP still has records of the ${noun} ${person.id}: ${rest.join(', ')}${erpRecords.length > rest.length ? ', …' : ''}.`,
      advice:
        'Delete them there first (archiving is not enough): the export notices within the hour, and `oec-moodle erp show` ' +
        'names what its brake holds. An ERP that writes to the table itself deletes the items.',
    });
  for (const held of instances) if (isInUse(held)) obstacles.push(stillInUse(person, held));
  return obstacles;
}

function isInUse({ mappings, sharedWith }: HeldInInstance): boolean {
  // An account that another record needs stays open for that one.
  if (sharedWith.length > 0) return false;
  return mappings.some(({ idnumber, moodle_id, active, status, extra_data }) => {
    const isAccount = !idnumber.includes('@');
    if (isAccount) return moodle_id !== undefined && (active || pending.includes(status));
    const isInCourse = Object.values(courseStatesOf(extra_data)).some(({ state }) => state === 'active');
    const isInCohort = Object.keys(cohortStatesOf(extra_data)).length > 0;
    return (isInCourse || isInCohort) && pending.includes(status);
  });
}

function stillInUse({ idnumber }: Person, { instance }: HeldInInstance): Obstacle {
  return {
    in: 'moodle',
    reason: `The account of ${idnumber} in ${instance} has not been suspended yet.`,
    advice:
      `It is, a few minutes after the ERP has deleted the record: \`oec-moodle failures show ${instance} ${idnumber}\` and ` +
      '`oec-moodle brake show` say what keeps it. If that Moodle is gone, or the account is closed there by hand, give ' +
      '--anyway.',
  };
}

export interface ErasePorts {
  store: PersonStore;
  records: RecordReader<string>;
  mappings: Pick<MappingStore, 'getMany' | 'save'>;
}

/** How many rows were deleted, or changed. */
export interface Erased {
  records: number;
  links: number;
  mappings: number;
  erpRows: number;
  /** Values taken out of rows that tell of others too. */
  values: number;
}

/**
 * Deletes what is held of a person. The mappings go last, since they lead to all else: what was begun and broke off is
 * found again.
 */
export async function erase(person: Person, held: Held, ports: ErasePorts): Promise<Erased> {
  const { store, records } = ports;
  await store.removeRecords(held.pulledRecords.map(keyOf));
  // Of enrolments that are gone nothing tells any more whose they were.
  const erpRows = [...held.erpRows, ...(await deadErpRows(store, records))];
  await store.removeErpRows(keysWithPointers(erpRows));
  await store.removeLinks(held.links);
  let values = 0;
  for (const { instance, mappings, memories, values: within, sharedWith } of held.instances) {
    for (const { row, path } of within) await store.removeValue(row, path);
    for (const other of sharedWith) await forgetRecord(person.idnumber, other, ports);
    values += within.length + sharedWith.length;
    const rows = [...memories, ...mappings].map(({ idnumber }) => ({ instance, idnumber: String(idnumber) }));
    await store.removeMappingRows(rows);
  }
  return {
    records: held.pulledRecords.length,
    links: held.links.length,
    mappings: held.instances.reduce(
      (sum, { mappings, memories }) => sum + mappings.length + memories.length,
      0,
    ),
    erpRows: erpRows.length,
    values,
  };
}

/** The models of which a pull sets fields of the ERP's own records: what is known of these imports names no person. */
const ownRecords = ['op.student.course', 'op.attendance.line'] as const;

/** How many records are looked for at a time. */
const group = 100;

/**
 * What is known of imports into records of the ERP's own which are gone. Nothing is imported into these any more, and a
 * record that comes back under its id is looked at anew.
 */
async function deadErpRows(
  store: Pick<PersonStore, 'erpRows'>,
  records: RecordReader<string>,
): Promise<ErpMapping[]> {
  const dead: ErpMapping[] = [];
  for (const model of ownRecords) {
    const rows = (await store.erpRows(model)).filter(({ id }) => isErpId(id));
    for (const part of inParts(rows, group)) {
      const there = await records.getMany(
        model,
        part.map(({ id }) => id),
      );
      dead.push(...part.filter(({ id }) => !there.has(id)));
    }
  }
  return dead;
}

const keyOf = ({ model, id }: ItemKey): ItemKey => ({ model, id });

/** The keys of rows, and of those that lead to them from the ERP's records. */
function keysWithPointers(rows: readonly ErpMapping[]): ItemKey[] {
  return rows.flatMap(({ model, id, erp_id }) => [
    { model, id },
    ...(erp_id === undefined ? [] : [{ model, id: pointerId(erp_id) }]),
  ]);
}

/** Takes a record out of those that another row says its account belongs to. */
async function forgetRecord(
  idnumber: string,
  { instance, ...row }: Mapping,
  { mappings }: ErasePorts,
): Promise<void> {
  for (;;) {
    const now = (await mappings.getMany(instance, [row.idnumber])).get(row.idnumber);
    const records = accountNoteOf(now).records;
    if (!now || !records?.includes(idnumber)) return;
    const left = records.filter((record) => record !== idnumber);
    // What the account should be is another thing now.
    const changed = { ...now, extra_data: withAccountNote(now, { records: left }), sync_hash: undefined };
    if (await mappings.save(changed)) return;
  }
}
