import { createHash } from 'node:crypto';

/**
 * A code for something of a Moodle's, at most 16 characters where its id has 9 digits: OpenEduCat wants codes that are
 * unique, ids are unique in their Moodle only, and four digits of the instance's hash tell the Moodles apart.
 */
export function pulledCode(letters: string, id: number, instance: string): string {
  return `${letters}${id}-${createHash('sha256').update(instance).digest('hex').slice(0, 4)}`;
}
