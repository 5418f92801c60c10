import { accessError, invalidField, pythonError, userError } from '../odoo-exception.ts';
import { unlink } from '../orm/deleting.ts';
import { fieldsGet } from '../orm/fields-get.ts';
import type { Environment, Model, Operation, Row } from '../orm/model.ts';
import { readRow } from '../orm/reading.ts';
import { create, type Values, write } from '../orm/saving.ts';
import { type SearchOptions, search } from '../orm/search.ts';
import { majorOf } from '../release.ts';
import { type Arguments, bind, type Context, countOf, idsOf, listOf, type Method } from './method.ts';
import { examMethods, userMethods } from './own-methods.ts';

const searchNames = ['domain', 'offset', 'limit', 'order'];

const methods: Readonly<Record<string, Method>> = {
  create: {
    names: ['vals_list'],
    right: 'create',
    run: (model, { vals_list: values }, context, env) => {
      for (const each of Array.isArray(values) ? values : [values])
        requireLanguage(model, Object.keys(each ?? {}), context, env);
      if (Array.isArray(values)) return create(model, values as Values[], env);
      return create(model, [values as Values], env)[0];
    },
  },
  write: {
    names: ['ids', 'vals'],
    right: 'write',
    run: (model, { ids, vals }, context, env) => {
      requireLanguage(model, Object.keys(vals ?? {}), context, env);
      write(model, idsOf(ids), vals as Values, env);
      return true;
    },
  },
  unlink: {
    names: ['ids'],
    right: 'unlink',
    run: (model, { ids }, _context, env) => {
      unlink(model, idsOf(ids), env);
      // This model's own code answers the records, which JSON cannot hold: their text comes out.
      return model.name === 'op.result.line' ? recordsText(model, idsOf(ids)) : true;
    },
  },
  read: {
    names: ['ids', 'fields', 'load'],
    right: 'read',
    run: (model, args, context, env) => {
      const rows = idsOf(args.ids).flatMap((id) => env.database.row(model.name, id) ?? []);
      return readRows(model, rows, args, context, env);
    },
  },
  search: {
    names: searchNames,
    right: 'read',
    run: (model, args, context, env) => found(model, args, context, env).map(({ id }) => id),
  },
  search_count: {
    names: ['domain', 'limit'],
    right: 'read',
    run: (model, args, context, env) => found(model, args, context, env).length,
  },
  search_read: {
    names: ['domain', 'fields', 'offset', 'limit', 'order', 'load'],
    right: 'read',
    run: (model, args, context, env) => {
      const rows = found(model, args, context, env);
      // The context counts for the search only: x2many fields leave archived records out.
      const { active_test: _forTheSearch, ...others } = context;
      return readRows(model, rows, args, others, env);
    },
  },
  fields_get: {
    names: ['allfields', 'attributes'],
    run: (model, { allfields, attributes }, _context, env) =>
      fieldsGet(model, listOf(allfields) as string[], listOf(attributes) as string[], env),
  },
  has_access: {
    names: ['ids', 'operation'],
    run: (model, { operation }, _context, env) => mayDo(model, operation as Operation, env),
  },
  check_access_rights: {
    names: ['operation', 'raise_exception'],
    run: (model, { operation, raise_exception: raises = true }, _context, env) => {
      const wanted = operation as Operation;
      const isAllowed = mayDo(model, wanted, env);
      if (!raises) return isAllowed;
      if (!isAllowed) throw refused(model, wanted);
      // Odoo 18 says nothing where all is well.
      return majorOf(env.settings.release) >= 18 ? undefined : true;
    },
  },
};

/** Calls a method of a model as `execute_kw` does. @throws OdooException */
export function callMethod(
  modelName: string,
  name: string,
  positional: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
  env: Environment,
): unknown {
  if (name.startsWith('_'))
    throw accessError(`Private methods (such as '${modelName}.${name}') cannot be called remotely.`);
  const model = env.models.get(modelName);
  const method = methodOf(modelName, name, env);
  if (!method) throw pythonError('AttributeError', `The method '${modelName}.${name}' does not exist`);
  const { context, ...named } = keywords;
  const args = bind(name, method.names, positional, named);
  if (method.right && !mayDo(model, method.right, env)) throw refused(model, method.right);
  return method.run(model, args, (context ?? {}) as Context, env);
}

/** What the arguments of a method are called; none of one that is not there. */
export function methodNames(modelName: string, name: string, env: Environment): readonly string[] {
  return methodOf(modelName, name, env)?.names ?? [];
}

function methodOf(modelName: string, name: string, { settings }: Environment): Method | undefined {
  const own = { 'res.users': userMethods(settings.release), 'op.exam': examMethods }[modelName];
  return own?.[name] ?? methods[name];
}

function mayDo({ name }: Model, operation: Operation, { settings }: Environment): boolean {
  return !settings.denied.includes(`${name}.${operation}`);
}

const verbs = { read: 'access', create: 'create', write: 'modify', unlink: 'delete' } as const;

function refused({ name, label }: Model, operation: Operation) {
  return accessError(
    `You are not allowed to ${verbs[operation]} '${label}' (${name}) records.\n\n` +
      'No group currently allows this operation.\n\n' +
      'Contact your administrator to request access if necessary.',
  );
}

/** @throws OdooException where a field is translated, and the language of the call is not active */
function requireLanguage(
  model: Model,
  names: readonly string[],
  { lang }: Context,
  { models, settings }: Environment,
): void {
  if (typeof lang !== 'string' || lang === '' || settings.languages.includes(lang)) return;
  if (names.some((name) => models.find(model, name)?.field.isTranslated))
    throw userError(`Invalid language code: ${lang}`);
}

/** Records as Python writes them: `op.result.line(7,)`. */
function recordsText({ name }: Model, ids: readonly number[]): string {
  return `${name}(${ids.join(', ')}${ids.length === 1 ? ',' : ''})`;
}

function found(model: Model, args: Arguments, context: Context, env: Environment): Row[] {
  return search(model, listOf(args.domain), searchOptions(args, context), env);
}

function readRows(
  model: Model,
  rows: readonly Row[],
  { fields, load = '_classic_read' }: Arguments,
  context: Context,
  env: Environment,
): Record<string, unknown>[] {
  const wanted = listOf(fields).map(String);
  const all = ['display_name', ...Object.keys(env.models.fieldsOf(model))];
  const unknown = wanted.find((name) => !['id', ...all].includes(name));
  if (unknown !== undefined) throw invalidField(model.name, unknown);
  const names = wanted.length > 0 ? wanted : all;
  if (rows.length > 0) requireLanguage(model, names, context, env);
  const { active_test: activeTest = true } = context;
  const options = { withNames: load === '_classic_read', activeTest: Boolean(activeTest) };
  return rows.map((row) => readRow(row, model, names, env, options));
}

function searchOptions(args: Arguments, { active_test: activeTest = true }: Context): SearchOptions {
  return {
    offset: countOf(args.offset) ?? 0,
    limit: countOf(args.limit) || undefined,
    order: typeof args.order === 'string' ? args.order : undefined,
    activeTest: Boolean(activeTest),
  };
}
