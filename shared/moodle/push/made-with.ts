import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RecordView } from './record-view.ts';

/** The Moodle ids that these entities have; those that Moodle does not have are left out. */
export async function moodleIdsOf(
  view: RecordView,
  idnumbers: Iterable<string>,
): Promise<Record<string, number>> {
  const ids: Record<string, number> = {};
  for (const [idnumber, { moodle_id: id }] of await view.mappings(idnumbers)) {
    if (id !== undefined) ids[idnumber] = id;
  }
  return ids;
}

/**
 * What an entity was pushed with and that has another Moodle id by now, or none: it was deleted in Moodle. Whatever
 * the mapping says of the entity in there is not true any more.
 */
export async function movedSince(view: RecordView, mapping: Mapping | undefined): Promise<Set<string>> {
  const madeWith = mapping?.made_with ?? {};
  const now = await moodleIdsOf(view, Object.keys(madeWith));
  return new Set(Object.keys(madeWith).filter((idnumber) => now[idnumber] !== madeWith[idnumber]));
}
