/** How far two names agree. `similar` is not the same person or course by itself. */
export type NameAgreement = 'same' | 'similar' | 'different';

/** A name without case, accents, punctuation and double blanks: `José  O’Neil` is `jose o neil`. */
export function comparableName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}

/** The words of a name in its comparable form. */
export function words(name: string): string[] {
  return comparableName(name).split(' ').filter(Boolean);
}

/** The parts of a person's name, as either side keeps them. */
export interface PersonName {
  first: string;
  last: string;
}

/**
 * How far the names of two people agree. The same: the same words in any order, or one of them leaves out some of at
 * least two (a middle name, a second surname). Similar: the first name is common to both, as after a marriage. One
 * word alone is never the same: there are many called Ana.
 */
export function personNameAgreement(one: PersonName, other: PersonName): NameAgreement {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  const common = a.filter((word) => b.includes(word)).length;
  if (common >= 2 && common === Math.min(new Set(a).size, new Set(b).size)) return 'same';
  const [firstOfOne] = words(one.first);
  const [firstOfOther] = words(other.first);
  const isShared =
    (firstOfOne !== undefined && b.includes(firstOfOne)) ||
    (firstOfOther !== undefined && a.includes(firstOfOther));
  return isShared ? 'similar' : 'different';
}

/** People whose names are the same have this in common, so that they are found without comparing all with all. */
export function personNameKey(name: PersonName): string {
  const all = wordsOf(name);
  return [all[0] ?? '', all.at(-1) ?? ''].sort().join(' ');
}

function wordsOf({ first, last }: PersonName): string[] {
  return [...words(first), ...words(last)];
}
