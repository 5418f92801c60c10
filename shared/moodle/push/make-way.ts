import type { Failure } from '#shared/sync/failure.ts';
import type { EntityFields } from './entity.ts';
import type { Holder, Mapped, UniqueField } from './entity-adapter.ts';
import type { PushContext } from './push-context.ts';

/** So many pass a value on in a ring at the most; each takes a look. */
const longestRing = 50;

/**
 * Finds out about what was refused since another one has its value, and makes way where values go round in a ring:
 * nobody could begin then, so one of them gets an interim value. Its mapping is made doubtful before, so that it gets
 * its own whatever happens to this worker.
 *
 * @returns how many were moved out of the way, and why some have to wait; all others are worth another call
 */
export async function makeWay<Fields extends EntityFields>(
  context: PushContext,
  field: UniqueField<Fields>,
  refused: readonly Mapped<Fields>[],
): Promise<{ moved: number; failures: Map<Mapped<Fields>, Failure> }> {
  const holders = refused.length > 0 ? await field.holders(context, refused) : new Map<string, Holder>();
  const free = new Set<Mapped<Fields>>();
  const failures = new Map<Mapped<Fields>, Failure>();
  let moved = 0;
  for (const item of refused) {
    const holder = holders.get(item.entity.idnumber);
    if (!holder || holder.moodleId === item.moodleId) {
      free.add(item);
      continue;
    }
    const { leads, other } = await follow(context, field, item, holder);
    const isDoubted = other !== undefined && (await doubt(context, field, other.entity.idnumber));
    if (leads === 'ring' && isDoubted) {
      await field.park(context, other);
      moved += 1;
      free.add(item);
    } else failures.set(item, field.taken(item, holder, leads !== 'stays'));
  }
  // Who follows somebody that has way now follows in the same call.
  for (let before = -1; before < free.size; ) {
    before = free.size;
    const ids = new Set([...free].map(({ moodleId }) => moodleId));
    for (const item of refused) {
      const holder = holders.get(item.entity.idnumber);
      if (holder && ids.has(holder.moodleId) && failures.delete(item)) free.add(item);
    }
  }
  return { moved, failures };
}

/**
 * Whether what holds an item's value stays, is to go, or is to go where the item is: a ring.
 *
 * @returns also what holds it, where it is not to stay
 */
async function follow<Fields extends EntityFields>(
  context: PushContext,
  field: UniqueField<Fields>,
  item: Mapped<Fields>,
  first: Holder,
): Promise<{ leads: 'stays' | 'goes' | 'ring'; other?: Mapped<Fields> }> {
  const seen = new Set<number>();
  let other: Mapped<Fields> | undefined;
  for (let holder: Holder | undefined = first; holder && seen.size < longestRing; ) {
    seen.add(holder.moodleId);
    const mapped: Mapped<Fields> | undefined = await mappedOf(context, field, holder);
    const next: Holder | undefined =
      mapped && (await field.holders(context, [mapped])).get(mapped.entity.idnumber);
    if (!mapped || next?.moodleId === holder.moodleId)
      return other ? { leads: 'goes', other } : { leads: 'stays' };
    other ??= mapped;
    if (next?.moodleId === item.moodleId) return { leads: 'ring', other };
    holder = next && !seen.has(next.moodleId) ? next : undefined;
  }
  return { leads: 'goes', other: other! };
}

/** What a holder's record should be; undefined where it is none of ours, or its record says nothing of the field. */
async function mappedOf<Fields extends EntityFields>(
  { view }: PushContext,
  field: UniqueField<Fields>,
  { idnumber, moodleId }: Holder,
): Promise<Mapped<Fields> | undefined> {
  if (idnumber === undefined) return undefined;
  if ((await view.mapping(idnumber))?.moodle_id !== moodleId) return undefined;
  const built = await field.build(view, idnumber);
  if (built.kind !== 'entity' || built.entity.payload[field.name] === undefined) return undefined;
  return { entity: built.entity, moodleId };
}

/**
 * Has something pushed again whatever its mapping says of a field.
 *
 * @returns false where somebody else is at it
 */
export async function doubt(
  { view, doubted }: PushContext,
  { name }: { name: string },
  idnumber: string,
): Promise<boolean> {
  const row = (await view.mappingsNow([idnumber])).get(idnumber);
  if (!row) return false;
  const { [name]: _hash, ...field_hashes } = row.field_hashes ?? {};
  doubted.add(idnumber);
  return view.save({ ...row, sync_hash: undefined, field_hashes });
}
