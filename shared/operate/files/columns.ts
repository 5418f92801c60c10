import {
  active,
  flag,
  pullableReference,
  reference,
  referenceName,
  references,
} from '#shared/models/fields/fields.ts';
import { modelOf, type PushedModel } from '#shared/models/models.ts';

/** A CSV of which no line can be read. Holds nothing of its lines but the headings. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  /** What to do about it, as a sentence. */
  readonly advice: string;

  /** @param message what is wrong, as a sentence */
  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

/** What the cells of a column are: `id` is the record's own, `text` everything that is taken as it is. */
export type ColumnKind = 'id' | 'reference' | 'references' | 'flag' | 'selection' | 'text';

export interface Column {
  /** Position in a line. */
  index: number;
  /** As it stands in the first line. */
  heading: string;
  field: string;
  kind: ColumnKind;
}

/** What the first line of a CSV says. */
export interface Columns {
  columns: Column[];
  /** Headings of columns that mean nothing to the link. */
  ignored: string[];
  /** Fields that matter and have no column: they count as empty. */
  missing: string[];
}

/** Fields whose values are chosen from a list; Odoo exports the list's labels. */
const selections = new Set(['state', 'subject_type']);

/** Fields that only a pull writes, or that nobody misses. */
const neverMissed = new Set([
  ...['withdrawn', 'moodle_status', 'taken_at', 'write_date'],
  ...['academic_years_id', 'academic_term_id'],
]);

/**
 * Finds the columns of a CSV: by field names, with or without `/id` and `/.id` as Odoo's import-compatible export has
 * them, or by the English headings of its other export (`Course/ID`).
 *
 * @throws CsvError when no column holds the records' ids
 */
export function columnsOf(model: PushedModel, headings: string[]): Columns {
  const known = headingsOf(model);
  const best = new Map<string, Column & { rank: number }>();
  const ignored: string[] = [];
  for (const [index, text] of headings.entries()) {
    const heading = text.trim();
    const meant = meaningOf(heading, known);
    // Of a contact the name counts: an id would become somebody's name.
    const isIdOfName = meant && meant.rank > 0 && modelOf(model).fields[meant.field] === referenceName;
    if (!meant || isIdOfName) {
      if (heading !== '') ignored.push(heading);
      continue;
    }
    const column = { index, heading, kind: kindOf(model, meant.field), ...meant };
    const other = best.get(meant.field);
    if (!other || column.rank > other.rank) best.set(meant.field, column);
    if (other) ignored.push((best.get(meant.field) === column ? other : column).heading);
  }
  if (!best.has('id')) throw noIds();
  const missing = Object.keys(modelOf(model).fields).filter(
    (field) => !best.has(field) && !neverMissed.has(field),
  );
  const columns = [...best.values()].map(({ rank: _rank, ...column }) => column);
  return { columns, ignored, missing };
}

/** The field that a heading stands for, and how well its cells tell an id: of two columns of a field the better counts. */
function meaningOf(heading: string, known: Map<string, string>): { field: string; rank: number } | undefined {
  const own = rankOfId(heading);
  if (own !== undefined) return { field: 'id', rank: own };
  const [, name = '', part] = /^([^/]+)(?:\/(.+))?$/.exec(heading) ?? [];
  const rank = part === undefined ? 0 : rankOfId(part.trim());
  if (rank === undefined) return undefined;
  const field = known.get(name.trim().toLowerCase());
  if (field !== undefined) return { field, rank };
  // A field that does not matter is kept as it is; a heading that is no field's name has no place in a record.
  return /^[a-z_][a-z0-9_]*$/.test(name) && part === undefined ? { field: name, rank } : undefined;
}

/** 2 for the number itself, 1 for an external id, which Odoo's import-compatible export calls `id`. */
function rankOfId(heading: string): number | undefined {
  if (heading === 'id' || /^external id$/i.test(heading)) return 1;
  return /^(\.id|id|database id)$/i.test(heading) ? 2 : undefined;
}

function kindOf(model: PushedModel, field: string): ColumnKind {
  const schema: unknown = modelOf(model).fields[field];
  if (field === 'id') return 'id';
  if (schema === reference || schema === pullableReference) return 'reference';
  if (schema === references) return 'references';
  if (schema === active || schema === flag) return 'flag';
  return selections.has(field) && schema !== undefined ? 'selection' : 'text';
}

/** What the first line says is not repeated: where a file has no headings, it is somebody's data. */
function noIds(): CsvError {
  return new CsvError(
    "No heading in the first line says where the records' ids are.",
    'In Odoo\'s export, leave "I want to update data" unticked and add the field ID, and the field ID of what each ' +
      'record refers to (Course/ID). The headings have to be English, or field names.',
  );
}

/** What Odoo calls its own field in its export. */
const odooHeadings: Record<string, string> = {
  'last updated on': 'write_date',
  'last modified on': 'write_date',
};

/** The fields of a model by their names and their English headings, in lower case. */
function headingsOf(model: PushedModel): Map<string, string> {
  const { fields: read, headings } = modelOf(model);
  const fields = Object.keys(read);
  return new Map([
    ...fields.map((field) => [odooHeading(field), field] as const),
    ...Object.entries({ ...odooHeadings, ...headings }),
    ...fields.map((field) => [field, field] as const),
  ]);
}

/** What Odoo makes of a field's name where the model gives it no heading: `main_department_id` is "Main Department". */
function odooHeading(field: string): string {
  return field.replace(/_ids?$/, '').replaceAll('_', ' ');
}
