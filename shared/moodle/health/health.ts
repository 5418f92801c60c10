import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { mayAssignRole } from '#shared/moodle/client/capabilities.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { MoodleAnswerError } from '#shared/moodle/client/errors.ts';
import { placeAmongTried, triedReleases } from '#shared/moodle/client/release.ts';
import {
  functionsFor,
  missingFunctions,
  type RequiredFunction,
  requiredFunctions,
} from '#shared/moodle/client/required-functions.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { getCourseByField } from '#shared/moodle/functions/courses.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { courseTemplates, type Instance } from '#shared/moodle/instance/instance.ts';
import { profileFindings } from './profile-fields.ts';

/** Something about an instance that a person should know: `failed` stops the sync, a `note` is no trouble. Holds no personal data. */
export const findingSchema = z.object({
  code: z.string(),
  severity: z.enum(['note', 'warning', 'failed']),
  /** What was found, as a sentence. */
  message: z.string(),
  /** What to do about it, as a sentence. */
  advice: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What the last check of an instance gave; kept in the attribute `health` of its row. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'warning', 'failed']),
  /** ISO 8601 in UTC. */
  checked_at: z.string(),
  /** Moodle's release, where it answered. */
  release: z.string().optional(),
  findings: z.array(findingSchema),
});
export type Health = z.infer<typeof healthSchema>;

/** Moodle's installer makes the guest account and the first administrator under these ids, both with an address. */
const installedAccounts = ['1', '2'];

/** The health that follows from what was found. @param now milliseconds since 1970 */
export function healthOf(findings: Finding[], now: number, release?: string): Health {
  const severities = new Set(findings.map(({ severity }) => severity));
  const status = severities.has('failed') ? 'failed' : severities.has('warning') ? 'warning' : 'ok';
  return { status, checked_at: new Date(now).toISOString(), ...(release && { release }), findings };
}

/** A health with more findings. */
export function withFindings(health: Health, findings: readonly Finding[]): Health {
  return healthOf([...health.findings, ...findings], Date.parse(health.checked_at), health.release);
}

/**
 * Asks a Moodle whether it can be synced with: it answers, takes the token, is new enough, offers the functions,
 * and shows accounts to the token's user; the courses that are templates are there, and fields that the site has to have.
 * Two reading calls, one for each template, one for the fields, and one for each role of teachers. What is wrong is answered, not thrown.
 */
export async function checkHealth(
  client: MoodleClient,
  instance: Instance,
  now: () => number,
): Promise<Health> {
  try {
    const info = await getSiteInfo(client);
    const findings = [
      ...siteFindings(info, instance),
      ...(await accountFindings(client, info)),
      ...(await templateFindings(client, instance)),
      ...(await profileFindings(client, info, instance)),
      ...(await roleFindings(client, info, instance)),
    ];
    return healthOf(findings, now(), info.release);
  } catch (error) {
    const { code, reason, advice } = failureOf(error);
    return healthOf([{ code, severity: 'failed', message: reason, advice }], now());
  }
}

/** What the site info alone tells. */
export function siteFindings(info: SiteInfo, instance: Instance): Finding[] {
  const findings = missingFunctions(info.functions, functionsFor(instance)).map(missingFunction);
  const place = placeAmongTried(info.release);
  if (place === 'older') {
    findings.unshift({
      code: 'release-too-old',
      severity: 'failed',
      message: `The site runs Moodle ${info.release}; ${triedReleases[0]} or newer is needed.`,
      advice: 'Upgrade Moodle.',
    });
  }
  if (place === 'newer') {
    findings.push({
      code: 'release-not-tried',
      severity: 'note',
      message: `The site runs Moodle ${info.release}; this product was tried with ${triedReleases.join(' and ')}.`,
      advice:
        'Nothing is known to be wrong with it. A newer release of oec-moodle-sync may know it; docs/testing.md says how ' +
        'to try it.',
    });
  }
  if (info.userissiteadmin) {
    findings.push({
      code: 'token-of-site-administrator',
      severity: 'warning',
      message: "The token's user is a site administrator: a token that leaks opens everything.",
      advice: 'Make a user and a role of its own as docs/moodle-setup.md says, and a new token for it.',
    });
  }
  return findings;
}

/** The courses that new ones are to begin with and that the token's user does not find. */
export async function templateFindings(client: MoodleCaller, instance: Instance): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of courseTemplates(instance)) {
    if (await getCourseByField(client, 'shortname', name)) continue;
    findings.push({
      code: 'no-template',
      severity: 'warning',
      message: `The course ${name}, with whose content new courses are to begin, is not there.`,
      advice: 'Make it in Moodle under this short name, or correct course_template or course_templates.',
    });
  }
  return findings;
}

/** The roles by what teachers are that the token's user may not give. */
async function roleFindings(
  client: MoodleClient,
  info: SiteInfo,
  { teacher_roles }: Instance,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, roleid] of Object.entries(teacher_roles)) {
    if ((await mayAssignRole(client, info, roleid)) !== 'no-role') continue;
    findings.push({
      code: 'role-not-assignable',
      severity: 'warning',
      message: `The token's user may not give the role of teacher_roles.${name} (${roleid}), or there is no such role.`,
      advice:
        'Tick it under “Allow role assignments” of the token’s role (docs/moodle-setup.md, 2), or correct the setting.',
    });
  }
  return findings;
}

/** Without a function for pushing records stay behind; without one for pulling, or for a setting, only what it is for. */
function missingFunction({ name, direction, purpose, capabilities, setting }: RequiredFunction): Finding {
  const asking = setting && `, which ${setting} asks for`;
  const lack = `The token's external service lacks ${name} (${purpose})${asking ?? ''}`;
  const rights = setting ? `, and allow ${capabilities.join(', ')} in its role (2)` : '';
  const advice = `Add it to the external service in Moodle (docs/moodle-setup.md, 4)${rights}.`;
  const code = 'missing-function';
  if (!name.startsWith('mod_attendance_')) {
    const severity = direction === 'pull' || setting ? 'warning' : 'failed';
    return { code, severity, message: `${lack}.`, advice };
  }
  const loss = direction === 'pull' ? 'no attendance comes from Moodle' : 'no attendance goes to Moodle';
  const need =
    'It is not there without the plugin mod_attendance, and not needed where attendance is not taken in Moodle.';
  return { code, severity: 'warning', message: `${lack}: ${loss}.`, advice: `${advice} ${need}` };
}

/**
 * Whether the token's user sees others' addresses. Without moodle/site:viewuseridentity a lookup by e-mail finds
 * nothing and says nothing. One's own address is always shown (Moodle's user/lib.php, user_get_user_details), so
 * looking oneself up would prove nothing: two accounts that every site has are looked at instead.
 */
export async function accountFindings(client: MoodleClient, info: SiteInfo): Promise<Finding[]> {
  if (
    missingFunctions(info.functions, requiredFunctions).some(
      ({ name }) => name === 'core_user_get_users_by_field',
    )
  )
    return [];
  const ids = installedAccounts.filter((id) => id !== String(info.userid));
  try {
    const accounts = await getUsersByField(client, 'id', ids);
    if (accounts.length > 0 && accounts.every(({ email }) => email !== '')) return [];
  } catch (error) {
    // An account without its username is not of the documented shape.
    if (!(error instanceof MoodleAnswerError)) throw error;
  }
  return [
    {
      code: 'accounts-hidden',
      severity: 'warning',
      message:
        "The token's user does not see other accounts whole: lookups by e-mail or ID number find nothing, and people " +
        'who have an account get conflicts or a second one.',
      advice:
        'Give its role moodle/user:viewdetails, moodle/user:viewalldetails and moodle/site:viewuseridentity, and keep ' +
        '“Email address” among the site’s user identity fields.',
    },
  ];
}
