import type { Failure } from '#shared/sync/failure.ts';
import { type Breaker, type BreakerState, isWaitedFor } from '#shared/sync/limits/breaker.ts';
import type { AttemptRow } from './attempts.ts';
import { type Delivery, letIn, type Parking, type ParkingPorts, placeOf, putAside } from './parking.ts';
import { releaseAll, releaseDependents } from './release.ts';
import type { Again, Reconciled, Target } from './target.ts';
import { type Unit, type UnitNaming, unitsOf } from './unit.ts';

/** Has a worker ask, after a delay of at most 900 s, whether a peer is back, and let in what waits for it. */
export interface WakeQueue {
  wake(peer: string, delaySeconds?: number): Promise<void>;
}

/** What working off a unit needs, whatever its target. */
export interface WorkPorts<U extends Unit, Row> extends ParkingPorts<U> {
  breaker: Breaker;
  wakes: WakeQueue;
  /** Takes what failed for the last time, for an operator to look at. */
  permanentFailures: { send(row: Row): Promise<void> };
}

/**
 * Works off one unit, where its peer may be called and has a worker free for it; else the unit is put aside until it is let
 * in. What ends lets in the next.
 *
 * @returns what came of it, or undefined where the unit has to wait for the peer
 */
export async function work<
  U extends Unit,
  Ref,
  Row extends Ref & AttemptRow,
  Result extends Reconciled<U, Ref, Row>,
>(
  unit: U,
  target: Target<U, Ref, Row, Result>,
  ports: WorkPorts<U, Row>,
  delivery: Delivery,
): Promise<Result | undefined> {
  const place = placeOf(unit, delivery);
  if (!(await ports.bulkhead.enter(target, place))) {
    await putAside(unit, target, ports, delivery);
    // Whoever has left in the meantime did not see it.
    await letIn(target, ports, 1);
    return undefined;
  }
  if (!(await mayCall(target, ports))) {
    await putAside(unit, target, ports, delivery);
    // The peer may have come back in the meantime, and whoever saw that did not see the unit.
    if (!(await ports.breaker.isOpen(target))) await letIn(target, ports, 1);
    return undefined;
  }
  try {
    return await workOff(unit, target, ports, unit.force === true || delivery.isRedelivered);
  } finally {
    await ports.bulkhead.leave(target, place);
    await letIn(target, ports, 1);
  }
}

/** Brings the records, sends back what has to be tried again, and releases what waited for any of it. */
async function workOff<
  U extends Unit,
  Ref,
  Row extends Ref & AttemptRow,
  Result extends Reconciled<U, Ref, Row>,
>(unit: U, target: Target<U, Ref, Row, Result>, ports: WorkPorts<U, Row>, force: boolean): Promise<Result> {
  const callsBefore = target.calls();
  const result = await target.reconcile(unit, force);
  const { failure, exhausted, again, following = [], recovered, updated = [] } = result;
  // First of all: whatever becomes of the rest, the others have to know.
  if (failure) await noteFailure(target, failure, ports);
  for (const row of exhausted) await ports.permanentFailures.send(row);
  for (const [delaySeconds, units] of unitsAgain(target.naming, again)) {
    await ports.later.send(units, delaySeconds);
  }
  if (following.length > 0) await ports.later.send([...following], 0);
  await releaseDependents(target, 'waiting', recovered, ports.later);
  await releaseDependents(target, 'conflict', updated, ports.later);
  if (!failure && target.calls() > callsBefore) await noteAnswer(target, ports);
  result.report();
  return result;
}

/** Asks whether a peer is back, if it is time; where it is, lets in what waits for it. */
export async function wake<U extends Unit, Ref, Row extends Ref & AttemptRow>(
  target: Target<U, Ref, Row>,
  ports: WorkPorts<U, Row>,
): Promise<void> {
  if (await mayCall(target, ports)) await letIn(target, ports);
}

/**
 * Sees to it that somebody lets in what waits, for a sweep that comes by: the message that had to may be lost, or a pause is
 * over.
 *
 * @param isFirst not for the later parts of a sweep
 * @returns whether the peer is away, so that nothing more is to be queued for it
 */
export async function isAway<U extends Unit>(
  peer: { id: string },
  breaker: BreakerState,
  {
    parking,
    wakes,
    clock,
  }: { parking: Pick<Parking<U>, 'oldest'>; wakes: WakeQueue; clock: { now(): number } },
  isFirst: boolean,
): Promise<boolean> {
  if (breaker.opened_at !== undefined) {
    if (!isWaitedFor(breaker, clock.now())) await wakes.wake(peer.id);
    return true;
  }
  // Whatever has kept them waiting is over, or they wait for a worker that has died.
  if (isFirst && (await parking.oldest(peer.id, 1)).length > 0) await wakes.wake(peer.id);
  return false;
}

/**
 * Notes that a peer cannot be called as it is set up here: its settings or its key cannot be read. An operator has to put it
 * right; it is looked again from time to time, as at one that does not answer.
 */
export async function noteUnusable(
  peer: { id: string },
  reason: string,
  ports: Pick<WorkPorts<Unit, unknown>, 'breaker' | 'wakes'>,
): Promise<void> {
  const advice = 'Put right what the reason names; what waits goes on by itself then.';
  const admission = await ports.breaker.admit(peer);
  if (admission.kind === 'probe') await ports.wakes.wake(peer.id, admission.nextSeconds);
  await noteFailure(peer, { class: 'misconfigured', code: 'unusable', reason, advice }, ports);
}

/**
 * Whether the peer may be called. Probes it if it is time, and before that sees to the next probe: should this worker die,
 * there is one all the same.
 */
async function mayCall<U extends Unit, Ref, Row extends Ref & AttemptRow>(
  target: Target<U, Ref, Row>,
  ports: WorkPorts<U, Row>,
): Promise<boolean> {
  const admission = await ports.breaker.admit(target);
  if (admission.kind !== 'probe') return admission.kind === 'call';
  await ports.wakes.wake(target.id, admission.nextSeconds);
  const failure = await target.probe();
  if (failure) await noteFailure(target, failure, ports);
  else await noteAnswer(target, ports);
  return failure === undefined;
}

/** Tells the breaker, and sees to the first probe where that opens it. */
async function noteFailure(
  peer: { id: string },
  failure: Failure,
  { breaker, wakes }: Pick<WorkPorts<Unit, unknown>, 'breaker' | 'wakes'>,
): Promise<void> {
  const probeIn = await breaker.failed(peer, failure);
  if (probeIn !== undefined) await wakes.wake(peer.id, probeIn);
}

/** A peer that is back gets what failed because it was away, and what has waited for it. */
async function noteAnswer<U extends Unit, Ref, Row extends Ref & AttemptRow>(
  target: Target<U, Ref, Row>,
  ports: WorkPorts<U, Row>,
): Promise<void> {
  if (!(await ports.breaker.answered(target))) return;
  const records = await releaseAll(target, ports.later);
  ports.log.info(`Released what failed because ${target.called} was away`, { ...target.about, records });
  await letIn(target, ports);
}

/** Records to try again as units: together what failed for the same class of reasons and waits equally long. */
export function unitsAgain<U extends Unit, Ref>(
  naming: UnitNaming<U, Ref>,
  again: readonly Again<Ref>[],
): Map<number, U[]> {
  const groups = Map.groupBy(again, (one) =>
    [one.delaySeconds, naming.kindOf(one), one.failureClass, one.failureId === undefined, one.waited].join(
      ' ',
    ),
  );
  const units = new Map<number, U[]>();
  for (const group of groups.values()) {
    const { delaySeconds, waited } = group[0]!;
    for (const unit of unitsOf(naming, group)) {
      const failures = group.flatMap((one) =>
        one.failureId && unit.ids.includes(naming.idOf(one)) ? [one.failureId] : [],
      );
      const more = {
        ...(failures.length > 0 && { retry_of: failures }),
        ...(waited !== undefined && { waited }),
      };
      units.set(delaySeconds, [...(units.get(delaySeconds) ?? []), { ...unit, ...more }]);
    }
  }
  return units;
}
