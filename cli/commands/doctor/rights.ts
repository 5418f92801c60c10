import { lackedCapabilities, mayAssignOverUsers, mayAssignRole } from '#shared/moodle/client/capabilities.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import {
  capabilitiesFor,
  capabilitiesOfEveryCall,
  missingFunctions,
  type RequiredFunction,
} from '#shared/moodle/client/required-functions.ts';
import { attendanceFunctionName } from '#shared/moodle/functions/attendance.ts';
import type { SiteInfo } from '#shared/moodle/functions/site.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { failed, ok, type Said, unknown, warning } from './check.ts';

/** The function whose capabilities only decide how much of an account is shown. */
const showsAccounts = 'core_user_get_users_by_field';

/**
 * Whether the role of the token's user has the capabilities that the functions need which the site offers it.
 *
 * @param wanted the functions that the instance needs
 */
export async function checkCapabilities(
  client: MoodleClient,
  info: SiteInfo,
  wanted: readonly RequiredFunction[],
): Promise<Said[]> {
  if (!info.functions.includes('mod_assign_get_assignments')) {
    return [unknown('Which capabilities the role has cannot be asked without mod_assign_get_assignments.')];
  }
  const missing = new Set(missingFunctions(info.functions, wanted));
  const offered = wanted.filter((one) => !missing.has(one));
  // Without webservice/rest:use there would be no answer at all.
  const needed = capabilitiesFor(offered).filter((name) => !capabilitiesOfEveryCall.includes(name as never));
  const { lacked, unknown: notThere } = await lackedCapabilities(client, info, needed);
  if (lacked.length + notThere.length === 0) return [ok(`The role has all ${needed.length} capabilities.`)];
  return [
    ...lacked.map((name) => lackedCapability(name, offered)),
    ...notThere.map((name) =>
      unknown(
        `The site does not know the capability ${name}: its plugin is another release than was measured.`,
      ),
    ),
  ];
}

function lackedCapability(name: string, offered: readonly RequiredFunction[]): Said {
  const needing = offered.filter(({ capabilities }) => capabilities.includes(name));
  const names = needing.map((one) => `${one.name} (${one.purpose})`);
  const message = `The role of the token's user lacks ${name}, which is needed by ${names.join(', ')}.`;
  const advice = 'Allow it in the role (docs/moodle-setup.md, 2).';
  const stopsPush = needing.some(
    ({ name: moodleFunction, direction, setting }) =>
      direction !== 'pull' && setting === undefined && moodleFunction !== showsAccounts,
  );
  return stopsPush ? failed(message, advice) : warning(message, advice);
}

/** Whether the roles of students and teachers, and of parents where there is one, are there, and the token's user may give them. */
export async function checkRoles(
  client: MoodleClient,
  info: SiteInfo,
  { role_ids, teacher_roles }: Pick<Instance, 'role_ids' | 'teacher_roles'>,
): Promise<Said[]> {
  const said: Said[] = [];
  for (const [name, id] of Object.entries(role_ids)) {
    // Without the function another check says so.
    if (name === 'parent' && !info.functions.includes('core_role_assign_roles')) continue;
    const ask = name === 'parent' ? mayAssignOverUsers : mayAssignRole;
    said.push(roleSaid(`role_ids.${name}`, id, await ask(client, info, id)));
  }
  for (const [name, id] of Object.entries(teacher_roles))
    said.push(roleSaid(`teacher_roles.${name}`, id, await mayAssignRole(client, info, id)));
  return said;
}

function roleSaid(name: string, id: number, answer: Awaited<ReturnType<typeof mayAssignRole>>): Said {
  switch (answer) {
    case 'yes':
      return ok(`The role of ${name} (${id}) is there, and the token's user may give it.`);
    case 'no-role':
      return failed(
        `The token's user may not give the role of ${name} (${id}), or there is no such role.`,
        'Tick it under “Allow role assignments” of the token’s role (docs/moodle-setup.md, 2), or correct the setting.',
      );
    case 'no-right':
      return failed(
        `The token's user may not enrol anybody, so it cannot give the role of ${name} (${id}).`,
        'Allow enrol/manual:enrol and moodle/role:assign in its role (docs/moodle-setup.md, 2).',
      );
    case 'unknown':
      return unknown(`Whether the role of ${name} (${id}) can be given, this Moodle does not tell.`);
  }
}

/** Whether the site has its attendance plugin where attendance goes there. */
export function checkAttendance(info: SiteInfo, { sync_attendance_from }: Instance): Said[] {
  const isThere = attendanceFunctionName('get_sessions', info.functions) !== undefined;
  if (isThere || sync_attendance_from === 'moodle') return [];
  return [
    failed(
      `sync_attendance_from is ${sync_attendance_from}, and the token has no functions of mod_attendance.`,
      'Install the plugin mod_attendance and add its functions (docs/moodle-setup.md, 4), or set it to moodle.',
    ),
  ];
}
