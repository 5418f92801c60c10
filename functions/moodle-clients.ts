import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Tokens } from '#shared/store/secrets/tokens.ts';
import { countCall } from './metrics.ts';
import { reserveForNotes } from './reserves.ts';

/**
 * Gives each piece of work a client of its instance that makes no call for which the worker has no time left: a Moodle
 * that is too slow counts as away, and what is left is tried again like after any outage. Each call is logged and
 * counted.
 */
export function moodleClients(
  tokens: Tokens,
  { log, metrics }: { log: Logger; metrics: Metrics },
): (instance: Instance, remainingMs: () => number) => Promise<MoodleClient> {
  return async (instance, remainingMs) =>
    new MoodleClient({
      baseUrl: instance.base_url,
      token: await tokens.get(instance),
      remainingMs: () => remainingMs() - reserveForNotes,
      onCall: (call) => {
        log.debug('Moodle called', { instance: instance.id, ...call });
        countCall(metrics, call, 'Moodle');
      },
    });
}
