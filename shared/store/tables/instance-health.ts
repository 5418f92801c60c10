import { type FinishedCall, MoodleClient } from '#shared/moodle/client/client.ts';
import { checkHealth, type Health, healthOf } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { TokenError, type Tokens } from '#shared/store/secrets/tokens.ts';

/** A site that takes longer for two small questions is as good as away. */
const timeoutMs = 20_000;

/**
 * Checks a Moodle with the token that is stored for it. What is wrong, a missing token too, is answered and not thrown.
 *
 * @param now milliseconds since 1970
 */
export async function healthOfInstance(
  instance: Instance,
  { tokens, now, onCall }: { tokens: Tokens; now(): number; onCall?: (call: FinishedCall) => void },
): Promise<Health> {
  try {
    return await healthWithToken(instance, await tokens.get(instance), now, onCall);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const advice = 'Store the token as docs/deploy.md says, and check that the secret has that name.';
    return healthOf([{ code: 'no-token', severity: 'failed', message: error.message, advice }], now());
  }
}

/** Checks a Moodle with a token that may not be stored yet. @param now milliseconds since 1970 */
export function healthWithToken(
  instance: Instance,
  token: string,
  now: () => number,
  onCall?: (call: FinishedCall) => void,
): Promise<Health> {
  const client = new MoodleClient({
    baseUrl: instance.base_url,
    token,
    timeoutMs,
    ...(onCall && { onCall }),
  });
  return checkHealth(client, instance, now);
}
