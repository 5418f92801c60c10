/** The messages of a queue, or of several together: to be received, being worked on, and sent with a delay. */
export interface QueueDepth {
  visible: number;
  in_flight: number;
  delayed: number;
}

/** What was seen at a time, in milliseconds since 1970. */
export interface Look extends QueueDepth {
  at: number;
}

/**
 * What the looks at a queue say:
 * - done: there is nothing left.
 * - waiting: what is left waits for a later attempt, or for its instance.
 * - stalled: nobody works on what is there.
 */
export type WatchVerdict = 'busy' | 'done' | 'waiting' | 'stalled';

/** Numbers that lag behind show nothing at first: an empty queue is believed sooner only where it was seen to be full. */
const beliefAfter = 10_000;
/** Numbers that lag behind can be zero once between two queues; for so long they hardly are. */
const quietFor = 2_000;
/** Longer than most units wait for another worker (15 s). */
const shortWaits = 60_000;
/** Longer than a function runs. */
const workersDead = 6 * 60_000;

/** Judges the looks so far. @param explained how many records are known to wait for a later attempt within 15 minutes */
export function judgeLooks(looks: readonly Look[], explained: number): WatchVerdict {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last) return 'busy';
  const wasBusy = looks.some((look) => total(look) > 0);
  if (!wasBusy && last.at - first.at < beliefAfter) return 'busy';
  if (lasting(looks, (look) => total(look) === 0) >= quietFor) return 'done';
  if (lasting(looks, isIdle) >= quietFor) {
    if (last.delayed <= explained || unchangedFor(looks) >= shortWaits) return 'waiting';
  }
  return unchangedFor(looks) >= workersDead ? 'stalled' : 'busy';
}

/** The messages of several queues together. */
export function sumOf(depths: readonly QueueDepth[]): QueueDepth {
  return depths.reduce(
    (sum, { visible, in_flight, delayed }) => ({
      visible: sum.visible + visible,
      in_flight: sum.in_flight + in_flight,
      delayed: sum.delayed + delayed,
    }),
    { visible: 0, in_flight: 0, delayed: 0 },
  );
}

export function total({ visible, in_flight, delayed }: QueueDepth): number {
  return visible + in_flight + delayed;
}

/** Whether there is nothing that could be worked on now. */
export function isIdle({ visible, in_flight }: QueueDepth): boolean {
  return visible + in_flight === 0;
}

/** For how long the numbers have been the same, in milliseconds. */
function unchangedFor(looks: readonly Look[]): number {
  const last = looks.at(-1)!;
  return lasting(
    looks,
    (look) =>
      look.visible === last.visible && look.in_flight === last.in_flight && look.delayed === last.delayed,
  );
}

/** For how long something has been so in all looks up to the last one, in milliseconds; -1 where it is not so now. */
function lasting(looks: readonly Look[], isSo: (look: Look) => boolean): number {
  const begin = looks[looks.findLastIndex((look) => !isSo(look)) + 1];
  return begin === undefined ? -1 : looks.at(-1)!.at - begin.at;
}
