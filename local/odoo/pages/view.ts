import { type Html, html } from '#shared/http/html.ts';
import type { Environment } from '../orm/environment.ts';
import type { Row, Stored } from '../orm/field.ts';
import { displayName, fieldValue } from '../orm/reading.ts';
import { formatDatetime } from '../orm/time.ts';

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

  row(model: string, id: Stored): Row | undefined {
    return this.has(model) ? this.env.database.row(model, id) : undefined;
  }

  /** A value as a text; empty where the school lacks the field. */
  text(model: string, row: Row, field: string): string {
    const definition = this.env.models.get(model);
    const type = this.env.models.find(definition, field)?.field.type;
    if (type === undefined) return '';
    const value = fieldValue(row, definition, field, this.env, false);
    return type === 'datetime' && value !== null ? formatDatetime(value as number) : String(value ?? '');
  }

  /** What the record is called that a many2one names. */
  nameOf(model: string, id: Stored): string {
    const row = this.row(model, id);
    return row ? displayName(row, this.env.models.get(model), this.env) : '';
  }
}

/** Says that a record is archived. */
export function archivedBadge({ active }: Row): Html | undefined {
  return active === false ? html` <span class="badge warn">archived</span>` : undefined;
}

/** A table with a heading; a sentence where it is empty. */
export function section(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
) {
  if (rows.length === 0) return html`<h2>${title}</h2><p class="soft">None.</p>`;
  return html`<h2>${title} (${rows.length})</h2>
<div class="card scroll"><table>
<thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

/** A link to the page of a record. */
export function link(path: string, text: string): Html {
  return html`<a href="${path}">${text || '(no name)'}</a>`;
}
