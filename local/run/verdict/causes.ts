import type { Mapping } from '#shared/moodle/mappings/mapping.ts';

/** Records that are named for one cause. */
const examples = 3;

/** Mappings that are not in Moodle for one and the same reason. */
interface Cause {
  failing: Mapping[];
  /** What waits for one of these. */
  waiting: Mapping[];
}

/**
 * What is not in Moodle and why, a line for each cause with some of its records, the most frequent first. What only
 * waits for something that fails itself is counted there.
 *
 * @param isWhole a line for each mapping instead
 */
export function causeList(mappings: Mapping[], isWhole: boolean): string[] {
  const failing = mappings.filter(({ status }) => status !== 'synced');
  if (isWhole) return failing.map((mapping) => lineOf({ failing: [mapping], waiting: [] }));
  return causesOf(failing)
    .toSorted((one, other) => other.failing.length - one.failing.length)
    .map(lineOf);
}

function causesOf(failing: Mapping[]): Cause[] {
  const known = new Map(failing.map((mapping) => [mapping.idnumber, mapping]));
  const causes = new Map<string, Cause>();
  for (const mapping of failing) {
    const root = rootOf(mapping, known);
    const key = kindOf(root);
    const cause = causes.get(key) ?? { failing: [], waiting: [] };
    causes.set(key, cause);
    if (root === mapping) cause.failing.push(mapping);
    else cause.waiting.push(mapping);
  }
  return [...causes.values()];
}

/** What a mapping waits for in the end; itself where that does not fail. */
function rootOf(mapping: Mapping, known: ReadonlyMap<string, Mapping>): Mapping {
  let root = mapping;
  for (const visited = new Set<Mapping>(); root.status === 'waiting' && !visited.has(root); ) {
    visited.add(root);
    const [next] = (root.failure?.waits_for ?? []).flatMap((name) => known.get(name) ?? []);
    root = next ?? root;
  }
  return root;
}

/** Reasons that differ in numbers only (ids, lengths) are of one kind. */
function kindOf({ model, status, failure }: Mapping): string {
  return [model, status, failure?.code, failure?.reason.replaceAll(/\d+/g, '#')].join(' ');
}

function lineOf({ failing, waiting }: Cause): string {
  const [{ model, status, failure }] = failing as [Mapping, ...Mapping[]];
  const ids = failing.slice(0, examples).map(({ record_id: id }) => id);
  const more = failing.length > ids.length ? ` and ${failing.length - ids.length} more` : '';
  const why = failure ? `${failure.reason} ${failure.advice}` : 'Waits for the operator.';
  const rest =
    waiting.length > 0
      ? ` · ${waiting.length === 1 ? '1 waits for it' : `${waiting.length} wait for it`}`
      : '';
  return `  ${model} ${ids.join(', ')}${more} · ${status.replace('_', ' ')} · ${why}${rest}`;
}
