import { chunkByVariables } from '#shared/moodle/client/chunk-by-variables.ts';
import { failureOf, isInstanceFailure, mayBeDeadlock } from '#shared/moodle/failures.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { PushContext } from './push-context.ts';

export type BulkOutcome<Result> = { done: Result } | { failure: Failure };

/** What a second look found out about items whose call was refused. Items it does not name are tried again. */
export interface SecondLook<Item, Result> {
  outcomes: Map<Item, BulkOutcome<Result>>;
  /** True when items were changed (another username, say) so that the same call is worth repeating. */
  amended?: boolean;
}

/** A web service function that takes many items, all or nothing, and does not say which item it refuses. */
export interface BulkCall<Item, Result> {
  /** Sorts items by what Moodle's transaction locks, so that calls of several workers do not deadlock. */
  order?(a: Item, b: Item): number;
  /** Form variables that one item takes. */
  variables(item: Item): number;
  /** One call; answers the items' outcomes in their order, or throws when Moodle refuses them all. */
  call(items: Item[]): Promise<BulkOutcome<Result>[]>;
  /** Looks the items up after a refusal: somebody else may have stored them, or our own lost answer has. */
  lookAgain?(items: Item[], error: unknown): Promise<SecondLook<Item, Result>>;
  /** What a refusal of this one item means; by default what the failure table says. */
  refused?(item: Item, error: unknown): Promise<BulkOutcome<Result>>;
}

/** Deadlocked calls succeed a moment later; both sides waiting equally long would meet again. */
const pauseMilliseconds = () => 100 + Math.random() * 400;

/**
 * Runs a bulk call so that every good item arrives and every bad one is named: the call as a whole, once more
 * where a deadlock may be the cause, then a second look at what exists, then by halves. Calls for 50 items of
 * which k are bad: about 2 k log2(50 / k).
 *
 * What says something about the instance (away, token refused) ends the run: the items left get that failure.
 *
 * @returns an outcome for each item
 */
export async function runInBulk<Item, Result>(
  context: Pick<PushContext, 'clock' | 'failure'>,
  items: Item[],
  bulk: BulkCall<Item, Result>,
): Promise<Map<Item, BulkOutcome<Result>>> {
  const outcomes = new Map<Item, BulkOutcome<Result>>();
  const ordered = bulk.order ? items.toSorted(bulk.order) : items;
  for (const chunk of chunkByVariables(ordered, bulk.variables)) await runChunk(chunk);
  return outcomes;

  async function runChunk(chunk: Item[]): Promise<void> {
    let error = await attempt(chunk);
    if (error !== undefined && mayBeDeadlock(error)) {
      await context.clock.sleep(pauseMilliseconds());
      error = await attempt(chunk);
    }
    if (error === undefined) return;
    let rest = chunk;
    if (bulk.lookAgain) {
      const look = await guarded(chunk, () => bulk.lookAgain!(chunk, error));
      if (!look) return;
      for (const [item, outcome] of look.outcomes) outcomes.set(item, outcome);
      rest = chunk.filter((item) => !look.outcomes.has(item));
      if (rest.length === 0) return;
      if (rest.length < chunk.length || look.amended) error = await attempt(rest);
      if (error === undefined) return;
    }
    await narrow(rest, error);
  }

  /** Finds the culprits among items that were refused together. */
  async function narrow(refused: Item[], error: unknown): Promise<void> {
    const [only] = refused;
    if (refused.length === 1 && only !== undefined) return settle(only, error);
    const middle = Math.ceil(refused.length / 2);
    const left = refused.slice(0, middle);
    const right = refused.slice(middle);
    const leftError = await attempt(left);
    if (leftError !== undefined) await narrow(left, leftError);
    // If the left half went through, the culprit is in the right one: no need to ask. A deadlock proves nothing.
    const rightError = leftError === undefined && !mayBeDeadlock(error) ? error : await attempt(right);
    if (rightError !== undefined) await narrow(right, rightError);
  }

  async function settle(item: Item, error: unknown): Promise<void> {
    let last = error;
    if (mayBeDeadlock(error)) {
      await context.clock.sleep(pauseMilliseconds());
      const again = await attempt([item]);
      if (again === undefined) return;
      last = again;
    }
    const outcome = bulk.refused
      ? await guarded([item], () => bulk.refused!(item, last))
      : { failure: failureOf(last) };
    if (outcome) outcomes.set(item, outcome);
  }

  /** One call; undefined when it went through or nothing more is to be tried, else the refusal. */
  async function attempt(batch: Item[]): Promise<unknown> {
    if (failAll(batch)) return undefined;
    try {
      const results = await bulk.call(batch);
      for (const [index, item] of batch.entries()) outcomes.set(item, results[index]!);
      return undefined;
    } catch (error) {
      if (!isInstanceFailure(error)) return error;
      context.failure = failureOf(error);
      failAll(batch);
      return undefined;
    }
  }

  async function guarded<T>(batch: Item[], look: () => Promise<T>): Promise<T | undefined> {
    if (failAll(batch)) return undefined;
    try {
      return await look();
    } catch (error) {
      // A look-up that fails leaves its items undecided: they share its failure and are tried again later.
      const failure = failureOf(error);
      if (isInstanceFailure(error)) context.failure = failure;
      for (const item of batch) outcomes.set(item, { failure });
      return undefined;
    }
  }

  function failAll(batch: Item[]): boolean {
    if (!context.failure) return false;
    for (const item of batch) outcomes.set(item, { failure: context.failure });
    return true;
  }
}
