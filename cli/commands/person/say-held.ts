import { table } from '#cli/output/table.ts';
import type { Held } from '#shared/operate/person/held.ts';

/** How much is held of a person, and where: no contents. */
export function sayHeld(idnumber: string, held: Held): string[] {
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
  const columns = ['table', `what is held of ${idnumber}`, { title: 'rows', isNumber: true as const }];
  return [
    table(
      columns,
      rows.filter(([, , count]) => count > 0),
    ),
  ];
}
