import type { Received } from '#shared/moodle/functions/parameters.ts';
import { databaseWriteError, invalidParameter, MoodleException, warningOf } from '../moodle-exception.ts';
import { nowInSeconds } from '../now-in-seconds.ts';
import { isClean } from '../parameters/clean.ts';
import { blankUser } from '../state/install-site.ts';
import type { User } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { cleaned, toldCustomFields, withCustomFields } from './user-profile.ts';
import { isEmail, isRefusedEmail, requireStrongPassword, requireUserLengths } from './user-rules.ts';
import { columnsSetBy } from './values.ts';
import type { CallContext, WebServiceFunctions } from './web-service-function.ts';

type NewUser = Received<'core_user_create_users'>['users'][number];

export const userFunctions = {
  /** All or nothing. */
  core_user_create_users: {
    commitsLater: true,
    capability: 'moodle/user:create',
    run: ({ users }, context) => users.map((user) => createUser(user, context)),
  },
  /** The good items are applied, the bad ones are warnings. */
  core_user_update_users: {
    capability: 'moodle/user:update',
    run: ({ users }, context) => ({
      warnings: users.flatMap(
        (change) =>
          warningOf({ item: 'user', itemid: change.id, release: context.settings.release }, () =>
            context.state.transaction(() => updateUser(change, context)),
          ) ?? [],
      ),
    }),
  },
  /** Many values of one field in one call; unknown ones are simply missing. */
  core_user_get_users_by_field: {
    run: ({ field, values }, context) => {
      const { state, settings, callerId, siteUrl } = context;
      const column = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (!column)
        throw new MoodleException(
          'codingerror',
          'Coding error detected, it must be fixed by a programmer: invalid field parameter',
          'core\\exception\\coding_exception',
        );
      if (!values.every((value) => isClean(value, column.type, settings))) throw invalidParameter();
      const found = new Map(
        values.flatMap((value) => column.find(state, value)).map((user) => [user.id, user]),
      );
      // One's own address is always shown; a user whose searched field is hidden counts as not found.
      const isHidden = (user: User) => settings.identityHidden && user.id !== callerId;
      return [...found.values()]
        .filter((user) => !(field === 'email' && isHidden(user)))
        .sort((a, b) => a.id - b.id)
        .map((user) => ({
          ...userAnswer(isHidden(user) ? { ...user, email: '' } : user, siteUrl),
          ...toldCustomFields(user, settings),
        }));
    },
  },
} satisfies Partial<WebServiceFunctions>;

function createUser(user: NewUser, { state, settings }: CallContext): { id: number; username: string } {
  if ([user.username, user.firstname, user.lastname].some((value) => value.trim() === ''))
    throw invalidParameter();
  if (state.userByUsername(user.username)) throw invalidParameter();
  const hasPasswordHere = settings.authMethods[user.auth] === 'internal';
  if (hasPasswordHere && !user.password && !user.createpassword) throw invalidParameter();
  if (!isEmail(user.email) || isRefusedEmail(user.email, settings.refusedEmailDomains))
    throw invalidParameter();
  if (!settings.allowAccountsSameEmail && state.userByEmail(user.email)) throw invalidParameter();
  if (hasPasswordHere && user.password && !user.createpassword)
    requireStrongPassword(user.password, settings);
  const { customfields, ...columns } = user;
  requireUserLengths(columns);
  if (user.lang === '') throw invalidParameter();
  const { id } = state.users.insert({
    ...blankUser(),
    ...cleaned(userColumns(columns)),
    customfields: withCustomFields([], customfields, settings),
  });
  if (user.createpassword) state.mail(id);
  return { id, username: user.username };
}

/** What is sent and stands in no column. */
const elsewhere = new Set(['id', 'password', 'createpassword', 'preferences', 'calendartype']);

/** @throws Error for what the simulated Moodle would have to keep and has no column for */
function userColumns(call: object): Partial<User> {
  const blank = blankUser();
  const lost = Object.entries(call).find(
    ([name, value]) => value !== undefined && !(name in blank || elsewhere.has(name)),
  );
  if (lost) throw new Error(`The simulated Moodle has no column ${lost[0]} of an account.`);
  return columnsSetBy(call, blank);
}

type UserChange = Received<'core_user_update_users'>['users'][number];

function updateUser(change: UserChange, context: CallContext): void {
  const { state } = context;
  const user = state.users.get(change.id);
  if (!user) throw new MoodleException('invaliduserid', 'Invalid user ID');
  requireUpdatable(user, context);
  if (change.email !== undefined && change.email !== user.email)
    requireFreeEmail(change.email, user, context);
  if (change.password) requireStrongPassword(change.password, context.settings);
  const { customfields, ...columns } = change;
  const row = cleaned(userColumns(columns));
  requireUserLengths(row);
  if (change.username !== undefined) requireFreeUsername(change.username, user, context);
  state.users.update(user.id, {
    ...row,
    customfields: withCustomFields(user.customfields, customfields, context.settings),
    timemodified: nowInSeconds(),
  });
}

function requireUpdatable(user: User, { state, callerId }: CallContext): void {
  if (user.siteAdmin && user.id !== callerId && !state.users.get(callerId)?.siteAdmin)
    throw new MoodleException('usernotupdatedadmin', 'Cannot update admin accounts');
  if (user.deleted) throw new MoodleException('usernotupdateddeleted', 'error/usernotupdateddeleted');
  if (user.guest) throw new MoodleException('usernotupdatedguest', 'Cannot update guest account');
}

function requireFreeEmail(email: string, user: User, { state, settings }: CallContext): void {
  if (!isEmail(email)) throw new MoodleException('useremailinvalid', 'Invalid email address');
  const taken = state.users.find('email', email).some((other) => other.id !== user.id);
  if (taken && !settings.allowAccountsSameEmail)
    throw new MoodleException('useremailduplicate', 'Duplicate email address');
}

/** Nobody looks whether a username is free: the database refuses to store it twice. */
function requireFreeUsername(username: string, user: User, { state }: CallContext): void {
  const owner = state.userByUsername(username);
  if (owner && owner.id !== user.id) throw databaseWriteError();
}

const fields: Record<string, { type: string; find: (state: SiteState, value: string) => User[] }> = {
  id: { type: 'int', find: (state, value) => [state.users.get(Number(value))].flatMap((user) => user ?? []) },
  idnumber: { type: 'raw', find: (state, value) => state.users.find('idnumber', value) },
  username: { type: 'username', find: (state, value) => state.users.find('username', value) },
  email: { type: 'raw_trimmed', find: (state, value) => state.users.find('email', value) },
};

/** First and last name, as Moodle shows them (not escaped). */
export function fullName(user: User): string {
  return `${user.firstname} ${user.lastname}`;
}

/**
 * What Moodle tells of a user to somebody who may see everything; members that are empty are left out, as there. Phone
 * numbers are told only where a site has them among its user identity fields, as a fresh one has not.
 */
export function userAnswer(user: User, siteUrl: string): Record<string, unknown> {
  const filled = Object.fromEntries(
    Object.entries({
      address: user.address,
      institution: user.institution,
      idnumber: user.idnumber,
      city: user.city,
      country: user.country,
    }).filter(([, value]) => value !== ''),
  );
  return {
    id: user.id,
    username: user.username,
    firstname: user.firstname,
    lastname: user.lastname,
    fullname: fullName(user),
    email: user.email,
    department: user.department,
    ...filled,
    firstaccess: 0,
    lastaccess: 0,
    auth: user.auth,
    suspended: user.suspended,
    confirmed: true,
    lang: user.lang || 'en',
    theme: '',
    timezone: user.timezone || '99',
    mailformat: 1,
    description: user.description,
    descriptionformat: 1,
    profileimageurlsmall: `${siteUrl}/theme/image.php/boost/core/u/f2`,
    profileimageurl: `${siteUrl}/theme/image.php/boost/core/u/f1`,
  };
}

// MariaDB's utf8mb4_unicode_ci compares without regard to case and accents.
const collator = new Intl.Collator('en', { sensitivity: 'base' });

/** Moodle's usual order of people: last name, first name, id. */
export function byName(one: User, other: User): number {
  return (
    collator.compare(one.lastname, other.lastname) ||
    collator.compare(one.firstname, other.firstname) ||
    one.id - other.id
  );
}
