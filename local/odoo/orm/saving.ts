import { expectedSingleton, invalidField, missingError, pythonError } from '../odoo-exception.ts';
import { checkRow, checkRules } from './constraints.ts';
import { toStored } from './convert.ts';
import {
  type Environment,
  fieldsOfRule,
  isStored,
  logFields,
  type Model,
  type Row,
  type Stored,
} from './model.ts';
import { touchRelated } from './related.ts';

export type Values = Readonly<Record<string, unknown>>;

/** The user behind every call. */
const caller = 2;

/** The values of a call, by whose they are; what Odoo alone may set is left out, as Odoo does. */
type Sorted = { own: Record<string, unknown>; delegated: Record<string, unknown> };

/**
 * Creates records, all or none.
 *
 * @param ids that were taken for them already, where the transaction is told in hindsight
 * @returns their ids
 * @throws OdooException
 */
export function create(
  model: Model,
  list: readonly Values[],
  env: Environment,
  ids: readonly number[] = [],
): number[] {
  if (list.length > 1 && model.createsEachIn === env.settings.release)
    return list.flatMap((values, index) => create(model, [values], env, ids.slice(index, index + 1)));
  const table = env.database.table(model.name);
  const given = new Set<string>();
  const created = list.map((values, index) => {
    const sorted = sort(model, values, env);
    const filled = { ...defaultsOf(model, env), ...sorted.own, ...model.beforeCreate?.(values, env) };
    for (const name of Object.keys(filled)) given.add(name);
    const companion = model.delegate && saveCompanion(model, filled, sorted.delegated, env);
    const stored = storedValues(model, { ...filled, ...companion }, undefined);
    const log = { create_date: env.now, create_uid: caller, write_date: env.now, write_uid: caller };
    const row = { ...stored, ...log, id: ids[index] ?? table.takeId() };
    return put({ ...row, ...computed(row, undefined, model, env) }, model, env);
  });
  if (model.createsOne && created.length > 1)
    throw expectedSingleton(
      model.name,
      created.map(({ id }) => id),
    );
  checkRules(created, given, model, env);
  return created.map(({ id }) => id);
}

/**
 * Changes records, all or none. What belongs to the contact of a person is written there, and both get a new
 * write_date; a change of the contact itself leaves the person's as it was.
 *
 * @throws OdooException
 */
export function write(model: Model, ids: readonly number[], values: Values, env: Environment): void {
  const { own, delegated } = sort(model, values, env);
  const rows = ids.flatMap((id) => {
    const row = env.database.row(model.name, id);
    if (!row && isRead(model, own, env)) throw missingError(model.name, id);
    return row ?? [];
  });
  const log = { write_date: env.now, write_uid: caller };
  const changed = rows.map((row) => {
    if (model.delegate && Object.keys(delegated).length > 0)
      write(env.models.get(model.delegate.model), [row[model.delegate.through] as number], delegated, env);
    const next = { ...row, ...storedValues(model, own, row), ...log };
    return put({ ...next, ...computed(next, new Set(Object.keys(own)), model, env) }, model, env);
  });
  touchRelated(model, rows, changed, log, env);
  checkRules(changed, new Set(Object.keys(own)), model, env);
}

/**
 * Whether a record is read while it is written: always where it is a contact or has one, else by a rule that looks at
 * a field which is not among the values. Only then does Odoo notice that it is gone; since Odoo 17 nobody looks at how
 * many rows were changed, and nothing is computed for a record that is not there.
 */
function isRead(model: Model, own: Values, { settings }: Environment): boolean {
  if (settings.release === '16.0' || model.delegate || model.name === 'res.partner') return true;
  const isOwn = (name: string) => name in own;
  return (model.rules ?? [])
    .map((rule) => fieldsOfRule(rule, settings.release))
    .some((fields) => fields.some(isOwn) && !fields.every(isOwn));
}

function sort(model: Model, values: Values, env: Environment): Sorted {
  if (typeof values !== 'object' || values === null)
    throw pythonError('TypeError', `'${typeof values}' object does not support item assignment`);
  const sorted: Sorted = { own: {}, delegated: {} };
  for (const [name, value] of Object.entries(values)) {
    if (name === 'id' || name in logFields) continue;
    const found = env.models.find(model, name);
    if (!found) throw invalidField(model.name, name);
    if (found.through) sorted.delegated[name] = value;
    else if (isStored(found.field)) sorted.own[name] = value;
  }
  return sorted;
}

function defaultsOf(model: Model, env: Environment): Record<string, Stored> {
  const withDefault = Object.entries(model.fields).filter(([, field]) => field.default !== undefined);
  return Object.fromEntries(
    withDefault.map(([name, { default: value }]) => [
      name,
      typeof value === 'function' ? value(env) : value!,
    ]),
  );
}

/** The record that comes with another (a person's contact): the one it names, or a new one. */
function saveCompanion(
  model: Model,
  own: Values,
  delegated: Values,
  env: Environment,
): Record<string, number> {
  const { model: name, through } = model.delegate!;
  const companion = env.models.get(name);
  const existing = own[through];
  if (typeof existing === 'number') {
    if (Object.keys(delegated).length > 0) write(companion, [existing], delegated, env);
    return { [through]: existing };
  }
  return { [through]: create(companion, [delegated], env)[0]! };
}

function storedValues(model: Model, values: Values, before: Row | undefined): Record<string, Stored> {
  const stored = Object.entries(values).map(([name, value]) => {
    const current = before?.[name];
    const ids = Array.isArray(current) ? current : [];
    return [name, toStored(model.fields[name]!, value, `${model.name}.${name}`, ids)];
  });
  return Object.fromEntries(stored);
}

/**
 * The fields that are computed: all of a new record, of another those that are made of what was given. A value that
 * the caller sent for one of them beside does not count.
 */
function computed(
  row: Row,
  given: ReadonlySet<string> | undefined,
  model: Model,
  env: Environment,
): Record<string, Stored> {
  const due = Object.entries(model.fields).filter(
    ([, { compute }]) => compute && (given === undefined || compute.from.some((source) => given.has(source))),
  );
  return Object.fromEntries(due.map(([name, { compute }]) => [name, compute!.value(row, env)]));
}

function put(row: Row, model: Model, env: Environment): Row {
  checkRow(row, model, env);
  env.database.table(model.name).put(row);
  return row;
}
