import { setTimeout as sleep } from 'node:timers/promises';

/** A table that is asked for more than it can give or take, also after some waiting. What asked is tried again later. */
export class TableBusyError extends Error {
  override name = 'TableBusyError';

  /** @param rest how many items it has left out */
  constructor(table: string, rest: number) {
    super(
      `DynamoDB has left out ${rest} items of the table ${table} for ${patienceMilliseconds / 1000} s: more is asked of it than it can give. What this belongs to is tried again later.`,
    );
  }
}

/** Shorter than any function runs, and long enough for a burst that others have caused to pass. */
const patienceMilliseconds = 30_000;
const firstWait = 50;
const longestWait = 5_000;

/**
 * Asks again for what DynamoDB leaves out of a batch, for lack of capacity or because an answer would be too large: later
 * each time, and not for ever.
 *
 * @param step tries some items. @returns those that were left out
 * @param clock milliseconds since 1970
 * @throws TableBusyError
 */
export async function untilDone<Item>(
  table: string,
  items: readonly Item[],
  step: (rest: readonly Item[]) => Promise<readonly Item[]>,
  clock: { now(): number; sleep(milliseconds: number): Promise<unknown> } = { now: Date.now, sleep },
): Promise<void> {
  const end = clock.now() + patienceMilliseconds;
  let rest = await step(items);
  for (let wait = firstWait; rest.length > 0; wait = Math.min(wait * 2, longestWait)) {
    if (clock.now() >= end) throw new TableBusyError(table, rest.length);
    await clock.sleep(wait * (0.5 + Math.random() / 2));
    rest = await step(rest);
  }
}
