/**
 * A text as MariaDB compares it (utf8mb4_unicode_ci): without regard to case, accents, composition, width, trailing
 * blanks and characters that take no room.
 */
export function collate(text: string): string {
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
