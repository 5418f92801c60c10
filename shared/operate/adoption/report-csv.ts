import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { KeptDecision } from '#shared/store/tables/kept-decisions.ts';
import { candidateIds, isOf, madeBy, type ReviewedLine } from './decisions.ts';
import type { Observed } from './kinds.ts';
import type { Row } from './rows.ts';

/** The columns of the gap report; `decision` is what a person fills in, `decided` who has decided before, and when. */
const columns = [
  'kind',
  'verdict',
  'record',
  'idnumber',
  'record_label',
  'moodle_id',
  'moodle_label',
  'moodle_idnumber',
  'evidence',
  'overwrites',
  'decided',
  'decision',
] as const;
type Column = (typeof columns)[number];

/** What a reviewed report must still have; the others are for people. */
const neededColumns: readonly Column[] = ['kind', 'verdict', 'idnumber', 'moodle_id', 'decision'];

/** A report that cannot be read at all. */
export class ReportFormatError extends Error {
  override name = 'ReportFormatError';
}

/** The gap report: a line for each record and for everything that is only in Moodle. Holds e-mail addresses. */
export function reportCsv(rows: readonly Row[], kept: readonly KeptDecision[] = []): string {
  const ofRecord = new Map(kept.map((decision) => [decision.idnumber, decision]));
  const lines = rows.map((row): Record<Column, string> => {
    const { kind, verdict, source, idnumber, desired, candidates, evidence, overwrites } = row;
    const before = ofRecord.get(idnumber);
    const each = (show: (observed: Observed) => string) => candidates.map(show).join(' | ');
    return {
      kind,
      verdict,
      record: source ? `${source.model} ${source.id}` : '',
      idnumber,
      record_label: desired ? withDetail(desired) : '',
      moodle_id: candidateIds(row),
      moodle_label: each(withDetail),
      moodle_idnumber: each((observed) => observed.idnumber),
      evidence,
      overwrites: overwrites.join(', '),
      decided: before ? madeBy(before) : '',
      // What was decided of something else is not handed back as if it were of this.
      decision: before && isOf(before, row) ? before.decision : '',
    };
  });
  // With a mark that makes spreadsheets read UTF-8, and names that begin like a formula kept from being one.
  return stringify(lines, { header: true, columns: [...columns], bom: true, escape_formulas: true });
}

function withDetail({ label, detail }: { label: string; detail: string }): string {
  return detail ? `${label} <${detail}>` : label;
}

/**
 * The lines of a reviewed report that hold a decision. Spreadsheets save it with semicolons or tabs in some countries.
 *
 * @throws ReportFormatError when it is no such report
 */
export function readReport(text: string): ReviewedLine[] {
  const [header = ''] = text.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t'].find((each) => header.split(each).length >= neededColumns.length);
  if (!delimiter)
    throw new ReportFormatError(`Its first line does not name the columns ${neededColumns.join(', ')}.`);
  const records = parsed(text, delimiter);
  const names = new Set(Object.keys(records[0]?.record ?? {}));
  const missing = neededColumns.filter((name) => !names.has(name));
  if (records.length > 0 && missing.length > 0)
    throw new ReportFormatError(`It has no column ${missing.join(', ')}.`);
  return records.flatMap(({ record, info }) => {
    const { kind = '', verdict = '', idnumber = '', moodle_id: moodleIds = '' } = record;
    const { decided = '', decision = '' } = record;
    if (decision.trim() === '') return [];
    return [{ line: info.lines, kind, verdict, idnumber, moodleIds, decided, decision }];
  });
}

interface Parsed {
  record: Partial<Record<Column, string>>;
  info: { lines: number };
}

function parsed(text: string, delimiter: string): Parsed[] {
  try {
    const options = { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true, delimiter };
    return parse(text, options) as unknown as Parsed[];
  } catch (error) {
    // The parser's own message names line and column, and nothing of what stands there.
    if (error instanceof Error && 'code' in error)
      throw new ReportFormatError(`It is no CSV file (${error.code}).`);
    throw error;
  }
}
