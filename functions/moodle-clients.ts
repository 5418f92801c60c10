import { reserve } from '#functions/reserve.ts';
import type { Instance } from '#shared/engine/instance.ts';
import { type FinishedCall, MoodleClient } from '#shared/moodle/client.ts';
import type { Tokens } from '#shared/store/tokens.ts';

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
