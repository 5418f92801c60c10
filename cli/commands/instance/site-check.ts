import type { CommandContext } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { withProgress } from '#cli/output/progress.ts';
import { refusal, throwIfDenied } from '#cli/peer-check.ts';
import { problemWith, readSecret, usable } from '#cli/prompts.ts';
import { siteAddress, tokenIn } from '#shared/moodle/client/site-access.ts';
import type { Finding, Health } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';
import { healthOfInstance, healthWithToken } from '#shared/store/tables/instance-health.ts';

/** What `--token-file` means, for the help. */
export const tokenFileHelp = 'file with the web service token; - reads it from standard input';

/** The token of a Moodle. @throws OperatorError where it is no token, or nobody can be asked */
export function readToken(context: CommandContext, file: string | undefined): Promise<string> {
  return readSecret(context, file, {
    name: 'token',
    option: '--token-file',
    prompt: 'Web service token (not shown):',
    in: tokenIn,
  });
}

/** A token that was entered in a form. @throws OperatorError where it is none */
export function enteredToken(text: string): string {
  return usable(() => tokenIn(text, 'What you entered'));
}

/** What is wrong with an address. */
export function addressProblem(text: string): string | undefined {
  return problemWith(() => siteAddress(text));
}

/** A Moodle's address as it is stored. @throws OperatorError */
export function checkedAddress(text: string): string {
  return usable(() => siteAddress(text));
}

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
    try {
      await tokens.get(instance);
    } catch (error) {
      throwIfDenied(error);
      // Anything else is a finding of the check.
      if (!(error instanceof TokenError)) throw error;
    }
    return healthOfInstance(instance, { tokens, now });
  });
}

/** How a Moodle that may not be saved is told of. */
export function siteRefusal(health: Health): string {
  const release = health.release ? ` (${health.release})` : '';
  return refusal(`The Moodle${release}`, health, findingsText(health.findings));
}

/** What a check found, with advice; empty where it found nothing. */
export function findingsText(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, code, message, advice }) => `  ${severity} ${code}: ${message}\n    → ${advice}`)
    .join('\n');
}
