import { type Key, Table } from '#local/state/table.ts';

/** A table of Moodle's: keys are compared as MariaDB does. Most that are called unique are only looked at. */
export class MoodleTable<Row extends { readonly id: number }, Index extends string> extends Table<
  Row,
  Index
> {
  protected override fold(key: Key): Key {
    return typeof key === 'number' ? key : collate(key);
  }
}

/**
 * A text as MariaDB compares it (utf8mb4_unicode_ci): without regard to case, accents, composition, width, trailing
 * blanks and characters that take no room.
 */
function collate(text: string): string {
  if (isPlain.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replace(/ +$/, '');
}

/** Most keys are ASCII without a blank at the end: those need less work. */
const isPlain = /^[!-~]*( +[!-~]+)*$/;
