import { factLines, inLines, type Lines } from '#cli/output/lines.ts';
import { table, wrapped } from '#cli/output/table.ts';
import { minuteOf, numberOf } from '#cli/output/words.ts';
import type { Report } from './report.ts';
import type { Bar, Cell, Section, Table } from './section.ts';
import { sectionsOf } from './sections.ts';

/** How wide a bar is, in characters. */
const barWidth = 20;

/** The report for a terminal. */
export function reportText(report: Report): string {
  return [
    `Report of ${report.stack}, ${minuteOf(report.made_at)} UTC`,
    ...sectionsOf(report).map(sectionText),
    ...report.unreadable,
    ...report.problems,
  ].join('\n\n');
}

/** A part of it. */
export function sectionText({ title, note, facts = [], findings = [], tables = [] }: Section): string {
  return inLines([
    title,
    note && `  ${note}`,
    factLines(facts),
    findings.map(
      ({ severity, about, message, advice }) =>
        `  ${severity}: ${about ? `${about}. ` : ''}${message} ${advice}`,
    ),
    tables.map((one) => tableText(one, title)),
  ]);
}

function tableText({ title, empty, rows, on }: Table, sectionTitle: string): Lines {
  const [first] = rows;
  if (on === 'page') return false;
  if (!first) return empty && `  ${empty}`;
  const titles = Object.keys(first).filter((column) => !isForPage(first[column]!));
  const cells = rows.map((row) => titles.map((column) => cellText(row[column]!)));
  return [title !== sectionTitle && `  ${title}`, table(titles, cells)];
}

function isForPage(cell: Cell): boolean {
  return typeof cell === 'object' && 'on' in cell && cell.on === 'page';
}

function cellText(cell: Cell): string {
  if (typeof cell === 'number') return numberOf(cell);
  if (typeof cell === 'string') return wrapped(cell);
  if ('whole' in cell) return barText(cell);
  return 'text' in cell ? cell.text : cell.join('\n');
}

/** `████████████░░░░░░░░  61 %`: the share of the first part. Full only where nothing is missing. */
function barText({ parts: [first], whole }: Bar): string {
  const { value } = first!;
  const share = whole === 0 ? 0 : value / whole;
  const length = value === whole ? barWidth : Math.min(barWidth - 1, Math.round(share * barWidth));
  const percent = value === whole ? 100 : Math.min(99, Math.floor(share * 100));
  return `${'█'.repeat(length)}${'░'.repeat(barWidth - length)} ${String(percent).padStart(3)} %`;
}
