// The others are copied only where a template of an instance names them.
const contactField = /mail|phone|mobile|^(street2?|zip|birth_date|vat|id_number)$/i;
// Word by word: a pattern for whole addresses takes minutes over 100 kB without an @.
const word = /[^\s<>"',;()[\]]+/g;
const isAddress = /[^@]@[^@]/;

/** Stands for what is not shown. */
export const hidden = '(hidden)';

/**
 * A record's fields without e-mail addresses, wherever in them one stands, telephone numbers, places of living, birth dates
 * and numbers of papers.
 */
export function withoutContacts(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const isEmpty = value === false || value === '' || value === null;
      return [name, contactField.test(name) && !isEmpty ? hidden : withoutAddresses(value)];
    }),
  );
}

function withoutAddresses(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(word, (found) => (isAddress.test(found) ? hidden : found));
  if (Array.isArray(value)) return value.map(withoutAddresses);
  if (value instanceof Set) return [...value].map(withoutAddresses);
  if (typeof value === 'object' && value !== null) return withoutContacts(value as Record<string, unknown>);
  return value;
}
