import * as z from 'zod';
import { assignRoles } from '#shared/moodle/functions/roles.ts';
import type { SiteInfo } from '#shared/moodle/functions/site.ts';
import type { MoodleClient } from './client.ts';
import { MoodleError } from './errors.ts';
import { warningsSchema } from './schemas.ts';

/** The id that Moodle's installer gives the site's own course. */
const frontPage = 1;

/** What a question about capabilities gave. */
export interface CapabilityAnswer {
  /** Those that the token's user does not have. */
  lacked: string[];
  /** Those that the site does not know: their plugin is not installed. */
  unknown: string[];
}

const coursesSchema = warningsSchema.extend({ courses: z.array(z.object({ id: z.number() })) });

/**
 * Which of these capabilities the token's user lacks on the site's front page, and so everywhere, unless a category or
 * a course overrides its role. Nothing is changed: `mod_assign_get_assignments` leaves out a course in which the caller
 * lacks one of the capabilities that it is given (mod/assign/externallib.php, Moodle 4.5). One call where all is well,
 * otherwise some more to find out which.
 */
export async function lackedCapabilities(
  client: MoodleClient,
  site: Pick<SiteInfo, 'siteid'>,
  capabilities: readonly string[],
): Promise<CapabilityAnswer> {
  if (capabilities.length === 0) return { lacked: [], unknown: [] };
  const answer = await ask(client, site.siteid ?? frontPage, capabilities);
  if (answer === 'held') return { lacked: [], unknown: [] };
  if (capabilities.length === 1) {
    return answer === 'unknown'
      ? { lacked: [], unknown: [...capabilities] }
      : { lacked: [...capabilities], unknown: [] };
  }
  const middle = Math.ceil(capabilities.length / 2);
  const first = await lackedCapabilities(client, site, capabilities.slice(0, middle));
  const second = await lackedCapabilities(client, site, capabilities.slice(middle));
  return { lacked: [...first.lacked, ...second.lacked], unknown: [...first.unknown, ...second.unknown] };
}

async function ask(
  client: MoodleClient,
  courseid: number,
  capabilities: readonly string[],
): Promise<'held' | 'lacked' | 'unknown'> {
  const query = { courseids: [courseid], capabilities, includenotenrolledcourses: true };
  try {
    const { courses } = await client.call('mod_assign_get_assignments', query, coursesSchema);
    return courses.some(({ id }) => id === courseid) ? 'held' : 'lacked';
  } catch (error) {
    // Moodle refuses names of capabilities that it does not know.
    if (error instanceof MoodleError && error.errorcode === 'invalidparameter') return 'unknown';
    throw error;
  }
}

/**
 * Whether the token's user may give somebody a role over an account, as {@link mayAssignRole} answers.
 *
 * Nothing is changed. Moodle is asked to give the role to nobody over the token's own user: it looks at the right and at the
 * role, and only then at who is to have it (assign_roles in enrol/externallib.php; `codingerror` on Moodle 4.5).
 */
export async function mayAssignOverUsers(
  client: MoodleClient,
  { userid }: Pick<SiteInfo, 'userid'>,
  roleid: number,
): Promise<'yes' | 'no-role' | 'no-right' | 'unknown'> {
  try {
    await assignRoles(client, [{ roleid, userid: 0, instanceid: userid }]);
    return 'unknown';
  } catch (error) {
    if (!(error instanceof MoodleError)) throw error;
    const answers = { codingerror: 'yes', invalidparameter: 'no-role', nopermissions: 'no-right' } as const;
    return answers[error.errorcode as keyof typeof answers] ?? 'unknown';
  }
}

/**
 * Whether the token's user may give somebody a role in courses: `no-role` where the role is not there or not among
 * those that its own role may assign, `no-right` where it may not enrol at all, `unknown` where Moodle answers
 * otherwise than 4.5 does.
 *
 * Nothing is changed. Moodle is asked to enrol the token's own user on the front page, which it never does: no enrolment
 * method can be added there, so after it has looked at the role the call ends with `wsnoinstance`, and the enrolment
 * itself refuses the front page once more (enrol_users in enrol/manual/externallib.php; add_instance and enrol_user in
 * lib/enrollib.php, Moodle 4.5).
 */
export async function mayAssignRole(
  client: MoodleClient,
  site: Pick<SiteInfo, 'siteid' | 'userid'>,
  roleid: number,
): Promise<'yes' | 'no-role' | 'no-right' | 'unknown'> {
  const enrolment = { roleid, userid: site.userid, courseid: site.siteid ?? frontPage };
  try {
    await client.call('enrol_manual_enrol_users', { enrolments: [enrolment] }, z.null());
    return 'unknown';
  } catch (error) {
    if (!(error instanceof MoodleError)) throw error;
    if (error.errorcode === 'wsnoinstance') return 'yes';
    if (error.errorcode === 'wsusercannotassign') return 'no-role';
    if (error.errorcode === 'nopermissions') return 'no-right';
    return 'unknown';
  }
}
