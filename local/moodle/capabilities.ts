import { capabilitiesFor, everyFunction } from '#shared/moodle/client/required-functions.ts';
import { MoodleException } from './moodle-exception.ts';
import type { MoodleSettings } from './settings.ts';

type Settings = Pick<MoodleSettings, 'identityHidden' | 'tokenUserIsSiteAdmin' | 'withoutCapabilities'>;

/** The role that docs/moodle-setup.md gives the token's user, for all that a setting may ask. */
const ofTheRole = capabilitiesFor(everyFunction);
/** Some of the many that a site has besides. */
const ofOthers = ['moodle/site:config', 'moodle/user:delete', 'moodle/course:delete'];

/** The capabilities that a site knows: those of a plugin that is not installed it does not. */
export function knownCapabilities({ attendance }: Pick<MoodleSettings, 'attendance'>): string[] {
  const isThere = (name: string) => attendance !== 'missing' || !name.startsWith('mod/attendance:');
  return [...ofTheRole, ...ofOthers].filter(isThere);
}

/** Whether the token's user has a capability, everywhere on the site; a site administrator has all. */
export function holds(settings: Settings, capability: string): boolean {
  if (settings.tokenUserIsSiteAdmin) return true;
  if (settings.identityHidden && capability === 'moodle/site:viewuseridentity') return false;
  return ofTheRole.includes(capability) && !settings.withoutCapabilities.includes(capability);
}

/** @throws MoodleException `nopermissions` */
export function requireCapability(settings: Settings, capability: string): void {
  if (holds(settings, capability)) return;
  throw new MoodleException(
    'nopermissions',
    'Sorry, but you do not currently have permissions to do that.',
    'required_capability_exception',
  );
}
