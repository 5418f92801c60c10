import type { PushedModel } from '#shared/models/models.ts';
import type { Column } from './columns.ts';

/** A value for the record, or a problem that ends the sentence "Line 3 …". */
export type Cell = { value: unknown } | { problem: string };

/** Labels of selections that are not their value in capitals; from the models of openeducat_erp 18.0. */
const labels: { [Model in PushedModel]?: Record<string, string> } = {
  'op.session': { confirmed: 'confirm', canceled: 'cancel', cancelled: 'cancel' },
  'op.attendance.sheet': {
    'attendance start': 'start',
    'attendance taken': 'done',
    canceled: 'cancel',
    cancelled: 'cancel',
  },
};

/**
 * The external id that Odoo makes up for a record when it exports it holds the record's number:
 * `__export__.op_student_26_1f0c9a3e` (BaseModel.__ensure_xml_id).
 */
const madeUpExternalId = /^__export__\.([a-z_]+?)_([1-9]\d*)(?:_[0-9a-f]{8})?$/;

/** Reads a cell as Odoo's export writes it: empty where there is nothing, and for a boolean that is false. */
export function readCell(model: PushedModel, { kind, heading }: Column, text: string): Cell {
  const cell = text.trim();
  if (cell === '') return { value: false };
  switch (kind) {
    case 'id':
      return idCell(heading, cell, model);
    case 'reference':
      return cell.startsWith('[') ? jsonCell(heading, cell) : idCell(heading, cell);
    case 'references':
      return listCell(heading, cell);
    case 'flag':
      return flagCell(heading, cell);
    case 'selection':
      return { value: labels[model]?.[cell.toLowerCase()] ?? cell.toLowerCase() };
    case 'text':
      return { value: withoutApostrophe(text) };
  }
}

/** @param model whose id it has to be; any unless given */
function idCell(heading: string, cell: string, model?: PushedModel): Cell {
  const [, table, number] = madeUpExternalId.exec(cell) ?? [];
  if (number !== undefined) {
    if (model !== undefined && table !== model.replaceAll('.', '_')) {
      return { problem: `has in the column ${heading} the id of a record that is no ${model}` };
    }
    return { value: number };
  }
  // `moodle_…`: a record that was made from Moodle.
  if (/^[1-9]\d*$/.test(cell) || /^moodle_/.test(cell)) return { value: cell };
  return {
    problem:
      `has in the column ${heading} no id but a name or an external id: ` +
      `export the field ID in its place (${model === undefined ? 'such as Course/ID' : 'heading ID or .id'})`,
  };
}

/** `3,5` or `[3, 5]`. */
function listCell(heading: string, cell: string): Cell {
  if (cell.startsWith('[')) return jsonCell(heading, cell);
  const ids: unknown[] = [];
  for (const part of cell.split(',')) {
    const read = idCell(heading, part.trim());
    if ('problem' in read) return read;
    ids.push(read.value);
  }
  return { value: ids };
}

/** A list as Odoo's `read()` gives it: `[7, "Physics"]`, `[3, 5]`. */
function jsonCell(heading: string, cell: string): Cell {
  try {
    return { value: JSON.parse(cell) };
  } catch {
    return { problem: `has in the column ${heading} a list that cannot be read` };
  }
}

function flagCell(heading: string, cell: string): Cell {
  if (/^(true|1)$/i.test(cell)) return { value: true };
  if (/^(false|0)$/i.test(cell)) return { value: false };
  return { problem: `has in the column ${heading} neither True nor False` };
}

/** Odoo puts an apostrophe before what a spreadsheet would take for a formula: `'+41 44 123 45 67`. */
function withoutApostrophe(text: string): string {
  return text.replace(/^'(?=[=+-])/, '');
}
