import type { Clock, Log } from '#shared/sync/ports.ts';

const minute = 60_000;

/**
 * Notes successes, at most one a minute for each of those who are called: a gauge of hours needs no more, and a busy
 * row would otherwise be written with every unit. One that cannot be noted is only logged: the unit is done.
 *
 * @param note is given the time in ISO 8601 in UTC
 */
export function successNotes(
  note: (name: string, at: string) => Promise<void>,
  { clock, log }: { clock: Clock; log: Log },
): (name: string) => Promise<void> {
  const noted = new Map<string, number>();
  return async (name) => {
    const at = clock.now();
    if (at - (noted.get(name) ?? 0) < minute) return;
    noted.set(name, at);
    try {
      await note(name, new Date(at).toISOString());
    } catch (error) {
      log.warn('Success not noted', { instance: name, error });
    }
  };
}

/** Asks something at most once a minute. @returns what was answered last */
export function eachMinute<Answer>(
  ask: () => Promise<Answer>,
  { now }: Pick<Clock, 'now'>,
): () => Promise<Answer> {
  let known: { at: number; answer: Answer } | undefined;
  return async () => {
    if (!known || now() - known.at >= minute) known = { at: now(), answer: await ask() };
    return known.answer;
  };
}
