import { invalidField } from '../odoo-exception.ts';
import { formatDatetime } from './convert.ts';
import type { Environment, Field, Model, Row, Stored } from './model.ts';

/** How records are read. */
export type ReadOptions = {
  /** Whether a many2one is answered as `[id, name]`; else as the bare id. */
  withNames: boolean;
  /** Whether archived records are left out of an x2many. */
  activeTest: boolean;
};

/**
 * A value of a record: its own, that of the record which comes with it, or what is found elsewhere.
 *
 * @throws OdooException when the model has no such field
 */
export function fieldValue(
  row: Row,
  model: Model,
  name: string,
  env: Environment,
  activeTest = true,
): Stored {
  if (name === 'id') return row.id;
  if (name === 'display_name') return displayName(row, model, env);
  const found = env.models.find(model, name);
  if (!found) throw invalidField(model.name, name);
  const { field, through, delegate } = found;
  if (delegate) {
    const other = env.database.row(delegate.name, row[through!]);
    return other ? fieldValue(other, delegate, name, env, activeTest) : null;
  }
  if (field.related) return alongPath(row, model, field.related.split('.'), env);
  if (field.type === 'one2many') return linesOf(row, field, env, activeTest);
  return row[name] ?? null;
}

/** The value at the end of a path of many2ones, such as `session_id.course_id`. */
export function alongPath(row: Row, model: Model, path: readonly string[], env: Environment): Stored {
  const [first = 'id', ...rest] = path;
  const value = fieldValue(row, model, first, env);
  if (rest.length === 0) return value;
  const relation = env.models.find(model, first)?.field.relation;
  const next = relation && env.database.row(relation, value);
  return next ? alongPath(next, env.models.get(relation), rest, env) : null;
}

function linesOf(row: Row, { relation, inverse }: Field, env: Environment, activeTest: boolean): number[] {
  if (!relation || !inverse || !env.models.has(relation)) return [];
  const lines = env.database.table(relation).having({ [inverse]: row.id });
  return lines.filter((line) => !activeTest || line.active !== false).map(({ id }) => id);
}

/** What a record is called wherever another refers to it. */
export function displayName(row: Row, model: Model, env: Environment): string {
  const nameField = model.recordName ?? 'name';
  const value = fieldValue(row, model, nameField, env);
  const relation = env.models.find(model, nameField)?.field.relation;
  if (relation === undefined) return value === null ? '' : String(value);
  const other = env.database.row(relation, value);
  return other ? displayName(other, env.models.get(relation), env) : '';
}

/** A record as `read()` gives it. @throws OdooException when the model has no such field */
export function readRow(
  row: Row,
  model: Model,
  fields: readonly string[],
  env: Environment,
  { withNames, activeTest }: ReadOptions,
): Record<string, unknown> {
  const values = fields.map((name) => {
    const value = fieldValue(row, model, name, env, activeTest);
    const field = env.models.find(model, name)?.field;
    if (activeTest && field?.type === 'many2many') return [name, activeOf(field, value, env)];
    return [name, field ? shown(field, value, env, withNames) : value];
  });
  return { id: row.id, ...Object.fromEntries(values) };
}

function activeOf({ relation = '' }: Field, ids: Stored, env: Environment): readonly number[] {
  if (!Array.isArray(ids)) return [];
  return ids.filter((id) => env.database.row(relation, id)?.active !== false);
}

function shown(field: Field, value: Stored, env: Environment, withNames: boolean): unknown {
  switch (field.type) {
    case 'integer':
    case 'float':
      return value ?? 0;
    case 'boolean':
      return value ?? false;
    case 'datetime':
      return value === null ? false : formatDatetime(value as number);
    case 'many2one':
      return withNames ? namedReference(field, value, env) : (value ?? false);
    case 'one2many':
    case 'many2many':
      return value ?? [];
    default:
      return value ?? false;
  }
}

function namedReference({ relation = '' }: Field, value: Stored, env: Environment): [number, string] | false {
  const other = env.models.has(relation) ? env.database.row(relation, value) : undefined;
  return other ? [other.id, displayName(other, env.models.get(relation), env)] : false;
}
