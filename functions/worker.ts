import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Clock } from '#shared/sync/ports.ts';
import type { AttemptRow } from '#shared/sync/units/attempts.ts';
import { putAside } from '#shared/sync/units/parking.ts';
import type { Target } from '#shared/sync/units/target.ts';
import type { Unit } from '#shared/sync/units/unit.ts';
import { noteUnusable, type WorkPorts, wake, work } from '#shared/sync/units/work.ts';
import { successNotes } from './at-most-each-minute.ts';
import type { Delivery } from './handlers.ts';
import { countRun, hasArrived } from './metrics.ts';

/** What a worker has to know of the peers that it brings units to. */
interface Worker<U extends Unit, Wake extends { wake: true }, Ref, Row extends Ref & AttemptRow> {
  ports: WorkPorts<U, Row>;
  /** By which the breaker, the bulkhead and what waits know the peer of a message. */
  peerOf(message: U | Wake): { id: string };
  /** Undefined where the message is left out; `paused` where its unit has to wait. */
  open(message: U | Wake, remaining: () => number): Promise<Target<U, Ref, Row> | 'paused' | undefined>;
  /** Errors that an operator has to put right, and what the log says of them. */
  unusable: { errors: readonly (new (...args: never[]) => Error)[]; told: string };
  /** Names of the metrics that count what has arrived, and what was there already. */
  counted: { arrived: string; unchanged: string };
  /** Notes that something has arrived. @param at ISO 8601 in UTC */
  noteSuccess(peer: string, at: string): Promise<void>;
}

/** Works off the units of a queue, and asks whether a peer is back where a message wants that. */
export function worker<U extends Unit, Wake extends { wake: true }, Ref, Row extends Ref & AttemptRow>(
  { log, metrics, clock }: { log: Logger; metrics: Metrics; clock: Clock },
  { ports, peerOf, open, unusable, counted, noteSuccess }: Worker<U, Wake, Ref, Row>,
): (message: U | Wake, delivery: Delivery) => Promise<void> {
  const note = successNotes(noteSuccess, { clock, log });
  return async (message, { id, receiveCount, remaining }) => {
    const delivery = { id, isRedelivered: receiveCount > 1 };
    // On every line from here on, so that all that came of one unit can be found together.
    log.appendKeys({ unit: id, receive_count: receiveCount });
    const peer = peerOf(message);
    const putOff = async () => {
      if ('ids' in message) await putAside(message, peer, ports, delivery);
    };
    try {
      const target = await open(message, remaining);
      if (target === undefined) return;
      if (target === 'paused') return await putOff();
      if ('wake' in message) return await wake(target, ports);
      const run = await work(message, target, ports, delivery);
      countRun(metrics, run, counted);
      if (run && hasArrived(run)) await note(peer.id);
    } catch (error) {
      if (!unusable.errors.some((kind) => error instanceof kind)) throw error;
      // The operator has to put it right; until then the unit waits without losing an attempt.
      log.error(unusable.told, error as Error);
      await noteUnusable(peer, (error as Error).message, ports);
      await putOff();
    }
  };
}
