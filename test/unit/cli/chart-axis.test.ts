import { describe, expect, it } from 'vitest';
import { lengthsOf, ticksUpTo } from '#cli/commands/report/html/axis.ts';

describe('ticksUpTo', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [129, [0, 50, 100, 150]],
    [70_012, [0, 20_000, 40_000, 60_000, 80_000]],
  ])('%d', (most, ticks) => {
    expect(ticksUpTo(most)).toEqual(ticks);
  });
});

describe('lengthsOf', () => {
  it('shares a length out in proportion', () => {
    expect(lengthsOf([50, 30, 20], 200, 100)).toEqual([100, 60, 40]);
    expect(lengthsOf([50, 0], 200, 100)).toEqual([100, 0]);
    expect(lengthsOf([0, 0], 200, 0)).toEqual([0, 0]);
  });

  it('makes little visible at the cost of the longest', () => {
    expect(lengthsOf([9_998, 1, 1], 100, 10_000)).toEqual([96, 2, 2]);
  });
});
