import type { Deployment } from '#cli/connection/deployment.ts';
import { usageError } from '#cli/operator-error.ts';
import { withProgress } from '#cli/output/progress.ts';
import type { RecordReader } from '#shared/models/records.ts';
import { personOf } from '#shared/moodle/accounts/person-standing.ts';
import { type Held, heldOf, type Person } from '#shared/operate/person/held.ts';
import type { PersonStore } from '#shared/operate/person/ports.ts';
import { personStore } from '#shared/store/tables/person-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';

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
      'Give oec_student_ or oec_faculty_ with the id that the record has in the ERP, such as oec_student_26.',
    );
  const { clients, outputs, erp } = deployment;
  const store = personStore(clients.documents, {
    records: outputs.RecordsTableName,
    links: outputs.LinksTableName,
    mappings: outputs.MappingsTableName,
    erpMappings: erp?.outputs.ErpMappingsTableName,
  });
  const records = recordsStore(clients.documents, outputs.RecordsTableName);
  const person = { ...record, idnumber };
  const instances = await deployment.instances.ids();
  const held = await withProgress('tables', () => heldOf(person, { store, records, instances }));
  return { person, held, store, records };
}
