import type { ServiceName } from '#shared/models/services.ts';
import type { UnavailableKind } from '#shared/moodle/client/errors.ts';
import { mergeExtraData } from '#shared/moodle/enrolments/enrolment-state.ts';
import { notesAfterPush } from '#shared/moodle/mappings/drift-note.ts';
import {
  isInDoubt,
  type Mapping,
  newMapping,
  withoutCounterpart,
  withoutPulls,
} from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { withoutFailure } from '#shared/sync/units/attempts.ts';
import { isClaimed } from '#shared/sync/units/claim.ts';
import { countsOf, Ledger, type LedgerUnit } from '#shared/sync/units/ledger.ts';
import { retryTiers } from '#shared/sync/units/waits.ts';
import { withOwners } from './conflict-owners.ts';
import type { Entity, Outcome, RecordKey } from './entity.ts';
import type { PushContext } from './push-context.ts';
import type { PushResult } from './push-service.ts';
import type { PushRef, WorkUnit } from './work-unit.ts';

/** What the client says of a call that Moodle may still be at, and may bring to its end after all. */
const unanswered: ReadonlySet<string> = new Set<UnavailableKind>(['timeout', 'connection', 'http']);

/** Services whose entities have a key in Moodle that is made of the ERP's values: an address, a short name. */
const claiming: ReadonlySet<ServiceName> = new Set(['subjects', 'batches', 'students', 'faculty', 'parents']);

/** The ledger of a unit of the push: it writes the mappings. */
export class PushLedger extends Ledger<WorkUnit, PushRef, Mapping, Outcome> {
  /** Entities that Moodle had under another id before: what hangs on them has to follow. */
  readonly moved: Mapping[] = [];
  /** Entities that had a name or address of their own and may have another one now: others may claim the old one. */
  readonly updated: string[] = [];
  /** What hangs on something that has moved, and what is to be gone on with. */
  readonly following: WorkUnit[] = [];
  readonly holds = new Map<ServiceName, number>();
  readonly #context: PushContext;
  readonly #service: ServiceName;

  constructor(context: PushContext, { service, ...unit }: LedgerUnit & Pick<WorkUnit, 'service'>) {
    super(unit, { ...context, isRedelivered: context.force });
    this.#context = context;
    this.#service = service;
  }

  get failure(): Failure | undefined {
    return this.#context.failure;
  }

  protected override nameOf({ idnumber }: Mapping): string {
    return idnumber;
  }

  protected override refOf({ service, record_id: id }: Mapping): PushRef {
    return { service, id };
  }

  protected override save(mapping: Mapping): Promise<boolean> {
    return this.#context.view.save(mapping);
  }

  protected override forget({ idnumber }: Mapping): Promise<void> {
    return this.#context.view.remove([idnumber]);
  }

  protected override noteFailure({ idnumber, service, model, record_id }: Mapping, failure: Failure): void {
    this.#note({ idnumber, service, source: { model, id: record_id } }, { result: 'failed', failure });
  }

  protected override async overtakenIn(
    failed: Mapping,
    hash: string | undefined,
  ): Promise<Mapping | undefined> {
    const current = await this.#context.view.mapping(failed.idnumber);
    // Somebody else has brought the very same to Moodle: that counts.
    if (current?.status === 'synced' && current.sync_hash === hash) return undefined;
    return ofBoth(current, failed);
  }

  protected override aboutFailure(idnumber: string, outcome: Outcome): [string, object] {
    const { source, failure } = outcome as Extract<Outcome, { result: 'failed' }>;
    const { id: instance } = this.#context.instance;
    const { model, id: record_id } = source;
    return ['Not pushed', { instance, model, record_id, idnumber, reason: failure.reason }];
  }

  protected override aboutUnit() {
    const asked = [...this.outcomes.values()].filter((outcome) => outcome.result !== 'nothing');
    const outcomes = Object.fromEntries(
      [...Map.groupBy(asked, ({ service }) => service)].map(([service, own]) => [service, countsOf(own)]),
    );
    return { instance: this.#context.instance.id, push_service: this.#service, outcomes };
  }

  /** The ERP asks for nothing here (any more). */
  async nothing(idnumber: string): Promise<void> {
    this.outcomes.set(idnumber, { result: 'nothing', idnumber });
    const mapping = await this.#context.view.mapping(idnumber);
    // Another worker may be about to make it, and may die before it can note that it has.
    if (mapping && isClaimed(mapping, this.now)) this.lookAgain(this.refOf(mapping));
    else if (mapping) await this.settled(mapping, !isInDoubt(mapping));
  }

  /** What is not in use is not in Moodle, or no longer: somebody may have deleted it there. */
  async nowhere({ idnumber, service }: Entity, { moodle_id, active }: Mapping): Promise<void> {
    if (moodle_id !== undefined) {
      await this.#context.view.remove([idnumber]);
      this.#countHolds(service, -Number(active));
    }
    await this.nothing(idnumber);
  }

  /** Moodle holds the payload already. */
  async skipped(entity: Entity, mapping: Mapping): Promise<void> {
    this.#note(entity, { result: 'skipped' });
    const leftOut = await this.#noteLeftOut(entity, mapping);
    if (mapping.status === 'synced' && leftOut === undefined) return;
    await this.save({ ...withoutFailure(mapping), status: 'synced', ...leftOut });
  }

  async failed(idnumber: string, service: ServiceName, source: RecordKey, failure: Failure, hash?: string) {
    const { view, instance } = this.#context;
    const mapping = await view.mapping(idnumber);
    await this.#fail(mapping ?? newMapping(instance.id, idnumber, service, source), failure, hash);
  }

  /** What others have found out about is pushed again, unless this push has just done so. */
  async doubted(idnumbers: ReadonlySet<string>): Promise<void> {
    for (const row of (await this.#context.view.mappings(idnumbers)).values()) {
      if (row.sync_hash === undefined) this.#atOnce(this.refOf(row));
    }
  }

  /** The failure an earlier attempt met; the next one is scheduled already. */
  stillFailing(mapping: Mapping, failure: Failure): void {
    this.noteFailure(mapping, failure);
  }

  /**
   * The brake is on: the entity waits for the operator's word.
   *
   * It lies in its mapping until that is given. Only where something that takes nothing away has failed is it looked at
   * again before, less and less often.
   *
   * @param added what came of pushing that which takes nothing away, where there was something
   */
  async held(entity: Entity, before: Mapping, added?: PushResult): Promise<void> {
    const { view } = this.#context;
    this.#note(entity, { result: 'held' });
    const mapping = (await view.mapping(entity.idnumber)) ?? before;
    if (mapping.status !== 'held' || added) {
      const extra_data = added?.extraData ?? mapping.extra_data;
      const made_with = added?.madeWith ?? mapping.made_with;
      await view.save({ ...mapping, extra_data, made_with, status: 'held' });
    }
    if (added?.result === 'failed') this.lookAgain(refOfEntity(entity), retryTiers);
  }

  /** Another worker is at it: it is looked at again when that one is through. */
  overtaken(entity: Entity): void {
    this.#note(entity, { result: 'skipped' });
    this.lookAgain(refOfEntity(entity));
  }

  /**
   * Takes down what the push of an entity gave.
   *
   * @param pushed.hash of the payload
   * @param pushed.holds whether Moodle gives somebody something by it now
   * @param pushed.madeWith the Moodle ids of what the entity depends on
   */
  async pushed(
    entity: Entity,
    before: Mapping,
    { hash, holds, madeWith }: { hash: string; holds: boolean; madeWith: Record<string, number> },
    result: Exclude<PushResult, { result: 'nowhere' | 'overtaken' | 'claimed' }>,
  ): Promise<void> {
    const current = (await this.#context.view.mapping(entity.idnumber)) ?? before;
    const isLost = result.result === 'failed' && unanswered.has(result.failure.code);
    const known: Mapping = {
      ...current,
      moodle_id: result.moodleId ?? current.moodle_id,
      extra_data: result.extraData ?? current.extra_data,
      field_hashes: result.fieldHashes ?? current.field_hashes,
      made_with: result.madeWith ?? current.made_with,
      // What was not answered leaves the doubt; where nothing was begun, it keeps nobody off any more.
      claimed_until: isLost ? this.#claimLeft(current, result.isBegun === true) : undefined,
      claimed_as: isLost ? current.claimed_as : undefined,
    };
    if (result.result === 'linked') return this.#linked(entity, before, known);
    const leftOut = await this.#noteLeftOut(entity, known);
    if (result.result === 'failed') {
      if (result.forget) await this.#forget(result.forget);
      return this.#fail({ ...known, ...leftOut }, result.failure, hash);
    }
    const isMoved = before.last_synced_at !== undefined && before.moodle_id !== known.moodle_id;
    const synced: Mapping = {
      // What pulls have seen they have seen of what was there before.
      ...(isMoved ? withoutPulls(known) : known),
      ...leftOut,
      sync_hash: hash,
      made_with: result.madeWith ?? madeWith,
      drift: notesAfterPush(known.drift),
      active: holds,
    };
    this.#note(entity, { result: result.result });
    if (isMoved) this.moved.push(synced);
    if (result.result === 'updated' && claiming.has(entity.service)) this.updated.push(entity.idnumber);
    if (!(await this.arrived(before, synced))) return this.#overtaken(entity, synced);
    if (result.goesOn)
      this.following.push({ instance: known.instance, service: entity.service, ids: [entity.source.id] });
    this.#countHolds(entity.service, Number(holds) - Number(current.active));
  }

  /** Until when a claim keeps other workers off whose own worker is through. */
  #claimLeft({ claimed_until: until }: Mapping, isBegun: boolean): string | undefined {
    return isBegun || !isClaimed({ claimed_until: until }, this.now) ? until : this.at;
  }

  /** Whose it is has been settled, and nothing written. Where somebody else has written the row, it is settled anew. */
  async #linked(entity: Entity, before: Mapping, known: Mapping): Promise<void> {
    const linked: Mapping = {
      ...withoutFailure(known),
      status: 'synced',
      sync_hash: undefined,
      field_hashes: undefined,
    };
    this.#note(entity, { result: 'adopted' });
    if (before.last_synced_at !== undefined && before.moodle_id !== linked.moodle_id) this.moved.push(linked);
    if (before.failure) this.recovered.push(entity.idnumber);
    await this.save(linked);
    this.#atOnce(refOfEntity(entity));
  }

  /**
   * Another worker has stored its result for this entity in the meantime. With the same hash all is well; else
   * nobody knows whose call reached Moodle last, so the mapping's hash is dropped and the record is pushed again.
   */
  async #overtaken(entity: Entity, mine: Mapping): Promise<void> {
    const { view } = this.#context;
    for (;;) {
      const current = await view.mapping(entity.idnumber);
      const agreed = current?.sync_hash === mine.sync_hash && current?.moodle_id === mine.moodle_id;
      if (current && agreed && mine.sync_hash !== undefined) return;
      const merged: Mapping = {
        ...ofBoth(current, mine),
        sync_hash: undefined,
        field_hashes: agreedHashes(current?.field_hashes, mine.field_hashes),
        made_with: { ...current?.made_with, ...mine.made_with },
      };
      if (await view.save(merged)) break;
    }
    this.#atOnce(refOfEntity(entity));
  }

  async #fail(before: Mapping, why: Failure, hash: string | undefined): Promise<void> {
    const failure = await withOwners(this.#context.view, why, this.outcomes, this.now);
    const row = await this.attempted(before, failure, hash);
    if (row?.status === 'waiting') await this.#waitFor(row, failure);
  }

  /**
   * What it waits for may have arrived before this was written, and found nobody waiting. What another worker is making
   * has not failed, so its arrival releases nobody.
   */
  async #waitFor(row: Mapping, { waits_for: idnumbers = [] }: Failure): Promise<void> {
    const awaited = [...(await this.#context.view.mappingsNow(idnumbers)).values()];
    if (awaited.some(({ moodle_id }) => moodle_id !== undefined)) this.#atOnce(this.refOf(row));
    else if (awaited.some((each) => isClaimed(each, this.now))) this.lookAgain(this.refOf(row));
  }

  #atOnce(ref: PushRef): void {
    this.again.push({ ...ref, delaySeconds: 0 });
  }

  /** Dependencies that Moodle no longer has under their id: they are looked up anew at the next attempt. */
  async #forget(idnumbers: string[]): Promise<void> {
    for (const mapping of (await this.#context.view.mappings(idnumbers)).values()) {
      await this.#context.view.save(withoutCounterpart(mapping));
    }
  }

  /**
   * Gives each record that was left out of the entity a mapping of its own that says why, and takes away those of
   * records that are in again. Answers the extra data to store when the list has changed.
   */
  async #noteLeftOut(entity: Entity, mapping: Mapping): Promise<Pick<Mapping, 'extra_data'> | undefined> {
    const before = leftOutOf(mapping);
    const now = (entity.leftOut ?? []).map((leftOut) => ({
      ...leftOut,
      idnumber: leftOutIdnumber(leftOut.source),
    }));
    const idnumbers = now.map(({ idnumber }) => idnumber);
    const back = before.filter((idnumber) => !idnumbers.includes(idnumber));
    if (back.length > 0) await this.#context.view.remove(back);
    const rows = await this.#context.view.mappings(idnumbers);
    for (const { idnumber, source, failure } of now) {
      this.#note({ idnumber, service: entity.service, source }, { result: 'failed', failure });
      const row = rows.get(idnumber);
      if (row?.failure?.reason === failure.reason) continue;
      await this.save({
        ...(row ?? newMapping(this.#context.instance.id, idnumber, entity.service, source)),
        status: failure.class === 'invalid' || failure.class === 'conflict' ? failure.class : 'waiting',
        failure,
        first_failed_at: this.at,
        last_failed_at: this.at,
      });
    }
    if (before.join() === idnumbers.join()) return undefined;
    return { extra_data: { ...mapping.extra_data, left_out: idnumbers } };
  }

  #note(
    { idnumber, service, source }: Pick<Entity, 'idnumber' | 'service' | 'source'>,
    how:
      | { result: 'created' | 'adopted' | 'updated' | 'skipped' | 'held' }
      | { result: 'failed'; failure: Failure },
  ): void {
    this.outcomes.set(idnumber, { idnumber, service, source, ...how });
  }

  #countHolds(service: ServiceName, change: number): void {
    if (change !== 0) this.holds.set(service, (this.holds.get(service) ?? 0) + change);
  }
}

/** What two workers know alike of the fields that Moodle holds. */
function agreedHashes(
  one: Mapping['field_hashes'] = {},
  other: Mapping['field_hashes'] = {},
): Record<string, string> {
  return Object.fromEntries(Object.entries(one).filter(([name, hash]) => other[name] === hash));
}

function refOfEntity({ service, source }: Entity): PushRef {
  return { service, id: source.id };
}

/** What two workers have written of one entity at once. */
function ofBoth(current: Mapping | undefined, mine: Mapping): Mapping {
  return {
    ...(current ?? { ...mine, revision: 0 }),
    moodle_id: current?.moodle_id ?? mine.moodle_id,
    extra_data: mergeExtraData(current?.extra_data, mine.extra_data),
  };
}

/** How the mappings begin that tell of records which are part of another record's entity. */
const leftOutPrefixes: Partial<Record<RecordKey['model'], string>> = {
  // Of a person it is the address that is left out.
  'op.student': 'oec_address_student',
  'op.faculty': 'oec_address_faculty',
  'op.parent': 'oec_address_parent',
  'op.student.course': 'oec_enrolment',
  'op.session': 'oec_session',
  'op.attendance.line': 'oec_line',
};

/** The mapping that tells of a record which is part of another record's entity: `oec_enrolment_9`. */
export function leftOutIdnumber(source: RecordKey): string {
  return `${leftOutPrefixes[source.model] ?? source.model}_${source.id}`;
}

/** The idnumbers of the records that the last push of an entity left out. */
export function leftOutOf(mapping: Mapping): string[] {
  const list = mapping.extra_data?.left_out;
  return Array.isArray(list) ? list.map(String) : [];
}
