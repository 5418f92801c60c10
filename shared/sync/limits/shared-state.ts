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
  store: { read(): Promise<State>; save(state: State): Promise<boolean> },
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
