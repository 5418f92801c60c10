import { pythonError } from '../odoo-exception.ts';
import { parseDate, parseDatetime } from './convert.ts';
import { char, type Environment, type Field, integer, type Model, type Row, type Stored } from './model.ts';
import { alongPath } from './reading.ts';

type Test = (row: Row) => boolean;
type Leaf = [field: string, operator: string, value: unknown];

/** Whether the domain says itself which of the active and archived records it wants. */
export function mentionsActive(domain: readonly unknown[]): boolean {
  return domain.some((term) => Array.isArray(term) && term[0] === 'active');
}

/** What a domain asks of a record. @throws OdooException for a field the model has not, or what is no domain */
export function compileDomain(domain: readonly unknown[], model: Model, env: Environment): Test {
  // Conditions without a mark before them must all hold: read from behind, each takes what stands there.
  const tests: Test[] = [];
  for (const term of domain.toReversed()) {
    if (term === '!') {
      const one = taken(tests, term);
      tests.push((row) => !one(row));
    } else if (term === '|' || term === '&') {
      const [one, other] = [taken(tests, term), taken(tests, term)];
      tests.push(term === '|' ? (row) => one(row) || other(row) : (row) => one(row) && other(row));
    } else {
      tests.push(compileLeaf(term, model, env));
    }
  }
  return (row) => tests.every((test) => test(row));
}

function taken(tests: Test[], mark: string): Test {
  const test = tests.pop();
  if (!test)
    throw pythonError('ValueError', `Domain is syntactically not correct: too few terms for '${mark}'`);
  return test;
}

function compileLeaf(term: unknown, model: Model, env: Environment): Test {
  if (!Array.isArray(term) || term.length !== 3 || typeof term[0] !== 'string')
    throw pythonError('ValueError', `Invalid leaf ${JSON.stringify(term)}`);
  const [name, operator, value] = term as Leaf;
  const path = name.split('.');
  const field = fieldAt(path, model, env, term);
  const test = compare(operator, field, value, term);
  return (row) => test(alongPath(row, model, path, env));
}

function fieldAt(path: readonly string[], model: Model, env: Environment, term: unknown): Field {
  const [first = '', ...rest] = path;
  if (first === 'id') return integer('ID');
  if (first === 'display_name') return char('Display Name');
  const field = env.models.find(model, first)?.field;
  if (!field)
    throw pythonError('ValueError', `Invalid field ${model.name}.${first} in leaf ${JSON.stringify(term)}`);
  if (rest.length === 0) return field;
  return fieldAt(rest, env.models.get(field.relation ?? ''), env, term);
}

function compare(operator: string, field: Field, value: unknown, term: unknown): (stored: Stored) => boolean {
  switch (operator) {
    case '=':
      return isIn(field, Array.isArray(value) ? value : [value]);
    case '!=':
      return not(isIn(field, Array.isArray(value) ? value : [value]));
    case 'in':
    case 'not in': {
      if (!Array.isArray(value)) throw pythonError('ValueError', `Invalid leaf ${JSON.stringify(term)}`);
      return operator === 'in' ? isIn(field, value) : not(isIn(field, value));
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(operator, comparable(field, value));
    case 'ilike':
    case 'like':
      return holds(String(value), operator === 'ilike');
    case '=like':
    case '=ilike':
      return matches(String(value), operator === '=ilike');
    default:
      throw pythonError('ValueError', `Invalid operator '${operator}' in leaf ${JSON.stringify(term)}`);
  }
}

const not =
  (test: (stored: Stored) => boolean) =>
  (stored: Stored): boolean =>
    !test(stored);

function isIn(field: Field, values: readonly unknown[]): (stored: Stored) => boolean {
  const wanted = new Set(values.map((value) => comparable(field, value)));
  return (stored) => {
    if (Array.isArray(stored))
      return stored.some((id) => wanted.has(id)) || (stored.length === 0 && wanted.has(null));
    return wanted.has(field.type === 'boolean' ? (stored ?? false) : (stored as Stored));
  };
}

/** A value of a domain in the form in which the field is stored; `false` is NULL. */
function comparable(field: Field, value: unknown): Stored {
  if (field.type === 'boolean') return Boolean(value);
  if (value === false || value === null || value === undefined) return null;
  if (field.type === 'datetime') return parseDatetime(value);
  if (field.type === 'date') return parseDate(value);
  return value as Stored;
}

function isOrdered(operator: string, wanted: Stored): (stored: Stored) => boolean {
  return (stored) => {
    if (stored === null || wanted === null) return false;
    if (operator === '<') return stored < wanted;
    if (operator === '<=') return stored <= wanted;
    return operator === '>' ? stored > wanted : stored >= wanted;
  };
}

function holds(part: string, ignoreCase: boolean): (stored: Stored) => boolean {
  return (stored) => stored !== null && fold(stored, ignoreCase).includes(fold(part, ignoreCase));
}

function fold(value: Stored, ignoreCase: boolean): string {
  const text = String(value ?? '');
  return ignoreCase ? text.toLowerCase() : text;
}

/** SQL's LIKE: `%` stands for anything, `_` for one character. */
function matches(pattern: string, ignoreCase: boolean): (stored: Stored) => boolean {
  const escaped = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  const expression = new RegExp(`^${escaped}$`, ignoreCase ? 'isu' : 'su');
  return (stored) => stored !== null && expression.test(String(stored));
}
