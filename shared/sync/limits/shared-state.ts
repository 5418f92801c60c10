import type * as z from 'zod';

/** States by their keys; one that somebody has written since it was read is not overwritten. */
export interface StateStore {
  /** The state as it was written, with its revision; undefined where there is none. */
  read(key: string): Promise<unknown>;
  /** Writes the state if nobody has written it since it was read (revision 0: not there), and answers whether it did. */
  save<State extends { revision: number }>(key: string, state: State): Promise<boolean>;
}

/** Reads and writes one state that many workers share. */
export interface SharedState<State> {
  read(): Promise<State>;
  /** Writes the state if nobody has written it since it was read, and answers whether it did. */
  save(state: State): Promise<boolean>;
}

/** The state under a key; where there is none, what the schema makes of nothing. */
export function stateAt<State extends { revision: number }>(
  states: StateStore,
  key: string,
  schema: z.ZodType<State>,
): SharedState<State> {
  return {
    read: async () => schema.parse((await states.read(key)) ?? {}),
    save: (state) => states.save(key, state),
  };
}

/** Too many workers wrote one state at once, or its row is gone. */
export class SharedStateError extends Error {
  override name = 'SharedStateError';
}

/** More collisions than all workers of a stack can cause by chance. */
const mostTries = 50;

/**
 * Changes a state that many workers share: reads it, works out the next one, and writes that if nobody has written
 * in between, else starts again.
 *
 * @param next answers the very same object where nothing is to be written
 * @throws SharedStateError
 */
export async function changeShared<State>(
  store: SharedState<State>,
  next: (state: State) => State,
): Promise<{ before: State; after: State }> {
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await store.read();
    const after = next(before);
    if (after === before || (await store.save(after))) return { before, after };
  }
  throw new SharedStateError(
    'A state in the instances table could not be written: it changed all the time, or the instance was removed.',
  );
}
