import { chunkByVariables } from '#shared/moodle/client/form.ts';
import { failureOf, isInstanceFailure, mayBeDeadlock } from '#shared/moodle/failures.ts';
import type { Failure } from '#shared/sync/failure.ts';
import * as bulk from '#shared/sync/units/bulk.ts';
import type { PushContext } from './push-context.ts';

export type BulkOutcome<Result> = bulk.BulkOutcome<Result, Failure>;
export type SecondLook<Item, Result> = bulk.SecondLook<Item, Result, Failure>;

/** A web service function that takes many items, all or nothing, and does not say which item it refuses. */
export interface BulkCall<Item, Result> extends bulk.BulkCall<Item, Result, Failure> {
  /** Sorts items by what Moodle's transaction locks, so that calls of several workers do not deadlock. */
  order?(a: Item, b: Item): number;
  /** Form variables that one item takes. */
  variables(item: Item): number;
}

/** Deadlocked calls succeed a moment later; both sides waiting equally long would meet again. */
const pauseMilliseconds = () => 100 + Math.random() * 400;

/** Runs a bulk call of Moodle, in parts that stay within the limit of form variables. @returns an outcome for each item */
export function runInBulk<Item, Result>(
  context: Pick<PushContext, 'clock' | 'failure'>,
  items: Item[],
  call: BulkCall<Item, Result>,
): Promise<Map<Item, BulkOutcome<Result>>> {
  const ordered = call.order ? items.toSorted(call.order) : items;
  return bulk.inBulk(chunkByVariables(ordered, call.variables), call, {
    run: context,
    refusalOf: failureOf,
    isOfPeer: isInstanceFailure,
    isProof: (error) => !mayBeDeadlock(error),
    async mayPass(error) {
      if (mayBeDeadlock(error)) await context.clock.sleep(pauseMilliseconds());
      return mayBeDeadlock(error);
    },
  });
}
