import type { Instance } from '#shared/engine/instance.ts';
import { type FinishedCall, MoodleClient } from '#shared/moodle/client.ts';
import type { Tokens } from '#shared/store/tokens.ts';

/**
 * What a worker needs after its last call, in milliseconds, to note what came of its unit. A worker that Lambda ends
 * instead could not say what it has done, and the unit would come back only after the visibility timeout.
 */
const reserve = 20_000;

/**
 * Gives each piece of work a client of its instance that makes no call for which the worker has no time left: a Moodle
 * that is too slow counts as away, and what is left is tried again like after any outage.
 */
export function moodleClients(
  tokens: Tokens,
  onCall: (instance: string, call: FinishedCall) => void,
): (instance: Instance, remainingMs: () => number) => Promise<MoodleClient> {
  return async (instance, remainingMs) =>
    new MoodleClient({
      baseUrl: instance.base_url,
      token: await tokens.get(instance),
      remainingMs: () => remainingMs() - reserve,
      onCall: (call) => onCall(instance.id, call),
    });
}
