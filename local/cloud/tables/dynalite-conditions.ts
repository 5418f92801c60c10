/** What dynalite's parser is told beside the text, and what it strikes off in it. */
interface Context {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Readonly<Record<string, object>>;
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
}

type Parse = (text: string, options: { context: Context }) => unknown;

/** An expression as it was parsed, with what stands in it for a value, and what it makes use of. */
interface Parsed {
  readonly tree: unknown;
  readonly values: ReadonlyMap<unknown, string>;
  readonly used: { readonly names: readonly string[]; readonly values: readonly string[] };
}

/** Expressions whose parser looks at the values, and not only at what type they have. */
const dependsOnValues = /\b(between|attribute_type)\b/i;

/**
 * dynalite's parser of conditions, which parses an expression once and from then on only puts in the values: parsing
 * is a fourth of what a call costs, and a program has a few dozen expressions.
 */
export function parsingOnce(parse: Parse): Parse {
  const known = new Map<string, Parsed>();
  return (text, options) => {
    const { attrNames = {}, attrVals = {}, unusedAttrNames, unusedAttrVals } = options.context;
    const types = Object.entries(attrVals).map(([name, value]) => [name, ...Object.keys(value)]);
    const key = JSON.stringify([text, attrNames, types]);
    const parsed = known.get(key);
    if (parsed) {
      for (const name of parsed.used.names) delete unusedAttrNames[name];
      for (const name of parsed.used.values) delete unusedAttrVals[name];
      return withValues(parsed, attrVals);
    }
    const before = { names: Object.keys(unusedAttrNames), values: Object.keys(unusedAttrVals) };
    const tree = parse(text, options);
    // A text says what is wrong.
    if (typeof tree === 'string' || dependsOnValues.test(text)) return tree;
    const values = new Map<unknown, string>(Object.entries(attrVals).map(([name, value]) => [value, name]));
    const used = {
      names: before.names.filter((name) => !(name in unusedAttrNames)),
      values: before.values.filter((name) => !(name in unusedAttrVals)),
    };
    const own: Parsed = { tree, values, used };
    known.set(key, own);
    return withValues(own, attrVals);
  };
}

/** A copy, since dynalite changes the trees of key conditions. */
function withValues({ tree, values }: Parsed, attrVals: Readonly<Record<string, object>>): unknown {
  const copy = (node: unknown): unknown => {
    const name = values.get(node);
    if (name !== undefined) return attrVals[name];
    if (Array.isArray(node)) return node.map(copy);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, copy(value)]));
  };
  return copy(tree);
}
