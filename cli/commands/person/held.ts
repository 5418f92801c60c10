import type { Deployment } from '#cli/connection/deployment.ts';
import { storedConnection } from '#cli/erp/erp-side.ts';
import { usageError } from '#cli/operator-error.ts';
import { withProgress } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import type { RecordReader } from '#shared/models/records.ts';
import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import { type Held, heldOf, type Person } from '#shared/operate/person/held.ts';
import type { PersonStore } from '#shared/operate/person/ports.ts';
import { personStore } from '#shared/store/tables/person-store.ts';

/** A person, what is held of them, and the stores it was found in. */
export interface Found {
  person: Person;
  held: Held;
  store: PersonStore;
  records: RecordReader<string>;
}

/** Looks for a person's data in all tables. @throws OperatorError where the ID number is no person's */
export async function findHeld(deployment: Deployment, idnumber: string): Promise<Found> {
  const record = personOf(idnumber);
  if (!record)
    throw usageError(
      `${idnumber} is no ID number of a person.`,
      'Give oec_student_, oec_faculty_ or oec_parent_ with the id that the record has in the ERP, such as oec_student_26.',
    );
  const { clients, outputs, erp } = deployment;
  const store = personStore(clients.documents, {
    records: outputs.RecordsTableName,
    links: outputs.LinksTableName,
    mappings: outputs.MappingsTableName,
    erpMappings: erp?.outputs.ErpMappingsTableName,
  });
  const { records } = deployment;
  const person = { ...record, idnumber };
  const instances = await deployment.instances.ids();
  const held = await withProgress('tables', () => heldOf(person, { store, records, instances }));
  return { person, held, store, records };
}

/** How much is held of a person, and where: no contents. */
export function sayHeld(idnumber: string, held: Held): string {
  const { record, erpRecords, pulledRecords, links, instances, erpRows } = held;
  const rows: [table: string, what: string, count: number][] = [
    ['OecRecords', 'the person', record ? 1 : 0],
    ['OecRecords', 'records of the ERP that name the person', erpRecords.length],
    ['OecRecords', 'marks and attendance from Moodle', pulledRecords.length],
    ['RecordLinks', 'which record refers to which', links.length],
    ...instances.flatMap(({ instance, mappings, memories, values, sharedWith }): typeof rows => {
      const others = sharedWith.map((row) => row.idnumber).join(', ');
      return [
        [`MoodleMappings, ${instance}`, 'account, and what hangs on it', mappings.length],
        [`MoodleMappings, ${instance}`, 'what was pulled and pushed', memories.length + values.length],
        [`MoodleMappings, ${instance}`, `others with this account: ${others}`, sharedWith.length],
      ];
    }),
    ['ErpMappings', 'what was brought to the ERP', erpRows.length],
  ];
  const filled = rows.filter(([, , count]) => count > 0);
  return table(['table', `what is held of ${idnumber}`, 'rows'], filled);
}

/** Something of a person that lies outside the tables: named, and not copied. */
export interface Elsewhere {
  where: string;
  what: string;
  /** Who answers a request about it. */
  how: string;
}

/** What each Moodle and the ERP hold of a person, by reference, and what stays for a while in AWS. */
export async function elsewhere(
  deployment: Deployment,
  person: Person,
  { instances, erpRows }: Held,
): Promise<Elsewhere[]> {
  const { instances: known } = await deployment.instances.list();
  const addressOf = new Map(known.map(({ id, base_url }) => [id, base_url]));
  const accounts = instances.flatMap(({ instance, mappings }): Elsewhere[] => {
    const id = mappings.find(({ idnumber }) => idnumber === person.idnumber)?.moodle_id;
    if (id === undefined) return [];
    const address = addressOf.get(instance);
    return [
      {
        where: `Moodle ${instance}`,
        what: `the account ${address === undefined ? id : `${address}/user/profile.php?id=${id}`}, with its profile, grades, submissions and posts`,
        how: 'A data request of Moodle (Site administration, Users, Privacy and policies) exports or deletes it; what examination law keeps stays there.',
      },
    ];
  });
  const connection = deployment.erp && (await storedConnection(deployment.erp));
  const place = connection ? `OpenEduCat at ${connection.url}` : 'The ERP';
  const marks = erpRows.flatMap(({ model, erp_id }) => (erp_id === undefined ? [] : [`${model} ${erp_id}`]));
  return [
    ...accounts,
    {
      where: place,
      what: [`${person.model} ${person.id} and its contact, as long as they are there`, ...marks].join(', '),
      how: 'The ERP decides on it; records of examinations are kept as the law says.',
    },
    {
      where: 'AWS',
      what: 'backups of the tables (35 days), the stream of changes (24 hours); ids without names in logs (90 days unless configured otherwise) and queues (14 days)',
      how: 'It goes by itself.',
    },
  ];
}

/** As lines. */
export function sayElsewhere(places: readonly Elsewhere[]): string[] {
  return places.map(({ where, what, how }) => `  ${where}: ${what}. ${how}`);
}
