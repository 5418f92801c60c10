import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitCode, exitCodes } from '#cli/exit-codes.ts';
import { withProgress } from '#cli/output/progress.ts';
import { isIdle, judgeLooks, type Look, type QueueDepth, total } from '#shared/store/queues/queue-watch.ts';

/** How a watch ended; `timeout` and `interrupted` leave the work going on. */
export type WatchEnd = 'done' | 'waiting' | 'stalled' | 'timeout' | 'interrupted';

export interface Watched {
  /** The messages that are left to work off. */
  depth(): Promise<QueueDepth>;
  /** How many records are known to wait for a later attempt; asked only when nothing is worked on. */
  explained(): Promise<number>;
}

/** Between two looks, in milliseconds: closer at first, so that what takes a second only is seen. */
const pauses = { first: 250, later: 2_000, laterAfter: 10_000 };

/**
 * Follows the work of queues until it is done, and shows how many messages are left. Ctrl-C ends the watching and not
 * the work.
 *
 * @param timeout milliseconds
 */
export async function watchQueues(
  { depth, explained }: Watched,
  timeout: number,
): Promise<{ end: WatchEnd; left: QueueDepth }> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt);
  try {
    return await withProgress('messages', async ({ update }) => {
      const looks: Look[] = [];
      const started = Date.now();
      let most = 0;
      for (;;) {
        const left = await depth();
        looks.push({ at: Date.now(), ...left });
        most = Math.max(most, total(left));
        update(most - total(left), most);
        const waiting = isIdle(left) && left.delayed > 0 ? await explained() : 0;
        const verdict = judgeLooks(looks, waiting);
        if (verdict !== 'busy') return { end: verdict, left };
        const elapsed = Date.now() - started;
        if (elapsed >= timeout) return { end: 'timeout', left };
        const pause = elapsed < pauses.laterAfter ? pauses.first : pauses.later;
        if (!(await pauseUnless(pause, interruption.signal))) return { end: 'interrupted', left };
      }
    });
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** @returns false where it was interrupted */
async function pauseUnless(pause: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(pause, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** A sentence for people on how a watch ended; none where all is done. */
export function sayEnd(end: WatchEnd, left: QueueDepth): string[] {
  const messages = `about ${total(left)} of the queues' messages`;
  switch (end) {
    case 'done':
      return [];
    case 'waiting':
      return [
        `Left for later: ${messages}, for another attempt, a paused instance or the brake. They go on by themselves.`,
      ];
    case 'stalled':
      return [
        `Not moved for 6 minutes: ${messages}. The function that had them failed; they come back within half an hour, ` +
          'and the alarms and logs of the stack say why.',
      ];
    case 'timeout':
      return [`It is not done yet, and goes on by itself. Left: ${messages}.`];
    case 'interrupted':
      return [`The work goes on without this command. Left: ${messages}.`];
  }
}

/** A watch that was ended by the operator, or in which nothing moves, has not seen all done. */
export function exitCodeOf(end: WatchEnd): ExitCode {
  if (end === 'interrupted') return exitCodes.interrupted;
  return end === 'stalled' || end === 'timeout' ? exitCodes.failed : exitCodes.done;
}
