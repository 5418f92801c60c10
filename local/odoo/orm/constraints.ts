import { expectedSingleton, operationFailed, pythonError } from '../odoo-exception.ts';
import { isOf2025 } from '../release.ts';
import {
  type Environment,
  fieldsOfRule,
  isStored,
  logFields,
  type Model,
  type Row,
  type Stored,
} from './model.ts';

/** What PostgreSQL refuses of a row: a required column without a value, a reference to nothing, a key that is taken. */
export function checkRow(row: Row, model: Model, env: Environment): void {
  for (const [name, field] of Object.entries(model.fields)) {
    if (!isStored(field) || name in logFields) continue;
    const value = row[name] ?? null;
    if (value === null && field.required) throw missingValue(model, name, field.label);
    if (field.type === 'many2one' && value !== null && isMissing(field.relation!, value as number, env))
      throw brokenReference(model, name);
    if (field.type === 'many2many' && hasMissing(field.relation!, value, env))
      throw brokenListReference(model, field.relation!);
  }
  for (const { fields, message } of model.unique ?? []) {
    const key = Object.fromEntries(fields.map((field) => [field, row[field] ?? null]));
    const others = env.database.table(model.name).having(key);
    if (others.some(({ id }) => id !== row.id)) throw operationFailed(message);
  }
}

/**
 * What OpenEduCat's own code refuses; it looks at the rules of the fields that were given.
 *
 * @throws OdooException, also because a rule's code takes one record only
 */
export function checkRules(
  rows: readonly Row[],
  given: ReadonlySet<string>,
  model: Model,
  env: Environment,
): void {
  for (const rule of model.rules ?? []) {
    const { isSingle, check } = rule;
    if (!fieldsOfRule(rule, env.settings.release).some((field) => given.has(field))) continue;
    const isOne = isSingle === 2024 ? !isOf2025(env.settings.release) : isSingle;
    if (isOne && rows.length > 1)
      throw expectedSingleton(
        model.name,
        rows.map(({ id }) => id),
      );
    for (const row of rows) check(row, env);
  }
}

function isMissing(relation: string, id: number, env: Environment): boolean {
  return env.models.has(relation) && env.database.row(relation, id) === undefined;
}

function hasMissing(relation: string, ids: Stored, env: Environment): boolean {
  return Array.isArray(ids) && ids.some((id) => isMissing(relation, id, env));
}

function missingValue(model: Model, field: string, label: string) {
  // A contact without a name is refused by a rule of its own.
  if (model.name === 'res.partner') return operationFailed('Contacts require a name');
  return operationFailed(
    '\n- Create/update: a mandatory field is not set.\n- Delete: another model requires the record being deleted. ' +
      `If possible, archive it instead.\n\nModel: ${model.label} (${model.name})\nField: ${label} (${field})\n`,
  );
}

/** Odoo's words for any broken reference, also where nothing is deleted. */
export function brokenReference(model: Model, field: string) {
  const table = model.name.replaceAll('.', '_');
  return operationFailed(
    'another model requires the record being deleted. If possible, archive it instead.\n\n' +
      `Model: ${model.label} (${model.name})\nConstraint: ${table}_${field}_fkey\n`,
  );
}

/** The rows of a many2many belong to no model that Odoo could name. */
function brokenListReference(model: Model, relation: string) {
  const [table, other] = [model.name.replaceAll('.', '_'), relation.replaceAll('.', '_')];
  return operationFailed(
    'another model requires the record being deleted. If possible, archive it instead.\n\n' +
      `Model: Unknown (unknown)\nConstraint: ${table}_${other}_rel_${other}_id_fkey\n`,
  );
}

/** Python cannot compare an empty date. */
export function emptyDate() {
  return pythonError('TypeError', "'>' not supported between instances of 'bool' and 'datetime.date'");
}
