import type { CommandContext } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { withProgress } from '#cli/output/progress.ts';
import { refusal, throwIfDenied } from '#cli/peer-check.ts';
import { problemWith, readSecret, usable } from '#cli/prompts.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { siteAddress, tokenIn } from '#shared/moodle/client/site-access.ts';
import { isCustomField, profileOf } from '#shared/moodle/conventions/profile.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { type Finding, type Health, withFindings } from '#shared/moodle/health/health.ts';
import { languageFindings, markFields } from '#shared/moodle/health/profile-fields.ts';
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
 * Asks a Moodle, from this machine, whether it can be synced with. Where the instance fills in fields that the site has
 * added, the token's own account gets a word in them (shared/moodle/health/profile-fields.ts).
 *
 * @param token the stored one unless given
 * @throws AccessDeniedException of AWS when the operator may not read the token
 */
export function checkSite(
  { tokens, now, records }: Pick<Deployment, 'tokens' | 'now' | 'records'>,
  instance: Instance,
  token?: string,
): Promise<Health> {
  return withProgress('Moodle asked', async (progress) => {
    progress.update(0, 1);
    try {
      const given = token ?? (await tokens.get(instance));
      const found = await askForProfile(instance, given, records);
      return withFindings(await healthWithToken(instance, given, now), found);
    } catch (error) {
      throwIfDenied(error);
      // Anything else is a finding of the check.
      if (!(error instanceof TokenError)) throw error;
    }
    return healthOfInstance(instance, { tokens, now });
  });
}

/** So many people of each model show which languages, and choices of a menu, come from the ERP. */
const asExamples = 50;

/** Asks by what some people have, and has the token's account marked. No call where the settings name no such thing. */
async function askForProfile(
  instance: Instance,
  token: string,
  records: Deployment['records'],
): Promise<Finding[]> {
  const { profile } = instance;
  if (profile.lang === undefined && !Object.keys(profile).some(isCustomField)) return [];
  const client = new MoodleClient({ baseUrl: instance.base_url, token });
  try {
    const info = await getSiteInfo(client);
    const pages = (['op.student', 'op.faculty'] as const).map((model) =>
      records.page(model, { limit: asExamples }),
    );
    const people = (await Promise.all(pages)).flatMap(({ items }) => items);
    const profiles = people.map((item) => profileOf(profile, item).fields);
    await markFields(client, info, instance, (shortname) => [
      ...new Set(profiles.flatMap((fields) => fields[`profile_field_${shortname}`] || [])),
    ]);
    return await languageFindings(
      client,
      profiles.flatMap(({ lang }) => lang ?? []),
    );
  } catch (error) {
    // What Moodle says is a finding of the check; anything else is thrown on.
    failureOf(error);
    return [];
  }
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
