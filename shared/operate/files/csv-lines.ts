import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError as CsvSyntaxError, type Info, parse } from 'csv-parse';
import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { readCell } from './cells.ts';
import { type Column, type Columns, CsvError, columnsOf } from './columns.ts';
import type { RecordLine } from './json-lines.ts';

/**
 * Reads the records of a CSV as Odoo exports it, of one model. A line without an id goes on with the record above it:
 * Odoo's export writes the second and each further one of a list so (`Subjects/ID`).
 *
 * @param onColumns told what the first line says before the first record comes
 * @throws CsvError when the file as a whole cannot be read
 */
export async function* csvLines(
  model: PushedModel,
  chunks: AsyncIterable<Uint8Array>,
  onColumns: (columns: Columns) => void = () => {},
): AsyncGenerator<RecordLine> {
  let columns: Columns | undefined;
  let width = 0;
  let last: RecordLine | undefined;
  for await (const { line, cells } of rows(chunks)) {
    if (!columns) {
      columns = columnsOf(model, cells);
      width = cells.length;
      onColumns(columns);
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    const idColumn = columns.columns.find(({ kind }) => kind === 'id')!;
    if (cells.length === width && cells[idColumn.index]?.trim() === '' && last) {
      last = goOn(model, columns.columns, last, cells);
      continue;
    }
    if (last) yield last;
    last = { line, ...readRow(model, columns.columns, width, cells) };
  }
  if (!columns) throw new CsvError('The file is empty.', 'Export it again.');
  if (last) yield last;
}

function readRow(
  model: PushedModel,
  columns: Column[],
  width: number,
  cells: string[],
): { item: RecordItem } | { problem: string } {
  if (cells.length !== width)
    return { problem: `has ${cells.length} cells where the first line has ${width}` };
  const item: Record<string, unknown> = {};
  for (const column of columns) {
    const cell = readCell(model, column, cells[column.index] ?? '');
    if ('problem' in cell) return cell;
    item[column.field] = cell.value;
  }
  if (item.id === false) return { problem: 'has no id, and there is no record above it' };
  return { item: { ...item, model, id: String(item.id) } };
}

/** Adds what a line without an id says to the lists of the record above it. */
function goOn(model: PushedModel, columns: Column[], record: RecordLine, cells: string[]): RecordLine {
  if ('problem' in record) return record;
  const { line } = record;
  const item: RecordItem = { ...record.item };
  for (const column of columns) {
    const cell = readCell(model, column, cells[column.index] ?? '');
    if ('problem' in cell) return { line, problem: `${cell.problem} (in a line that belongs to it)` };
    if (cell.value === false) continue;
    if (column.kind !== 'references')
      return { line, problem: 'is followed by a line without an id that is no part of a list' };
    const before = item[column.field];
    item[column.field] = [...(Array.isArray(before) ? before : []), ...[cell.value].flat()];
  }
  return { line, item };
}

/** The lines of a CSV, numbered from 1 by where they begin: a quoted cell can hold line ends. */
async function* rows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<{ line: number; cells: string[] }> {
  const text = decoded(chunks);
  const { head, delimiter } = await headOf(text);
  const joined = (async function* () {
    yield head;
    yield* text;
  })();
  const parser = parse({ delimiter, info: true, relax_column_count: true, skip_empty_lines: true });
  // Its failure ends the parser as well, whose reader hears of it below.
  const piping = pipeline(Readable.from(joined), parser).catch(() => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const lineEnds = record.join('').split('\n').length - 1;
      yield { line: info.lines - lineEnds, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvSyntaxError)) throw error;
    throw new CsvError(
      `Line ${String(error.lines)} has a quotation mark out of place, so nobody knows where its cells end.`,
      'Export the file again, and do not edit it by hand.',
    );
  } finally {
    parser.destroy();
    await piping;
  }
}

/** @throws CsvError where it is no text in UTF-8 */
async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CsvError(
      'The file is no text in UTF-8.',
      'Export it from Odoo as CSV (not as Excel); a spreadsheet has to save it as "CSV UTF-8".',
    );
  }
}

/** What is read until the first line is whole, and the character between its cells: spreadsheets write `;` or tabs. */
async function headOf(text: AsyncGenerator<string>): Promise<{ head: string; delimiter: string }> {
  let head = '';
  while (!head.includes('\n')) {
    const { value, done } = await text.next();
    if (done) break;
    head += value;
  }
  const [first = ''] = head.split('\n');
  if (first.startsWith('{')) {
    throw new CsvError('The file holds JSON, not a CSV.', 'Leave out --model: each line names its own.');
  }
  const count = (character: string) => first.split(character).length;
  const delimiter = [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
  return { head, delimiter };
}
