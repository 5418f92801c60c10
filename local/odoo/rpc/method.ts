import { pythonError } from '../odoo-exception.ts';
import type { Environment, Model, Operation } from '../orm/model.ts';

export type Context = Readonly<Record<string, unknown>>;
export type Arguments = Readonly<Record<string, unknown>>;

/** A method of every model that can be called from outside. */
export type Method = {
  names: readonly string[];
  /** The right it needs; none for those that only tell what there is. */
  right?: Operation;
  run: (model: Model, args: Arguments, context: Context, env: Environment) => unknown;
};

/** The arguments of a method by name, positional ones first, as Python binds them. @throws OdooException */
export function bind(
  method: string,
  names: readonly string[],
  positional: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (positional.length > names.length)
    throw pythonError(
      'TypeError',
      `${method}() takes ${names.length + 1} positional arguments but ${positional.length + 1} were given`,
    );
  const unknown = Object.keys(keywords).find((name) => !names.includes(name));
  if (unknown) throw pythonError('TypeError', `${method}() got an unexpected keyword argument '${unknown}'`);
  return { ...keywords, ...Object.fromEntries(positional.map((value, index) => [names[index]!, value])) };
}

/** A list of ids; a single one stands for itself. @throws OdooException */
export function idsOf(value: unknown): number[] {
  const ids = Array.isArray(value) ? value : [value];
  if (ids.every(Number.isInteger)) return ids;
  throw pythonError('TypeError', 'ids must be integers');
}

export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === false) return [];
  if (Array.isArray(value)) return value;
  throw pythonError('TypeError', `'${typeof value}' object is not a list`);
}

/** A count; Odoo takes false for none. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
