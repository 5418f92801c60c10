import { UnsupportedTemplateError } from '#local/cloud/cloud-error.ts';

type Pattern = { readonly [key: string]: Pattern | readonly Matcher[] };
type Matcher = string | number | boolean | null | Readonly<Record<string, unknown>>;

const operators: Readonly<Record<string, (value: unknown, operand: unknown) => boolean>> = {
  // It looks at leaves only: a nested object does not count as existing.
  exists: (value, operand) =>
    operand === (value === null || Array.isArray(value) || !['undefined', 'object'].includes(typeof value)),
  prefix: (value, operand) => typeof value === 'string' && value.startsWith(String(operand)),
  suffix: (value, operand) => typeof value === 'string' && value.endsWith(String(operand)),
  'equals-ignore-case': (value, operand) =>
    typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase(),
  'anything-but': (value, operand) => ![operand].flat().some((item) => matchesLeaf(item as Matcher, value)),
};

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
      const [operator] = operatorOf(matcher);
      if (operator !== undefined && !Object.hasOwn(operators, operator))
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
  const [operator = '', operand] = operatorOf(matcher);
  if (operator === 'exists') return operators.exists!(value, operand);
  if (Array.isArray(value)) return value.some((item) => matchesLeaf(matcher, item));
  if (value === undefined) return false;
  return operators[operator]?.(value, operand) ?? matcher === value;
}

/** The operator of a matcher such as `{"prefix": "op."}` with its operand; nothing for a plain value. */
function operatorOf(matcher: Matcher): [operator?: string, operand?: unknown] {
  return typeof matcher === 'object' && matcher !== null ? (Object.entries(matcher)[0] ?? []) : [];
}
