import { type ExitCode, exitCodes } from '#cli/exit-codes.ts';
import { type QueueDepth, total } from '#shared/store/queues/queue-watch.ts';
import type { WatchEnd } from './watch-queues.ts';

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
