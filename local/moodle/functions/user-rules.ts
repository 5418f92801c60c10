import { MoodleException, missingRecord } from '../moodle-exception.ts';
import type { MoodleSettings } from '../settings.ts';
import type { User } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { requireLength } from './values.ts';

// What PHP's FILTER_VALIDATE_EMAIL lets pass, but for quoted local parts: ASCII only, a domain with a dot, whose last
// label does not begin with a digit.
const EMAIL =
  /^(?=.{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Whether Moodle takes the address for one. */
export function isEmail(address: string): boolean {
  return EMAIL.test(address);
}

/** Whether the address belongs to a refused domain or to one below it. */
export function isRefusedEmail(address: string, refusedDomains: readonly string[]): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return refusedDomains.some((refused) => domain === refused || domain.endsWith(`.${refused}`));
}

/**
 * Moodle's password policy as installed but for its length: a digit, a lower-case and an upper-case letter, and another.
 *
 * @throws MoodleException whose errorcode is, as Moodle's is, a piece of HTML
 */
export function requireStrongPassword(
  password: string,
  { minPasswordLength: least }: Pick<MoodleSettings, 'minPasswordLength'>,
): void {
  const rules: [boolean, string][] = [
    [[...password].length >= least, `Passwords must be at least ${least} characters long.`],
    [/\d/.test(password), 'Passwords must have at least 1 digit(s).'],
    [/\p{Ll}/u.test(password), 'Passwords must have at least 1 lower case letter(s).'],
    [/\p{Lu}/u.test(password), 'Passwords must have at least 1 upper case letter(s).'],
    [
      /[^\p{L}\p{N}]/u.test(password),
      'The password must have at least 1 special character(s) such as as *, -, or #.',
    ],
  ];
  const broken = rules.filter(([kept]) => !kept).map(([, rule]) => `<div>${rule}</div>`);
  if (broken.length > 0) throw new MoodleException(broken.join(''), `error/${broken.join('')}`);
}

/** @throws MoodleException `dmlwriteexception` when a value is longer than its column */
export function requireUserLengths(user: Partial<User>): void {
  requireLength(user, {
    username: 100,
    firstname: 100,
    lastname: 100,
    email: 100,
    idnumber: 255,
    institution: 255,
    department: 255,
    city: 120,
    country: 2,
    phone1: 20,
    phone2: 20,
    address: 255,
  });
}

/** An account that is there; a deleted one is as unknown as one that never was. @throws MoodleException */
export function requireUser(state: SiteState, userid: number): User {
  const user = state.users.get(userid);
  if (!user || user.deleted) throw missingRecord('user');
  return user;
}

/** An account that may be enrolled, or no longer. @throws MoodleException that tells a deleted one from an unknown one */
export function requireActiveUser(state: SiteState, userid: number): User {
  const user = state.users.get(userid);
  if (user?.deleted) throw new MoodleException('userdeleted', 'error/userdeleted');
  return requireUser(state, userid);
}
