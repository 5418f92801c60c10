import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { conflictMilliseconds } from '#shared/sync/units/waits.ts';
import type { RecordView } from './record-view.ts';

/** Longer than a worker takes for a unit, in milliseconds. */
const sameTime = 60_000;

/**
 * A conflict with the revisions of the mappings of those who have what it claims. One that another worker has pushed at
 * about the same time is left out: Moodle may have been asked before.
 *
 * @param own idnumbers that this worker has pushed itself
 * @param now milliseconds since 1970
 */
export async function withOwners(
  view: RecordView,
  failure: Failure,
  own: ReadonlyMap<string, unknown>,
  now: number,
): Promise<Failure> {
  if (failure.class !== 'conflict' || !failure.waits_for) return failure;
  const rows = [...(await view.mappings(failure.waits_for)).values()];
  const known = rows.filter(
    ({ idnumber, last_synced_at }) => own.has(idnumber) || Date.parse(last_synced_at ?? '') + sameTime < now,
  );
  return {
    ...failure,
    owners: Object.fromEntries(known.map(({ idnumber, revision }) => [idnumber, revision])),
  };
}

/** Whether a conflict could end in another way than the last time: those who have what it claims were written since. */
export async function haveOwnersChanged(view: RecordView, failure: Failure | undefined): Promise<boolean> {
  const names = failure?.waits_for ?? [];
  const owners = await view.mappings(names);
  return names.some((name) => owners.get(name)?.revision !== (failure?.owners?.[name] ?? -1));
}

/** Whether it is time to look whether a conflict still stands. @param now milliseconds since 1970 */
export function isLookDue({ last_failed_at }: Mapping, now: number): boolean {
  return Date.parse(last_failed_at ?? '') + conflictMilliseconds <= now;
}
