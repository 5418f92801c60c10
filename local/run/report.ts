import Table from 'cli-table3';
import type { RecordItem } from '#shared/models/records.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Tally } from './tally.ts';

/** What each service makes of the records of a model. */
const rows: [service: ServiceName, model: string, becomes: string][] = [
  ['departments', 'op.department', 'categories'],
  ['programs', 'op.course', 'categories'],
  ['subjects', 'op.subject', 'courses (one per program)'],
  ['batches', 'op.batch', 'groups (one per course)'],
  ['students', 'op.student', 'accounts'],
  ['faculty', 'op.faculty', 'accounts'],
  ['enrolments', 'op.student.course', 'students in courses'],
  ['teaching', 'op.session', 'teachers in courses'],
];

/** A table without colours. @param right columns of numbers, by their position */
export function plainTable(head: string[], content: (string | number)[][], right: number[] = []): string {
  const colAligns = head.map((_, column) => (right.includes(column) ? 'right' : 'left'));
  const table = new Table({ head, colAligns, style: { head: [], border: [] } });
  table.push(...content);
  return table.toString();
}

/** The table that ends the run. */
export function resultTable(written: RecordItem[], tally: Tally, mappings: Mapping[]): string {
  const content = rows.map(([service, model, becomes]) => {
    const counts = tally.outcomes.get(service);
    const failing = mappings.filter((mapping) => mapping.service === service && mapping.status !== 'synced');
    return [
      model,
      written.filter((item) => item.model === model).length,
      becomes,
      counts?.created ?? 0,
      counts?.adopted ?? 0,
      counts?.updated ?? 0,
      counts?.skipped ?? 0,
      failing.length,
    ];
  });
  const head = ['records', 'written', 'become', 'created', 'adopted', 'updated', 'unchanged', 'failing now'];
  return plainTable(head, content, [1, 3, 4, 5, 6, 7]);
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

/** Begins to measure a step of the run. @returns how long it has taken so far, such as `3.2 s` */
export function stopwatch(): () => string {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
