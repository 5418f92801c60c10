import { invalidParameter } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import type { Infer } from '../../parameters/description.ts';
import type { User } from '../../state/records.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';
import { createUsersParameters } from './user-parameters.ts';
import { isEmail, isRefusedEmail, requireStrongPassword, requireUserLengths } from './user-rules.ts';

type NewUser = Infer<typeof createUsersParameters>['users'][number];

/** `core_user_create_users`: all or nothing. */
export const createUsers = webServiceFunction({
  name: 'core_user_create_users',
  commitsLater: true,
  capability: 'moodle/user:create',
  parameters: createUsersParameters,
  run: ({ users }, context) => users.map((user) => createUser(user, context)),
});

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
  requireUserLengths(user as Partial<User>);
  const { id } = state.users.insert(rowOf(user));
  if (user.createpassword) state.mail(id);
  return { id, username: user.username };
}

function rowOf(user: NewUser): Omit<User, 'id'> {
  return {
    username: user.username,
    auth: user.auth,
    firstname: user.firstname,
    lastname: user.lastname,
    email: user.email,
    idnumber: user.idnumber,
    institution: user.institution ?? '',
    department: user.department ?? '',
    city: user.city ?? '',
    country: user.country ?? '',
    phone1: user.phone1 ?? '',
    phone2: user.phone2 ?? '',
    address: user.address ?? '',
    description: user.description ?? '',
    lang: user.lang,
    suspended: false,
    siteAdmin: false,
    guest: false,
    deleted: false,
    timecreated: nowInSeconds(),
    timemodified: nowInSeconds(),
  };
}
