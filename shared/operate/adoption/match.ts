/**
 * How much speaks for one of Moodle's entities being a record's:
 * - own: it has the record's ID number.
 * - proven: two facts that do not depend on each other agree.
 * - likely: enough agrees where nothing else speaks against it, such as a key and part of a name.
 * - doubtful: one key agrees and nothing else.
 * - weak: only the name agrees.
 */
export const strengths = ['own', 'proven', 'likely', 'doubtful', 'weak'] as const;
export type Strength = (typeof strengths)[number];

/** What speaks for a pair. */
export interface Tie<Desired, Observed> {
  desired: Desired;
  observed: Observed;
  strength: Strength;
  /** What agrees, in words: `e-mail address`. */
  evidence: string[];
  /** Among it a key that only one may have: if another record has the entity, this one can have none like it. */
  isExclusive?: boolean;
}

/** A key by which things may be found to be one another's: of what is in Moodle, and those of a record. */
export interface Key<Desired, Observed> {
  of(observed: Observed): string;
  from(desired: Desired): readonly string[];
}

/** Pairs each record with all that shares a key with it. @param tieOf what speaks for a pair; undefined where nothing does */
export function tiesBy<Desired, Observed>(
  desired: readonly Desired[],
  observed: readonly Observed[],
  keys: readonly Key<Desired, Observed>[],
  tieOf: (desired: Desired, observed: Observed) => Tie<Desired, Observed> | undefined,
): Tie<Desired, Observed>[] {
  const indexes = keys.map(({ of, from }) => ({ from, found: Map.groupBy(observed, of) }));
  return desired.flatMap((record) => {
    const shared = indexes.flatMap(({ from, found }) =>
      from(record).flatMap((key) => (key === '' ? [] : (found.get(key) ?? []))),
    );
    return [...new Set(shared)].flatMap((each) => tieOf(record, each) ?? []);
  });
}

/** What of these agrees. */
export function evidenceOf(facts: Record<string, boolean>): string[] {
  return Object.keys(facts).filter((fact) => facts[fact]);
}

/** What became of a record. */
export type Match<Desired, Observed> =
  | { verdict: 'certain'; tie: Tie<Desired, Observed> }
  | { verdict: 'ambiguous'; ties: Tie<Desired, Observed>[]; reason: string }
  /** Its key belongs to another record. */
  | { verdict: 'taken'; tie: Tie<Desired, Observed>; by: Desired }
  | { verdict: 'none' };

/** So weak that it does not keep another one from being certain. */
const isStrong = ({ strength }: { strength: Strength }) => strength !== 'weak';

/**
 * Decides which of Moodle's entities is which record's, and leaves open what cannot be told. An entity becomes one
 * record's at the most, and a record one entity.
 *
 * @param ties all pairs for which anything speaks
 * @returns what became of each of the records, in their order
 */
export function match<Desired, Observed>(
  desired: readonly Desired[],
  ties: readonly Tie<Desired, Observed>[],
): Map<Desired, Match<Desired, Observed>> {
  const certain = new Map<Desired, Tie<Desired, Observed>>();
  const owners = new Map<Observed, Desired>();
  let open = [...ties];

  for (const strength of ['own', 'proven', 'likely'] as const) {
    const ofDesired = Map.groupBy(open, (tie) => tie.desired);
    const ofObserved = Map.groupBy(open, (tie) => tie.observed);
    const rivals = (tie: Tie<Desired, Observed>) =>
      [...(ofDesired.get(tie.desired) ?? []), ...(ofObserved.get(tie.observed) ?? [])].filter(
        (other) => other !== tie && isRival(strength, other),
      );
    for (const tie of open) {
      if (tie.strength !== strength || rivals(tie).length > 0) continue;
      certain.set(tie.desired, tie);
      owners.set(tie.observed, tie.desired);
    }
    open = open.filter((tie) => !certain.has(tie.desired) && !owners.has(tie.observed));
  }

  const left = Map.groupBy(open, (tie) => tie.desired);
  const lost = Map.groupBy(
    ties.filter(
      (tie) => tie.isExclusive && owners.has(tie.observed) && owners.get(tie.observed) !== tie.desired,
    ),
    (tie) => tie.desired,
  );
  return new Map(desired.map((each) => [each, outcome(each)]));

  function outcome(each: Desired): Match<Desired, Observed> {
    const tie = certain.get(each);
    if (tie) return { verdict: 'certain', tie };
    const candidates = left.get(each);
    if (candidates) return ambiguous(candidates);
    const [first] = lost.get(each) ?? [];
    return first ? { verdict: 'taken', tie: first, by: owners.get(first.observed)! } : { verdict: 'none' };
  }

  function ambiguous(candidates: Tie<Desired, Observed>[]): Match<Desired, Observed> {
    const sorted = candidates.toSorted(
      (a, b) => strengths.indexOf(a.strength) - strengths.indexOf(b.strength),
    );
    const strong = sorted.filter(isStrong);
    const others = open.filter(
      (tie) =>
        isStrong(tie) &&
        strong.some(({ observed }) => observed === tie.observed) &&
        !candidates.includes(tie),
    );
    return {
      verdict: 'ambiguous',
      ties: sorted,
      reason: reasonOf(strong.length, sorted.length, others.length),
    };
  }
}

/** Whether another tie of the same record or entity leaves it open which of the two counts. */
function isRival(strength: 'own' | 'proven' | 'likely', other: { strength: Strength }): boolean {
  if (strength === 'likely') return isStrong(other);
  return other.strength === strength;
}

function reasonOf(strong: number, all: number, otherRecords: number): string {
  if (strong === 0) return all === 1 ? 'only the name agrees' : `only the name agrees, with ${all} of them`;
  if (strong > 1) return `${strong} of them may be it`;
  if (otherRecords > 0) return 'it may be another record’s as well';
  return 'too little agrees';
}
