import type { Deployment } from '#cli/connection/deployment.ts';
import { withProgress } from '#cli/output/progress.ts';
import type { Finding, Health } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { TokenError, type Tokens } from '#shared/store/secrets/tokens.ts';
import { healthOfInstance, healthWithToken } from '#shared/store/tables/instance-health.ts';

/** Findings after which saving the instance makes no sense, also where the operator insists: nothing would ever work. */
const hopeless = new Set(['invalidtoken']);

/**
 * Asks a Moodle, from this machine, whether it can be synced with.
 *
 * @param token the stored one unless given
 * @throws AccessDeniedException of AWS when the operator may not read the token
 */
export function checkSite(
  { tokens, now }: Pick<Deployment, 'tokens' | 'now'>,
  instance: Instance,
  token?: string,
): Promise<Health> {
  return withProgress('Moodle asked', async (progress) => {
    progress.update(0, 1);
    if (token !== undefined) return healthWithToken(instance, token, now);
    await requireReadable(tokens, instance);
    return healthOfInstance(instance, { tokens, now });
  });
}

/** An operator who may not read the token must not be told, nor have it noted, that there is none. */
async function requireReadable(tokens: Tokens, instance: Instance): Promise<void> {
  try {
    await tokens.get(instance);
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (cause.name === 'AccessDeniedException') throw cause;
    }
    // Anything else is a finding of the check.
    if (!(error instanceof TokenError)) throw error;
  }
}

/** Whether an instance with this health may be saved. */
export function maySave({ status, findings }: Health, { force }: { force?: boolean }): boolean {
  if (status !== 'failed') return true;
  return force === true && !findings.some(({ code }) => hopeless.has(code));
}

/** How a Moodle that may not be saved is told of. */
export function refusal({ release, findings }: Health): string {
  const isHopeless = findings.some(({ code }) => hopeless.has(code));
  return [
    `The Moodle${release ? ` (${release})` : ''} cannot be synced with as it is. Nothing was saved.`,
    findingsText(findings),
    isHopeless
      ? 'Put it right and run this again.'
      : 'Put it right and run this again, or save it nevertheless with --force.',
  ].join('\n');
}

/** What a check found, with advice; empty where it found nothing. */
export function findingsText(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, code, message, advice }) => `  ${severity} ${code}: ${message}\n    → ${advice}`)
    .join('\n');
}
