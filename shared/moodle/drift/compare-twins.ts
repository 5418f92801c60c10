import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { weighed } from '#shared/moodle/twins/find-twins.ts';
import { type Twin, twinList } from '#shared/moodle/twins/twins.ts';
import type { Difference } from './finding.ts';

/** What Moodle has with ID numbers of which it may have several. */
export interface Named {
  /** Ids by the idnumber of the mapping. */
  ids: ReadonlyMap<string, readonly number[]>;
  /** What one of them holds; asked for only where there are several. */
  holdsOf(id: number): Promise<Twin['holds']>;
}

/** Ids by the idnumbers under which mappings know them. */
export function idsByName<Item extends { id: number }>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Named['ids'] {
  const byName = Map.groupBy(items, nameOf);
  return new Map([...byName].map(([name, same]) => [name, same.map(({ id }) => id)]));
}

/**
 * What Moodle has beside the one that the mapping leads to, although the ID number says that it is one. The one in the
 * mapping stays the counterpart, even where another holds more: the people of the records are in it.
 *
 * @throws the client's errors
 */
export async function compareTwins(
  { idnumber, moodle_id: used }: Pick<Mapping, 'idnumber' | 'moodle_id'>,
  { ids, holdsOf }: Named,
): Promise<Difference[]> {
  const others = (ids.get(idnumber) ?? []).filter((id) => id !== used);
  if (used === undefined || others.length === 0) return [];
  const twins = await weighed([used, ...others], holdsOf);
  return [{ idnumber, kind: 'twins', in_erp: `linked to ${used}`, in_moodle: twinList(twins) }];
}
