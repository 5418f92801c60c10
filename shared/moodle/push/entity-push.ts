import { isMissingRecord } from '#shared/moodle/client/errors.ts';
import { failureIn, failureOf } from '#shared/moodle/failures.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { fieldHashes } from '#shared/sync/hash.ts';
import { claimFrom, isClaimed } from '#shared/sync/units/claim.ts';
import { type BulkCall, type BulkOutcome, runInBulk, type SecondLook } from './bulk.ts';
import type { Entity, EntityFields, EntityInUse } from './entity.ts';
import type { Counterpart, EntityAdapter, Mapped, Updated } from './entity-adapter.ts';
import { makeWay } from './make-way.ts';
import type { PushContext } from './push-context.ts';
import type { PushItem, PushResult } from './push-service.ts';

/** A field is a form variable, unless the adapter knows better; besides, there are at most an id or ID number and what a new account or group needs. */
const besideFields = 3;

/** What became of an entity that was to be made: its new id, or what Moodle turned out to have. */
type Creation = { created: number; found?: never } | { created?: never; found: Counterpart };

/** Errorcodes that say that what an entity refers to is not there any more: its mapping has to be looked up anew. */
const goneReference = (code: string) =>
  code === 'errorcatcontextnotvalid' || code === 'unknowcategory' || isMissingRecord(code);

/**
 * Pushes entities of one kind: those with a Moodle id are updated; the others are adopted where Moodle has them
 * already and made where it does not.
 */
export async function pushEntities<Fields extends EntityFields>(
  context: PushContext,
  items: PushItem<Entity<Fields>>[],
  adapter: EntityAdapter<Fields>,
): Promise<Map<string, PushResult>> {
  const variablesOf = (fields: Partial<Fields>) =>
    (adapter.variables?.(fields) ?? Object.keys(fields).length) + besideFields;
  const results = new Map<string, PushResult>();
  const writes = new Map<string, Mapped<Fields>>();
  const unmapped: Entity<Fields>[] = [];
  for (const item of items) {
    const { entity, mapping, moved } = item;
    const moodleId = adapter.goesWithDependencies && moved.size > 0 ? undefined : mapping.moodle_id;
    const payload = context.force ? entity.payload : changedFields(item);
    if (moodleId === undefined) unmapped.push(entity);
    else if (Object.keys(payload).length === 0) results.set(entity.idnumber, { result: 'updated' });
    else writes.set(entity.idnumber, { entity: { ...entity, payload }, moodleId });
  }
  const gone = new Set((await updateMapped([...writes.values()], 'updated')).map(({ idnumber }) => idnumber));
  const vanished = items.flatMap(({ entity }) => (gone.has(entity.idnumber) ? [entity] : []));
  await findOrCreate([...unmapped, ...vanished]);
  for (const item of items) noteFields(item);
  return results;

  /** Notes what Moodle is known to hold now. What was sent and not confirmed may have been written all the same. */
  function noteFields({ entity, mapping }: PushItem<Entity<Fields>>): void {
    const result = results.get(entity.idnumber);
    if (!result || result.result === 'linked') return;
    const sent = writes.get(entity.idnumber)?.entity.payload ?? {};
    const before = Object.entries(mapping.field_hashes ?? {});
    result.fieldHashes =
      result.result === 'failed'
        ? Object.fromEntries(before.filter(([name]) => !(name in sent)))
        : fieldHashes(entity.payload);
  }

  /**
   * Takes the sole right to make entities. What Moodle calls unique it only looks for before it inserts: two workers
   * that make one at the same moment both succeed. The note also tells of what a worker that died may have made.
   *
   * @returns those that are this worker's to make
   */
  async function claim(entities: EntityInUse<Fields>[]): Promise<EntityInUse<Fields>[]> {
    if (context.failure) return entities;
    const now = context.clock.now();
    const claimed_until = claimFrom(now);
    const begun = new Map(items.map(({ entity, mapping }) => [entity.idnumber, mapping]));
    const current = await context.view.mappings(begun.keys());
    const isMine = await Promise.all(
      entities.map(async (entity) => {
        const mapping = current.get(entity.idnumber) ?? begun.get(entity.idnumber)!;
        const claimed_as = claimedAs(mapping, entity);
        if (isClaimed(mapping, now)) return false;
        const extra_data = adapter.noteBefore
          ? await adapter.noteBefore(context, mapping)
          : mapping.extra_data;
        return context.view.save({ ...mapping, extra_data, claimed_until, claimed_as });
      }),
    );
    for (const [index, { idnumber }] of entities.entries()) {
      if (!isMine[index]) results.set(idnumber, { result: 'claimed' });
    }
    return entities.filter((_entity, index) => isMine[index]);
  }

  function claimedAs(
    { claimed_as: before = [] }: Mapping,
    entity: EntityInUse<Fields>,
  ): string[] | undefined {
    const now = adapter.claimAs?.(entity);
    return now === undefined ? undefined : [...new Set([...before, now])];
  }

  /** Answers the entities that Moodle no longer has. */
  async function updateMapped(
    mapped: Mapped<Fields>[],
    result: 'updated' | 'adopted',
  ): Promise<Entity<Fields>[]> {
    const vanished: Entity<Fields>[] = [];
    const call: BulkCall<Mapped<Fields>, Updated> = {
      variables: ({ entity }) => variablesOf(entity.payload),
      call: (batch) => adapter.update(context, batch),
      refused: async (item, error) => {
        if (await adapter.isGone?.(context, item, error)) return { done: 'gone' };
        const failure = failureOf(error);
        return adapter.isTaken?.(error) ? { done: { taken: failure } } : { failure };
      },
    };
    for (let pending = mapped; pending.length > 0; ) {
      const refused: Mapped<Fields>[] = [];
      for (const [item, outcome] of await runInBulk(context, pending, call)) {
        const { entity, moodleId } = item;
        if ('failure' in outcome) fail(entity, outcome.failure, moodleId);
        else if (outcome.done === 'gone') vanished.push(entity);
        else if (outcome.done === 'updated') results.set(entity.idnumber, { result, moodleId });
        else {
          fail(entity, outcome.done.taken, moodleId);
          refused.push(item);
        }
      }
      pending = await nextRound(refused, pending.length);
    }
    return vanished;
  }

  /**
   * What is worth another call. Each round has to bring at least one on: people who pass their addresses on in a row
   * need several.
   */
  async function nextRound(refused: Mapped<Fields>[], before: number): Promise<Mapped<Fields>[]> {
    if (!adapter.uniqueFields || refused.length === 0 || context.failure) return [];
    try {
      const held = new Set<Mapped<Fields>>();
      let moved = 0;
      for (const field of adapter.uniqueFields) {
        const having = refused.filter(({ entity }) => entity.payload[field.name] !== undefined);
        const way = await makeWay(context, field, having);
        moved += way.moved;
        for (const [item, failure] of way.failures) {
          held.add(item);
          fail(item.entity, failure, item.moodleId);
        }
      }
      const again = refused.filter((item) => !held.has(item));
      return again.length < before || moved > 0 ? again : [];
    } catch (error) {
      const failure = failureIn(context, error);
      for (const { entity, moodleId } of refused) fail(entity, failure, moodleId);
      return [];
    }
  }

  async function findOrCreate(wanted: Entity<Fields>[]): Promise<void> {
    await retire(wanted.filter((entity) => !entity.active));
    const entities = await claim(wanted.filter((entity) => entity.active));
    if (entities.length === 0) return;
    let missing = entities;
    const found: Mapped<Fields>[] = [];
    if (adapter.lookUpFirst) {
      const counterparts = await look(entities, () => adapter.lookUp(context, entities));
      if (!counterparts) return;
      missing = entities.filter((entity) => !sort(entity, counterparts.get(entity.idnumber), found));
    }
    const created = await runInBulk(context, missing, creation());
    for (const [entity, outcome] of created) {
      if ('done' in outcome && outcome.done.created !== undefined) {
        results.set(entity.idnumber, { result: 'created', moodleId: outcome.done.created });
      } else if ('failure' in outcome) fail(entity, outcome.failure, undefined, true);
      else sort(entity, outcome.done.found, found);
    }
    for (const entity of await updateMapped(found, 'adopted')) {
      fail(entity, {
        class: 'refused',
        code: 'gone',
        reason: 'Moodle deleted it while it was being pushed.',
        advice: 'Nothing; it is tried again by itself.',
      });
    }
  }

  /** Suspends or hides what was made without anybody having learnt of it. Nothing is made for what is not in use. */
  async function retire(entities: Entity<Fields>[]): Promise<void> {
    const own = await look(entities, () => adapter.findOwn?.(context, entities));
    if (!own) return;
    const found = entities.flatMap((entity) => {
      const moodleId = own.get(entity.idnumber);
      return moodleId === undefined ? [] : [{ entity, moodleId }];
    });
    const gone = await updateMapped(found, 'updated');
    const isFound = new Set(found.map(({ entity }) => entity));
    const nowhere = [...gone, ...entities.filter((entity) => !isFound.has(entity))];
    for (const { idnumber } of nowhere) results.set(idnumber, { result: 'nowhere' });
  }

  /** Notes what a look-up found; false where there is nothing. */
  function sort(
    entity: Entity<Fields>,
    counterpart: Counterpart | undefined,
    found: Mapped<Fields>[],
  ): boolean {
    if (!counterpart) return false;
    if ('failure' in counterpart) fail(entity, counterpart.failure);
    else if ('link' in counterpart) results.set(entity.idnumber, { result: 'linked', ...counterpart.link });
    else found.push({ entity, moodleId: counterpart.done });
    return true;
  }

  /** What `find` answers (none where it answers nothing); undefined where Moodle did not answer: all share the failure. */
  async function look<Found>(
    entities: Entity<Fields>[],
    find: () => Promise<Map<string, Found>> | undefined,
  ): Promise<Map<string, Found> | undefined> {
    if (entities.length === 0) return undefined;
    if (!context.failure) {
      try {
        return (await find()) ?? new Map();
      } catch (error) {
        const failure = failureIn(context, error);
        for (const entity of entities) fail(entity, failure);
        return undefined;
      }
    }
    for (const entity of entities) fail(entity, context.failure);
    return undefined;
  }

  function creation(): BulkCall<EntityInUse<Fields>, Creation> {
    return {
      variables: ({ fields }) => variablesOf(fields),
      call: async (batch) => (await adapter.create(context, batch)).map((created) => ({ done: { created } })),
      lookAgain: async (batch) => {
        const counterparts = await adapter.lookUp(context, batch);
        const outcomes: SecondLook<EntityInUse<Fields>, Creation>['outcomes'] = new Map();
        for (const entity of batch) {
          const counterpart = counterparts.get(entity.idnumber);
          if (counterpart) outcomes.set(entity, asFound(counterpart));
        }
        const rest = batch.filter((entity) => !outcomes.has(entity));
        const amended = rest.length > 0 && (await adapter.amend?.(context, rest)) === true;
        return { outcomes, amended };
      },
      refused: async (entity, error) => {
        const counterpart = await adapter.refused?.(context, entity, error);
        return counterpart ? asFound(counterpart) : { failure: failureOf(error) };
      },
    };
  }

  function fail(entity: Entity<Fields>, failure: Failure, moodleId?: number, isBegun = false): void {
    const forget = goneReference(failure.code) ? entity.dependencies : undefined;
    results.set(entity.idnumber, {
      result: 'failed',
      failure,
      moodleId,
      forget,
      ...(isBegun && { isBegun }),
    });
  }
}

/** The fields that are not what Moodle took last, and those that name something with another id than then. */
function changedFields<Fields extends EntityFields>({
  entity,
  mapping,
  moved,
}: PushItem<Entity<Fields>>): Partial<Fields> {
  const before = mapping.field_hashes ?? {};
  const now = fieldHashes(entity.payload);
  const isNews = ([name, value]: [string, unknown]) =>
    now[name] !== before[name] || (typeof value === 'string' && moved.has(value));
  return Object.fromEntries(Object.entries(entity.payload).filter(isNews)) as Partial<Fields>;
}

function asFound(counterpart: Counterpart): BulkOutcome<Creation> {
  return 'failure' in counterpart ? counterpart : { done: { found: counterpart } };
}
