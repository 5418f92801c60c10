import type { Bulkhead } from '#shared/sync/limits/bulkhead.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { Unit } from './unit.ts';

/**
 * Where units wait for their peer: for a worker of its own, for its return, for the end of a pause. They lie in a
 * table and not in the queue, so that none goes round and round: it comes back when there is a place for it, whether
 * that takes a minute or a week.
 */
export interface Parking<U extends Unit> {
  /** Keeps a unit under its key; twice under the same one is once. */
  park(peer: string, key: string, unit: U): Promise<void>;
  /** The units of a peer that have waited longest, in order of their keys. */
  oldest(peer: string, count: number): Promise<{ key: string; unit: U }[]>;
  remove(peer: string, key: string): Promise<void>;
}

export interface ParkingPorts<U extends Unit> {
  parking: Parking<U>;
  bulkhead: Bulkhead;
  later: { send(units: U[], delaySeconds: number): Promise<void> };
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** How a unit came. */
export interface Delivery {
  /** Of its message. */
  id: string;
  /**
   * Whether the message was delivered before: the worker that had it died or ran out of time, and what it wrote to
   * the peer is unknown, so the hashes are not believed.
   */
  isRedelivered: boolean;
}

/** What a worker's place at the peer is called while it has this unit. */
export function placeOf(unit: Unit, { id }: Delivery): string {
  return unit.parked ?? id;
}

/** Has a unit wait until its peer can take it. No attempt is lost, and one that waited before keeps its turn. */
export async function putAside<U extends Unit>(
  unit: U,
  peer: { id: string },
  ports: ParkingPorts<U>,
  delivery: Delivery,
): Promise<void> {
  const key = unit.parked ?? `${new Date(ports.clock.now()).toISOString()}/${delivery.id}`;
  await ports.parking.park(peer.id, key, delivery.isRedelivered ? { ...unit, force: true } : unit);
  await ports.bulkhead.leave(peer, placeOf(unit, delivery));
}

/** How many of those that wait are looked at: more than there are workers that could be letting one in. */
const looked = 10;

/**
 * Lets as many of a peer's units in as it has places free: what ends makes room for the next, and a peer that
 * is back begins with as many as it bears. Their places are kept for them, so none comes in vain. Never throws: what is
 * not let in now is by the next unit that ends, or the next sweep.
 *
 * @param most not more than so many
 */
export async function letIn<U extends Unit>(
  peer: { id: string },
  ports: ParkingPorts<U>,
  most: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  try {
    let count = 0;
    while (count < most) {
      const waiting = await ports.parking.oldest(peer.id, looked);
      const next = await firstKept(peer, waiting, ports.bulkhead);
      if (next === undefined) return;
      await ports.later.send([{ ...next.unit, parked: next.key }], 0);
      // Only now: a worker that dies before has its place expire, and the unit is let in by another one.
      await ports.parking.remove(peer.id, next.key);
      count += 1;
    }
  } catch (error) {
    ports.log.warn('Units that wait were not let in', { instance: peer.id, error });
  }
}

/** The first of them for which a place could be kept; others may be letting some in at the same moment. */
async function firstKept<Waiting extends { key: string }>(
  peer: { id: string },
  waiting: readonly Waiting[],
  bulkhead: Bulkhead,
): Promise<Waiting | undefined> {
  for (const one of waiting) {
    const answer = await bulkhead.keep(peer, one.key);
    if (answer === 'kept') return one;
    if (answer === 'full') return undefined;
  }
  return undefined;
}
