import Table from 'cli-table3';
import type { OecItem } from '#shared/models/fields/oec-item.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Tally } from './tally.ts';

/** What each service makes of which records. */
const rows: [service: ServiceName, models: string[], becomes: string][] = [
  ['departments', ['op.department'], 'categories'],
  ['programs', ['op.course'], 'categories'],
  ['subjects', ['op.subject'], 'courses (one per program)'],
  ['batches', ['op.batch'], 'groups (one per course)'],
  ['students', ['op.student'], 'accounts'],
  ['faculty', ['op.faculty'], 'accounts'],
  ['enrolments', ['op.student.course'], 'students in courses'],
  ['teaching', ['op.session'], 'teachers in courses'],
];

/** The table that ends the run. @param written records written, by model */
export function resultTable(written: OecItem[][], tally: Tally, mappings: Mapping[]): string {
  const table = new Table({
    head: ['records', 'written', 'become', 'created', 'adopted', 'updated', 'unchanged', 'failing now'],
    colAligns: ['left', 'right', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const [service, models, becomes] of rows) {
    const counts = tally.outcomes.get(service);
    const failing = mappings.filter(
      (mapping) => mapping.service === service && mapping.status !== 'synced',
    ).length;
    table.push([
      models.join(', '),
      written.flat().filter(({ model }) => models.includes(model)).length,
      becomes,
      counts?.created ?? 0,
      counts?.adopted ?? 0,
      counts?.updated ?? 0,
      counts?.skipped ?? 0,
      failing,
    ]);
  }
  return table.toString();
}

/** Calls by function of Moodle, the most first: `core_user_create_users × 11, …`. */
export function callList(calls: ReadonlyMap<string, number>): string {
  if (calls.size === 0) return 'no call';
  return [...calls]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} × ${count}`)
    .join(', ');
}

/** What bringing records to Moodle has cost. @param took such as `3.2 s` */
export function callsPerRecords(calls: number, records: number, took: string): string {
  const per100 = ((100 * calls) / records).toFixed(1);
  return `In Moodle after ${took}, with ${calls} web service calls: ${per100} per 100 records.`;
}
