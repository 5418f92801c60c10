import type { Held } from '#shared/person/held.ts';

/** How much is held of a person, and where: no contents. */
export function sayHeld(idnumber: string, held: Held): string[] {
  const { record, erpRecords, pulledRecords, links, instances, erpRows } = held;
  return [
    `Of ${idnumber} the tables hold:`,
    ...(record ? [`  OecRecords: ${record.model} ${record.id}, as the ERP has it`] : []),
    ...countLine('OecRecords', erpRecords, 'records of the ERP that name the person'),
    ...countLine('OecRecords', pulledRecords, 'marks and attendance from Moodle'),
    ...countLine('RecordLinks', links, 'links'),
    ...instances.flatMap(({ instance, mappings, memories, values, sharedWith }) => [
      ...countLine(`MoodleMappings, ${instance}`, mappings, 'mappings'),
      ...countLine(
        `MoodleMappings, ${instance}`,
        [...memories, ...values],
        'notes of what was pulled and pushed',
      ),
      ...countLine(
        `MoodleMappings, ${instance}`,
        sharedWith.map(({ idnumber: other }) => other),
        'other records of the same account',
      ),
    ]),
    ...countLine('ErpMappings', erpRows, 'notes of what was brought to the ERP'),
  ];
}

function countLine(table: string, items: readonly unknown[], what: string): string[] {
  if (items.length === 0) return [];
  const named = items.every((item) => typeof item === 'string') ? ` (${items.join(', ')})` : '';
  return [`  ${table}: ${items.length} ${what}${named}`];
}
