import { describe, expect, it } from 'vitest';
import { canonicalJson, payloadHash } from '#shared/sync/hash.ts';

describe('payloadHash', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(payloadHash({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      payloadHash({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  it('depends on the order of lists, on types and on every value', () => {
    const hashes = [{ a: [1, 2] }, { a: [2, 1] }, { a: ['1', 2] }, { a: null }, {}].map(payloadHash);
    expect(new Set(hashes).size).toBe(5);
  });

  it('takes a field that is left out and one that is undefined for the same', () => {
    expect(payloadHash({ a: 1, b: undefined })).toBe(payloadHash({ a: 1 }));
  });

  it('is the SHA-256 of the canonical text', () => {
    expect(canonicalJson({ b: 'é', a: true })).toBe('{"a":true,"b":"é"}');
    expect(payloadHash({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
