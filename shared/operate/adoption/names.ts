import { comparableName, type NameAgreement, words } from '#shared/models/fields/person-name.ts';

/** A key of the ERP or of an earlier system, as it is compared: codes, registration numbers, usernames. */
export function comparableKey(key: string): string {
  return key.trim().toLowerCase();
}

/** How far the titles of two courses agree. Similar: at least half of all their words are common to both. */
export function titleAgreement(one: string, other: string): NameAgreement {
  if (comparableName(one) === comparableName(other)) return 'same';
  const [a, b] = [new Set(words(one)), new Set(words(other))];
  const common = [...a].filter((word) => b.has(word)).length;
  return common > 0 && common * 2 >= a.size + b.size - common ? 'similar' : 'different';
}
