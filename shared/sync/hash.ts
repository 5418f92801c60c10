import { createHash } from 'node:crypto';

/** A value that JSON can hold; what payloads are made of. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * The canonical text of a payload: keys sorted, no white space, so that equal content is equal text.
 * Lists keep their order: whoever builds a payload sorts what has no order.
 */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_key, inner: Json) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A payload: the fields that the ERP owns, the others left out. */
export type Payload = { [key: string]: Json | undefined };

/** What a payload's fields hold, each as the first 64 bits (hex) of its SHA-256: enough to tell whether one has changed. */
export function fieldHashes(payload: Payload): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (value !== undefined) hashes[name] = payloadHash({ value }).slice(0, 16);
  }
  return hashes;
}

/** SHA-256 (hex) of a payload's canonical text: the `sync_hash` of a mapping. */
export function payloadHash(payload: Payload): string {
  return createHash('sha256')
    .update(canonicalJson(payload as Json))
    .digest('hex');
}
