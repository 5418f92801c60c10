import { UnsupportedTemplateError } from '../cloud-error.ts';

type Pattern = { readonly [key: string]: Pattern | readonly Matcher[] };
type Matcher = string | number | boolean | null | Readonly<Record<string, unknown>>;

const operators = ['exists', 'prefix', 'suffix', 'anything-but', 'equals-ignore-case'];

/**
 * Compiles the `FilterCriteria` of an event source mapping (Lambda Developer Guide, "Control which events Lambda sends").
 * @param subject named in the error when an operator is not supported
 * @returns whether an event passes: any of the filters, or no filter at all
 */
export function eventFilter(
  criteria: { readonly Filters?: readonly { readonly Pattern?: string }[] } | undefined,
  subject: string,
): (event: unknown) => boolean {
  const patterns = (criteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern ?? '{}') as Pattern);
  for (const pattern of patterns) check(pattern, subject);
  return (event) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, event));
}

function check(pattern: Pattern, subject: string): void {
  for (const [key, value] of Object.entries(pattern)) {
    if (key.startsWith('$')) throw new UnsupportedTemplateError(`${subject}: filter operator ${key}`);
    if (!Array.isArray(value)) {
      check(value as Pattern, subject);
      continue;
    }
    for (const matcher of value) {
      const operator = typeof matcher === 'object' && matcher !== null ? Object.keys(matcher)[0] : undefined;
      if (operator && !operators.includes(operator))
        throw new UnsupportedTemplateError(`${subject}: filter operator ${operator}`);
    }
  }
}

function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    const value =
      typeof event === 'object' && event !== null ? (event as Record<string, unknown>)[key] : undefined;
    if (Array.isArray(expected)) return expected.some((matcher) => matchesLeaf(matcher, value));
    return matches(expected as Pattern, value);
  });
}

function matchesLeaf(matcher: Matcher, value: unknown): boolean {
  if (typeof matcher === 'object' && matcher !== null && 'exists' in matcher) {
    // `exists` looks at leaves only: a nested object does not count as existing.
    const exists =
      value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value));
    return exists === matcher.exists;
  }
  if (Array.isArray(value)) return value.some((item) => matchesLeaf(matcher, item));
  if (value === undefined) return false;
  if (typeof matcher !== 'object' || matcher === null) return matcher === value;
  return matchesOperator(matcher, value);
}

function matchesOperator(matcher: Readonly<Record<string, unknown>>, value: unknown): boolean {
  const [operator, operand] = Object.entries(matcher)[0] ?? [];
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    default: {
      const excluded = Array.isArray(operand) ? operand : [operand];
      return !excluded.some((item: Matcher) => matchesLeaf(item, value));
    }
  }
}
