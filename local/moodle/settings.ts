import { setImmediate as turn } from 'node:timers/promises';
import type { triedReleases } from '#shared/moodle/client/release.ts';

/** A role of the site, with the ids a fresh Moodle gives them. */
export type Role = {
  id: number;
  name: string;
  shortname: string;
  assignable: boolean;
  /** Whether it is assigned in the contexts of users, and not in courses. */
  overUsers?: true;
};

/** The role of docs/moodle-setup.md that an administrator makes where parents get accounts. */
export const parentRole: Role = {
  ...{ id: 9, name: 'Parent', shortname: 'parent' },
  ...{ assignable: true, overUsers: true },
};

/** A field that a site has added to its accounts. */
export type CustomField = {
  shortname: string;
  type: 'text' | 'menu' | 'checkbox' | 'datetime';
  /** Of a menu. */
  options?: readonly string[];
  /** Of a text: as much as is kept of it. */
  length?: number;
  default?: string;
};

/** How the simulated site is set up. */
export type MoodleSettings = {
  /** Shown in the site info and on the page. */
  siteName: string;
  /** What the site info gives as the release; where releases differ, the site behaves like it. */
  release: string;
  /** What the site info gives as the version. */
  version: string;
  /** Whether the token's user lacks moodle/site:viewuseridentity: e-mail addresses of others are hidden from it. */
  identityHidden: boolean;
  /** Capabilities taken from the role of the token's user; it has those that docs/moodle-setup.md lists. */
  withoutCapabilities: readonly string[];
  /** Functions of the external service; empty means all that are implemented. */
  functions: readonly string[];
  /** Functions taken out of the external service; calling one gives `accessexception`. */
  withoutFunctions: readonly string[];
  /** Under which names the attendance plugin has its functions: older ones had others. `missing`: not installed. */
  attendance: 'mod_attendance' | 'mod_wsattendance' | 'missing';
  /** The version of the attendance plugin: those of 2026 look at what `update_user_status` is given. */
  attendanceVersion: string;
  /** PHP's max_input_vars: form variables past it are silently dropped. 5000 is usual, 1000 is careless. */
  maxInputVars: number;
  /** Whether the user behind the token is a site administrator. */
  tokenUserIsSiteAdmin: boolean;
  /** Whether two accounts may have one e-mail address. */
  allowAccountsSameEmail: boolean;
  /** Characters that a password has at least, by the site's policy. */
  minPasswordLength: number;
  /**
   * Domains whose addresses are refused when an account is created, as a plugin may and Moodle does not: the domains that
   * a site denies (`denyemailaddresses`) are looked at on its pages only (4.5 and 5.1).
   */
  refusedEmailDomains: readonly string[];
  /** Authentication plugins by name; `internal` ones keep a password in Moodle. */
  authMethods: Readonly<Record<string, 'internal' | 'external'>>;
  languages: readonly string[];
  /** Fields that the site has added to its accounts; undefined where it takes any, as a copy has to of another site. */
  customFields: readonly CustomField[] | undefined;
  themes: readonly string[];
  roles: readonly Role[];
  /** How long a call works before its state changes (its transaction stays open that long), in milliseconds. */
  latencyMilliseconds: number;
  /** How long a call waits after its state has changed before it answers, in milliseconds. */
  afterMilliseconds: number;
  /** What a call that adds something waits for before others see it; by default only that calls under way get on. */
  beforeCommit: (functionName: string) => Promise<unknown>;
  /** Deadlocks between overlapping calls that lock the same rows in different orders; off when undefined. */
  deadlocks: { probability: number; seed: number } | undefined;
};

/** The releases of which it is known, from live ones, what they do otherwise; each with an attendance plugin of its time. */
export const releases = {
  '4.5': { release: '4.5.6 (Build: 20250811)', version: '2024100706', attendanceVersion: '2024020500' },
  '5.1': { release: '5.1+ (Build: 20251017)', version: '2025100600.02', attendanceVersion: '2026042100' },
} as const satisfies Record<(typeof triedReleases)[number], Partial<MoodleSettings>>;

/** A site as Moodle installs it. */
export const defaultSettings: MoodleSettings = {
  ...releases['4.5'],
  siteName: 'Simulated Moodle',
  identityHidden: false,
  withoutCapabilities: [],
  functions: [],
  withoutFunctions: [],
  attendance: 'mod_attendance',
  maxInputVars: 5000,
  tokenUserIsSiteAdmin: false,
  allowAccountsSameEmail: false,
  minPasswordLength: 8,
  refusedEmailDomains: [],
  authMethods: {
    manual: 'internal',
    email: 'internal',
    ldap: 'external',
    nologin: 'external',
    oauth2: 'external',
    oidc: 'external',
    saml2: 'external',
  },
  languages: ['en'],
  customFields: [],
  themes: ['boost', 'classic'],
  roles: [
    { id: 1, name: 'Manager', shortname: 'manager', assignable: true },
    { id: 2, name: 'Course creator', shortname: 'coursecreator', assignable: false },
    { id: 3, name: 'Teacher', shortname: 'editingteacher', assignable: true },
    { id: 4, name: 'Non-editing teacher', shortname: 'teacher', assignable: true },
    { id: 5, name: 'Student', shortname: 'student', assignable: true },
  ],
  latencyMilliseconds: 0,
  afterMilliseconds: 0,
  beforeCommit: someTurns,
  deadlocks: undefined,
};

/** Enough turns of the event loop for a request that has arrived to be answered. */
async function someTurns(): Promise<void> {
  for (let count = 0; count < 10; count += 1) await turn();
}
