import { type ExitCode, exitCodes } from '#cli/exit-codes.ts';
import { type QueueDepth, total } from '#shared/engine/queue-watch.ts';
import type { WatchEnd } from './watch-queues.ts';

/** A sentence for people on how a watch ended; none where all is done. */
export function sayEnd(end: WatchEnd, left: QueueDepth): string[] {
  const messages = total(left) === 1 ? '1 message' : `${total(left)} messages`;
  switch (end) {
    case 'done':
      return [];
    case 'waiting':
      return [
        `${messages} (about) wait for a later attempt, for a paused instance or for the brake; they go on by themselves.`,
      ];
    case 'stalled':
      return [
        `${messages} (about) have not moved for 6 minutes: the function that had them failed. They come back within half ` +
          'an hour; the alarms and logs of the stack say why.',
      ];
    case 'timeout':
      return [`It is not done yet: ${messages} (about) are left. The work goes on by itself.`];
    case 'interrupted':
      return [`The work goes on without this command: ${messages} (about) are left.`];
  }
}

export function exitCodeOf(end: WatchEnd): ExitCode {
  if (end === 'interrupted') return exitCodes.interrupted;
  return end === 'stalled' || end === 'timeout' ? exitCodes.failed : exitCodes.done;
}
