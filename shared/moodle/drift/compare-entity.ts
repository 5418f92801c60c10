import { comparableEmail } from '#shared/models/fields/email.ts';
import { type Instance, type OwnedField, ownerOf } from '#shared/moodle/instance/instance.ts';
import type { ObservedFields } from '#shared/moodle/inventory/observed.ts';
import type { DriftValue } from '#shared/moodle/mappings/drift-note.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import type { Difference } from './finding.ts';

/**
 * What somebody has made of an entity that was pushed as it is, in the order of the names of its fields.
 *
 * @param kind as in the names of the settings
 * @param observed undefined where Moodle does not have it any more
 */
export function compareEntity(
  instance: Instance,
  kind: 'category' | 'course' | 'group' | 'user',
  { idnumber, payload, active }: Entity,
  observed: ObservedFields | undefined,
): Difference[] {
  if (!observed) {
    // What is not in use any more leaves nothing to be missed.
    return active ? [{ idnumber, kind: 'missing', in_erp: 'there', in_moodle: null }] : [];
  }
  // What several records have one account for is told of once: by the one that owns its fields.
  if (payload.idnumber !== undefined && payload.idnumber !== idnumber) return [];
  const differences: Difference[] = [];
  for (const name of Object.keys(payload).sort()) {
    const about = `${kind}.${name}` as OwnedField;
    const in_moodle = observed[name];
    const in_erp = payload[name] as DriftValue;
    if (in_moodle === undefined || ownerOf(instance, about) !== 'erp') continue;
    if (comparable(about, in_moodle) !== comparable(about, in_erp))
      differences.push({ idnumber, kind: 'changed', about, in_erp, in_moodle });
  }
  return differences;
}

/** Moodle trims what it stores; an address is the same in capitals. */
function comparable(about: OwnedField, value: DriftValue): DriftValue {
  if (typeof value !== 'string') return value;
  return about === 'user.email' ? comparableEmail(value) : value.normalize('NFC').trim();
}
