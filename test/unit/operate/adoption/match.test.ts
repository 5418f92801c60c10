import { describe, expect, it } from 'vitest';
import { match, type Strength, type Tie } from '#shared/operate/adoption/match.ts';

const tie = (
  desired: string,
  observed: number,
  strength: Strength,
  isExclusive = false,
): Tie<string, number> => ({
  desired,
  observed,
  strength,
  evidence: [],
  isExclusive,
});

/** `certain 1`, `ambiguous 1 2`, `taken 1 by a` or `none` for each record. */
function told(ties: Tie<string, number>[]): Record<string, string> {
  const records = [...new Set(ties.map(({ desired }) => desired))].sort();
  return Object.fromEntries(
    [...match(records, ties)].map(([record, outcome]) => {
      if (outcome.verdict === 'certain') return [record, `certain ${outcome.tie.observed}`];
      if (outcome.verdict === 'ambiguous')
        return [record, `ambiguous ${outcome.ties.map(({ observed }) => observed).join(' ')}`];
      return [
        record,
        outcome.verdict === 'taken' ? `taken ${outcome.tie.observed} by ${outcome.by}` : 'none',
      ];
    }),
  );
}

describe('matching', () => {
  it('takes what has the record’s own ID number, whatever else agrees', () => {
    expect(told([tie('a', 1, 'own'), tie('a', 2, 'proven'), tie('b', 1, 'proven')])).toEqual({
      a: 'certain 1',
      b: 'none',
    });
  });

  it('leaves two accounts with one ID number to a person', () => {
    expect(told([tie('a', 1, 'own'), tie('a', 2, 'own')])).toEqual({ a: 'ambiguous 1 2' });
  });

  it.each(['proven', 'likely'] as const)('leaves it open when two are %s, on either side', (strength) => {
    expect(told([tie('a', 1, strength), tie('a', 2, strength)])).toEqual({ a: 'ambiguous 1 2' });
    expect(told([tie('a', 1, strength), tie('b', 1, strength)])).toEqual({
      a: 'ambiguous 1',
      b: 'ambiguous 1',
    });
  });

  it('holds to what is proven against a number that happens to be the same', () => {
    expect(told([tie('a', 1, 'proven'), tie('a', 2, 'doubtful'), tie('b', 1, 'doubtful')])).toEqual({
      a: 'certain 1',
      b: 'none',
    });
  });

  it('does not hold to what is likely when a number speaks against it', () => {
    expect(told([tie('a', 1, 'likely'), tie('b', 1, 'doubtful')])).toEqual({
      a: 'ambiguous 1',
      b: 'ambiguous 1',
    });
    expect(told([tie('a', 1, 'likely'), tie('a', 2, 'weak'), tie('b', 1, 'weak')])).toEqual({
      a: 'certain 1',
      b: 'none',
    });
  });

  it('lets what is settled explain what seemed to speak against the rest', () => {
    expect(told([tie('a', 1, 'likely'), tie('a', 2, 'doubtful'), tie('b', 2, 'proven')])).toEqual({
      a: 'certain 1',
      b: 'certain 2',
    });
  });

  it.each(['doubtful', 'weak'] as const)('never takes what is %s', (strength) => {
    expect(told([tie('a', 1, strength)])).toEqual({ a: 'ambiguous 1' });
  });

  it('tells when a key belongs to another record', () => {
    expect(told([tie('a', 1, 'proven', true), tie('b', 1, 'doubtful', true)])).toEqual({
      a: 'certain 1',
      b: 'taken 1 by a',
    });
  });

  it('gives nothing to two records and no record two things, whatever the ties', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const strengths: Strength[] = ['own', 'proven', 'likely', 'doubtful', 'weak'];
    for (let round = 0; round < 500; round += 1) {
      const pairs = new Map<string, Tie<string, number>>();
      for (let count = random(14); count >= 0; count -= 1) {
        const one = tie(`r${random(5)}`, random(5), strengths[random(5)]!);
        pairs.set(`${one.desired} ${one.observed}`, one);
      }
      const ties = [...pairs.values()];
      const records = [...new Set(ties.map(({ desired }) => desired))];
      const certain = [...match(records, ties).values()].flatMap((outcome) =>
        outcome.verdict === 'certain' ? [outcome.tie] : [],
      );
      expect(new Set(certain.map(({ observed }) => observed)).size).toBe(certain.length);
      for (const { strength } of certain) expect(['own', 'proven', 'likely']).toContain(strength);
      // The order in which things are read decides nothing.
      const reversed = match(records, ties.toReversed());
      for (const one of certain) expect(reversed.get(one.desired)).toEqual({ verdict: 'certain', tie: one });
    }
  });
});
