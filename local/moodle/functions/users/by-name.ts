import type { User } from '../../state/records.ts';

// MariaDB's utf8mb4_unicode_ci compares without regard to case and accents.
const collator = new Intl.Collator('en', { sensitivity: 'base' });

/** Moodle's usual order of people: last name, first name, id. */
export function byName(one: User, other: User): number {
  return (
    collator.compare(one.lastname, other.lastname) ||
    collator.compare(one.firstname, other.firstname) ||
    one.id - other.id
  );
}
