import { once } from 'node:events';

/** The user wants the run to end (Ctrl-C), or the machine does. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => controller.abort(new Interrupted(signal)));
  return controller.signal;
}

/** Waits for work, but no longer than until the interruption. @throws Interrupted */
export async function unlessInterrupted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const interrupted = untilInterrupted(signal).then(() => {
    throw signal.reason;
  });
  return Promise.race([work, interrupted]);
}

export async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
