import { beingMade } from '#shared/moodle/failures.ts';
import {
  isInDoubt,
  isUndecided,
  type Mapping,
  newMapping,
  undecided,
} from '#shared/moodle/mappings/mapping.ts';
import { type Failure, isFailureOfInstance, missingDependency } from '#shared/sync/failure.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { isTimeFor } from '#shared/sync/units/attempts.ts';
import { isClaimed } from '#shared/sync/units/claim.ts';
import { haveOwnersChanged, isLookDue } from './conflict-owners.ts';
import type { Built, Entity } from './entity.ts';
import type { PushContext } from './push-context.ts';
import { PushLedger } from './push-ledger.ts';
import type { PushItem, PushResult, PushService, ServiceRegistry } from './push-service.ts';
import type { WorkUnit } from './work-unit.ts';

/** An entity whose payload is not what Moodle is known to hold. */
interface Change {
  entity: Entity;
  mapping: Mapping;
  hash: string;
  /** The brake is on: what is taken away waits for the operator's word, and what is given does not. */
  isBraked?: boolean;
}

/**
 * Brings the records of a work unit to Moodle: builds what each should be, skips what is there already, pulls up
 * the dependencies that are missing, asks the brake, pushes parents before children, and notes all of it in its ledger.
 *
 * @returns what came of each entity, what has to be pushed again, and what is permanently failed
 */
export async function pushUnit(
  context: PushContext,
  services: ServiceRegistry,
  unit: WorkUnit,
): Promise<PushLedger> {
  const push = new Push(context, services, unit);
  await push.run();
  return push.ledger;
}

class Push {
  readonly ledger: PushLedger;
  readonly #context: PushContext;
  readonly #services: ServiceRegistry;
  readonly #unit: WorkUnit;
  readonly #begun = new Set<string>();
  /** Pauses left to wait for what other workers are making, in milliseconds: as long as a few bulk calls take. */
  readonly #pauses = [200, 400, 800, 1_600, 3_200];

  constructor(context: PushContext, services: ServiceRegistry, unit: WorkUnit) {
    this.#context = context;
    this.#services = services;
    this.#unit = unit;
    this.ledger = new PushLedger(context, unit);
  }

  async run(): Promise<void> {
    const service = this.#services.byName(this.#unit.service);
    const targets = await service.targets(this.#context.view, this.#unit.ids);
    let idnumbers = [...new Set([...targets.values()].flat())];
    const mappings = await this.#context.view.mappings(idnumbers);
    idnumbers = idnumbers.filter((idnumber) => !this.ledger.isLeftToOthers(mappings.get(idnumber)));
    await this.#push(service, idnumbers, false);
    await this.ledger.doubted(this.#context.doubted);
    for (const [name, change] of this.ledger.holds) {
      await this.#context.brake.addHolds(this.#context.instance, name, change);
    }
  }

  /** @param pulledUp true for dependencies: only what Moodle does not have yet is of interest */
  async #push(service: PushService, idnumbers: string[], pulledUp: boolean): Promise<void> {
    const fresh = idnumbers.filter((idnumber) => !this.#begun.has(idnumber));
    for (const idnumber of fresh) this.#begun.add(idnumber);
    const changes = await this.#changes(service, fresh, pulledUp);
    await this.#pullUp(changes);
    const { allowed, reserved } = await this.#askBrake(service, changes);
    for (let pending = allowed; pending.length > 0; ) {
      const names = new Set(pending.map(({ entity }) => entity.idnumber));
      const ready = pending.filter(({ entity }) => !entity.dependencies.some((name) => names.has(name)));
      // No service builds a circle (structure/categories.ts); one would be left to Moodle's refusal.
      const level = ready.length > 0 ? ready : pending;
      await this.#pushLevel(service, level, pulledUp);
      pending = pending.filter((change) => !level.includes(change));
    }
    await this.#giveBack(service, reserved);
  }

  /** Builds the entities and answers those that Moodle does not hold as they are. */
  async #changes(service: PushService, idnumbers: string[], pulledUp: boolean): Promise<Change[]> {
    const { view, instance } = this.#context;
    await service.prepare?.(view, idnumbers);
    const mappings = await view.mappings(idnumbers);
    await view.mappings([...mappings.values()].flatMap(({ made_with }) => Object.keys(made_with ?? {})));
    const changes: Change[] = [];
    for (const idnumber of idnumbers) {
      const built: Built = await service.build(view, idnumber);
      if (built.kind === 'nothing') {
        await this.ledger.nothing(idnumber);
      } else if (built.kind === 'failed') {
        await this.ledger.failed(idnumber, service.name, built.source, built.failure);
      } else {
        const { entity } = built;
        const mapping =
          mappings.get(idnumber) ?? newMapping(instance.id, idnumber, service.name, entity.source);
        const hash = payloadHash(entity.payload);
        // Only what may have been made is worth a look.
        const mayExist = !service.isPresent(entity) && (this.#context.force || isInDoubt(mapping));
        if (mapping.moodle_id === undefined && !entity.active && !mayExist)
          await this.ledger.nothing(idnumber);
        else if (entity.active && isUndecided(mapping)) {
          await this.ledger.failed(idnumber, service.name, entity.source, undecided(), hash);
        } else if (
          mapping.sync_hash === hash &&
          !(this.#context.force && !pulledUp) &&
          !service.isOpen?.(entity, mapping) &&
          (await view.movedSince(mapping)).size === 0
        ) {
          await this.ledger.skipped(entity, mapping);
        } else if (mapping.failure && (await this.#failsAgain(mapping, hash, pulledUp))) {
          this.ledger.stillFailing(mapping, mapping.failure);
        } else changes.push({ entity, mapping, hash });
      }
    }
    return changes;
  }

  /** Pushes what the changes depend on and Moodle does not have (any more), service by service. */
  async #pullUp(changes: Change[]): Promise<void> {
    const own = new Set(changes.map(({ entity }) => entity.idnumber));
    const wanted = new Set(
      changes.flatMap(({ entity }) => entity.dependencies).filter((name) => !own.has(name)),
    );
    const { view } = this.#context;
    const mappings = await view.mappings(wanted);
    const missing: string[] = [];
    for (const idnumber of wanted) {
      const mapping = mappings.get(idnumber);
      // A group has gone with its course, whatever its own mapping says.
      if (mapping?.moodle_id === undefined || (await view.movedSince(mapping)).size > 0)
        missing.push(idnumber);
    }
    for (const service of this.#services.inOrder) {
      const ofService = missing.filter((idnumber) => this.#services.ofIdnumber(idnumber) === service);
      if (ofService.length > 0) await this.#push(service, ofService, true);
    }
  }

  /** @returns the changes that may be made, in whole or in part, and those among them that the brake has counted */
  async #askBrake(
    service: PushService,
    changes: Change[],
  ): Promise<{ allowed: Change[]; reserved: Change[] }> {
    const { brake, instance, clock } = this.#context;
    const now = clock.now();
    const subtracting = changes.filter(({ entity, mapping }) => service.takesAway(entity, mapping, now));
    if (subtracting.length === 0) return { allowed: changes, reserved: [] };
    if (await brake.reserve(instance, service.name, subtracting.length))
      return { allowed: changes, reserved: subtracting };
    const adding = subtracting.filter(({ entity, mapping }) => service.adds?.(entity, mapping, now));
    for (const change of subtracting) {
      if (!adding.includes(change)) await this.ledger.held(change.entity, change.mapping);
    }
    const others = changes.filter((change) => !subtracting.includes(change));
    return { allowed: [...others, ...adding.map((change) => ({ ...change, isBraked: true }))], reserved: [] };
  }

  /** What was reserved and not made would count again at each further attempt. */
  async #giveBack(service: PushService, reserved: Change[]): Promise<void> {
    const notMade = reserved.filter(({ entity }) => {
      const result = this.ledger.outcomes.get(entity.idnumber)?.result;
      return result === 'failed' || result === 'skipped';
    });
    if (notMade.length > 0)
      await this.#context.brake.giveBack(this.#context.instance, service.name, notMade.length);
  }

  async #pushLevel(service: PushService, changes: Change[], pulledUp: boolean): Promise<void> {
    const { view } = this.#context;
    const items: (PushItem & { hash: string; madeWith: Record<string, number> })[] = [];
    for (const { entity, mapping, hash, isBraked = false } of changes) {
      const unmet = await this.#unmet(entity);
      const [missing] = unmet.values();
      if (missing && !service.partial) {
        await this.ledger.failed(entity.idnumber, service.name, entity.source, missing, hash);
        continue;
      }
      // Asked now: what it depends on may have been made again a moment ago.
      const moved = await view.movedSince(mapping);
      const madeWith = await view.moodleIds(entity.dependencies);
      items.push({ entity, mapping, hash, unmet, moved, madeWith, isBraked });
    }
    if (items.length === 0) return;
    const results = await service.push(this.#context, items);
    const claimed: Entity[] = [];
    const noted: Promise<void>[] = [];
    const failed: (() => Promise<void>)[] = [];
    for (const { entity, mapping, hash, madeWith, isBraked } of items) {
      const result = results.get(entity.idnumber);
      if (!result) throw new Error(`The service ${service.name} gave no result for ${entity.idnumber}.`);
      if (result.result === 'claimed') claimed.push(entity);
      else if (result.result === 'overtaken') this.ledger.overtaken(entity);
      else if (result.result === 'nowhere') await this.ledger.nowhere(entity, mapping);
      else if (isBraked && waitsForBrake(result)) await this.ledger.held(entity, mapping, result);
      else {
        const pushed = { hash, holds: service.isPresent(entity), madeWith };
        const note = () => this.ledger.pushed(entity, mapping, pushed, result);
        if (result.result === 'failed') failed.push(note);
        else noted.push(note());
      }
    }
    await Promise.all(noted);
    // What has failed may have failed by another one of these, and its reason says what that one is now.
    for (const note of failed) await note();
    await this.#waitFor(service, claimed, pulledUp);
  }

  /**
   * Waits for what other workers are making: without a call, for a moment here, then in the queue. Own results are
   * stored by then, so that two workers never wait for each other.
   */
  async #waitFor(service: PushService, claimed: Entity[], pulledUp: boolean): Promise<void> {
    const { view, clock } = this.#context;
    for (let waiting = claimed; waiting.length > 0; ) {
      const pause = this.#pauses.shift();
      if (pause === undefined) {
        // What was pulled up is pulled up again by what needs it.
        for (const entity of pulledUp ? [] : waiting) this.ledger.overtaken(entity);
        return;
      }
      await clock.sleep(pause);
      const rows = await view.mappingsNow(waiting.map(({ idnumber }) => idnumber));
      const isMade = ({ idnumber }: Entity) => !isClaimed(rows.get(idnumber) ?? {}, clock.now());
      const through = waiting.filter(isMade).map(({ idnumber }) => idnumber);
      waiting = waiting.filter((entity) => !through.includes(entity.idnumber));
      await this.#pushLevel(service, await this.#changes(service, through, pulledUp), pulledUp);
    }
  }

  /** The dependencies that Moodle does not have, and why. */
  async #unmet(entity: Entity): Promise<Map<string, Failure>> {
    const unmet = new Map<string, Failure>();
    const mappings = await this.#context.view.mappings(entity.dependencies);
    for (const idnumber of entity.dependencies) {
      const mapping = mappings.get(idnumber);
      if (mapping?.moodle_id !== undefined) continue;
      const outcome = this.ledger.outcomes.get(idnumber);
      if (outcome?.result === 'failed') unmet.set(idnumber, waitingFor(idnumber, outcome.failure));
      else if (mapping && isClaimed(mapping, this.#context.clock.now())) {
        unmet.set(idnumber, beingMade(idnumber));
      } else unmet.set(idnumber, waitingFor(idnumber, mapping?.failure));
    }
    return unmet;
  }

  /**
   * Whether nothing has changed that could change how the last attempt ended. Only a conflict with another record tells
   * so of a record that was saved; who saves one that fails for another reason may have put it right in Moodle.
   */
  async #failsAgain(mapping: Mapping, hash: string, pulledUp: boolean): Promise<boolean> {
    const { view, clock, force } = this.#context;
    if (mapping.attempted_hash !== hash || isTimeFor(mapping, clock.now())) return false;
    if (pulledUp) return true;
    if (force || !mapping.failure?.owners || isLookDue(mapping, clock.now())) return false;
    return !(await haveOwnersChanged(view, mapping.failure));
  }
}

/**
 * Whether what came of an entity's additions leaves it to the brake: what failed of them is tried again with each look
 * at the brake. Not so where the instance is away.
 */
function waitsForBrake(result: PushResult): boolean {
  return result.result !== 'failed' || !isFailureOfInstance(result.failure);
}

/** The failure of an entity whose dependency failed. An instance that is away or misconfigured fails both alike. */
function waitingFor(idnumber: string, cause: Failure | undefined): Failure {
  if (!cause) return missingDependency(`It needs ${idnumber}, which the ERP's records do not hold.`);
  if (isFailureOfInstance(cause)) return cause;
  const failure = missingDependency(`It needs ${idnumber}, which is not in Moodle: ${cause.reason}`);
  return { ...failure, code: 'waiting', waits_for: [idnumber] };
}
