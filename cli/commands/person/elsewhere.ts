import type { Deployment } from '#cli/connection/deployment.ts';
import { storedConnection } from '#cli/erp/erp-side.ts';
import type { Held, Person } from '#shared/operate/person/held.ts';

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
