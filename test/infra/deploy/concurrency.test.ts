import { describe, expect, it } from 'vitest';
import { lackingConcurrency } from '#infra/deploy/concurrency.ts';
import { synthesizeStack } from '#test/infra/template.ts';

const reserving = synthesizeStack().template;
const notReserving = synthesizeStack({ reservedConcurrency: false }).template;

describe('what an account lacks for the reservation of push-worker', () => {
  it.each([
    { account: 10, unreserved: 10, lacking: 94 },
    { account: 103, unreserved: 103, lacking: 1 },
    { account: 104, unreserved: 104, lacking: 0 },
    { account: 1000, unreserved: 102, lacking: 2 },
  ])('is $lacking of $account executions, $unreserved of them unreserved', ({ lacking, ...limit }) => {
    expect(lackingConcurrency(limit, undefined, reserving)).toBe(lacking);
    expect(lackingConcurrency(limit, notReserving, reserving)).toBe(lacking);
  });

  it('is nothing where it is reserved already, or is not to be', () => {
    expect(lackingConcurrency({ account: 104, unreserved: 100 }, reserving, reserving)).toBe(0);
    expect(lackingConcurrency({ account: 10, unreserved: 10 }, undefined, notReserving)).toBe(0);
  });

  it('is counted for what is reserved beyond', () => {
    const more = synthesizeStack({ reservedConcurrency: 10 }).template;
    expect(lackingConcurrency({ account: 104, unreserved: 100 }, reserving, more)).toBe(6);
  });
});
