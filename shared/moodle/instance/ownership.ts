import type { Json } from '#shared/sync/hash.ts';
import { type Instance, type OwnedField, ownedFields, ownerOf } from './instance.ts';

export type EntityKind = 'category' | 'cohort' | 'course' | 'group' | 'user';
type Fields = Record<string, Json>;

/** The names of the fields that entities of a kind have, as payloads have them. */
export function fieldNames(kind: EntityKind): string[] {
  const prefix = `${kind}.`;
  return Object.keys(ownedFields).flatMap((name) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
}

function owner(instance: Instance, kind: EntityKind, name: string) {
  return ownerOf(instance, `${kind}.${name}` as OwnedField);
}

/**
 * What a record's end and its return change: whoever owns them at other times, archiving has to take the course or
 * account out of use, and the return to bring it back.
 */
const stateFields: ReadonlySet<string> = new Set(['course.visible', 'user.suspended']);

/**
 * The fields that pushes write when the ERP changes them: those it owns in this instance, and the state of being in
 * use unless that is Moodle's. Only they enter the hash.
 */
export function fieldsToKeepUp<F extends Fields>(
  instance: Instance,
  kind: EntityKind,
  fields: F,
): Partial<F> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => {
      const ownedBy = owner(instance, kind, name);
      return ownedBy === 'erp' || (ownedBy === 'create' && stateFields.has(`${kind}.${name}`));
    }),
  ) as Partial<F>;
}

/**
 * The fields that are written when an entity is made: all but those that Moodle owns. What Moodle asks for
 * at creation (a name, an e-mail address) is in `required` and is written once whoever owns it.
 */
export function fieldsToCreate<F extends Fields>(
  instance: Instance,
  kind: EntityKind,
  fields: F,
  required: readonly (keyof F)[],
): Partial<F> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) => required.includes(name) || owner(instance, kind, name) !== 'moodle',
    ),
  ) as Partial<F>;
}
