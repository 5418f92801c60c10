import { stringify } from 'csv-stringify/sync';
import type { Report } from './report.ts';
import { sectionsOf } from './sections.ts';

/**
 * The report as one tidy table: a line for each figure. What is of all instances together has no instance. Figures by
 * hour are in sections of their own, with the hour as their name.
 */
export function reportCsv(report: Report): string {
  const rows = [
    ['', 'report', 'stack', report.stack],
    ['', 'report', 'made_at', report.made_at],
    ...sectionsOf(report).flatMap(({ instance = '', figures }) =>
      figures.map(([section, name, value = '']) => [instance, section, name, value]),
    ),
    ...report.unreadable.map((message) => ['', 'problem', 'unreadable', message]),
    ...report.problems.map((message) => ['', 'problem', 'unknown', message]),
  ];
  return stringify(rows, {
    header: true,
    columns: ['instance', 'section', 'name', 'value'],
    cast: { boolean: String },
    // Formulas: a spreadsheet would run what begins with =, + or @.
    escape_formulas: true,
  });
}
