import { table } from '#local/pages/lists.ts';
import { type Html, html } from '#shared/http/html.ts';
import { formatDatetime } from '../orm/convert.ts';
import type { Environment, Row, Stored } from '../orm/model.ts';
import { displayName, fieldValue } from '../orm/reading.ts';

/** The models whose records have a page, and its path. */
const paths: Readonly<Record<string, string>> = {
  'op.student': 'student',
  'op.student.course': 'enrolment',
  'op.exam': 'exam',
};

/** What a column shows: a field, or something made of the record. */
type Column = string | ((row: Row) => Html | string);

/** Reads records for the pages, archived ones too, whatever modules the school has. */
export class View {
  readonly env: Environment;

  constructor(env: Environment) {
    this.env = env;
  }

  has(model: string): boolean {
    return this.env.models.has(model);
  }

  rows(model: string): readonly Row[] {
    return this.has(model) ? this.env.database.table(model).all() : [];
  }

  /** The records whose many2one names this one. */
  referring(model: string, field: string, id: number): Row[] {
    return this.has(model) ? this.env.database.table(model).having({ [field]: id }) : [];
  }

  row(model: string, id: Stored | undefined): Row | undefined {
    return this.has(model) ? this.env.database.row(model, id) : undefined;
  }

  /** A value as a text; empty where the school lacks the field. */
  text(model: string, row: Row, field: string): string {
    const definition = this.env.models.get(model);
    const type = this.env.models.find(definition, field)?.field.type;
    if (type === undefined) return '';
    const value = fieldValue(row, definition, field, this.env, false);
    if (type === 'datetime' && value !== null) return formatDatetime(value as number);
    return String(value ?? (type === 'integer' ? 0 : ''));
  }

  /** What the record is called that a many2one names. */
  nameOf(model: string, id: Stored): string {
    const row = this.row(model, id);
    return row ? displayName(row, this.env.models.get(model), this.env) : '';
  }

  /** A link to the page of a record. */
  link(model: string, id: Stored | undefined, text = this.nameOf(model, id ?? null)): Html {
    return html`<a href="/${paths[model]}/${Number(id)}">${text || '(no name)'}</a>`;
  }

  /** A value as a cell shows it: references by name, with a link where there is a page. */
  cell(model: string, row: Row, field: string): Html | string {
    const { type, relation = '' } = this.env.models.get(model).fields[field] ?? {};
    const value = row[field] ?? null;
    if (type === 'many2one' && relation in paths && value !== null) return this.link(relation, value);
    if (type === 'many2one') return this.nameOf(relation, value);
    if (Array.isArray(value)) return value.map((id) => this.nameOf(relation, id)).join(', ');
    return this.text(model, row, field);
  }

  /** A heading with a table of records; a sentence where there are none. */
  section(
    title: string,
    model: string,
    rows: readonly Row[],
    columns: Readonly<Record<string, Column>>,
  ): Html {
    const cells = (row: Row) =>
      Object.values(columns).map((column) =>
        typeof column === 'string' ? this.cell(model, row, column) : column(row),
      );
    return html`<h2>${title}${rows.length > 0 && ` (${rows.length})`}</h2>
${table(Object.keys(columns), rows.map(cells))}`;
  }
}
