import { databaseWriteError, MoodleException } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import type { Infer } from '../../parameters/description.ts';
import type { User } from '../../state/records.ts';
import { warningOf } from '../warning.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';
import { updateUsersParameters } from './user-parameters.ts';
import { isEmail, requireStrongPassword, requireUserLengths } from './user-rules.ts';

type UserChange = Infer<typeof updateUsersParameters>['users'][number];

/** `core_user_update_users`: the good items are applied, the bad ones are warnings. */
export const updateUsers = webServiceFunction({
  name: 'core_user_update_users',
  capability: 'moodle/user:update',
  parameters: updateUsersParameters,
  run: ({ users }, context) => ({
    warnings: users.flatMap(
      (change) =>
        warningOf({ item: 'user', itemid: change.id, release: context.settings.release }, () =>
          context.state.transaction(() => updateUser(change, context)),
        ) ?? [],
    ),
  }),
});

function updateUser(change: UserChange, context: CallContext): void {
  const { state } = context;
  const user = state.users.get(change.id);
  if (!user) throw new MoodleException('invaliduserid', 'Invalid user ID');
  requireUpdatable(user, context);
  if (change.email !== undefined && change.email !== user.email)
    requireFreeEmail(change.email, user, context);
  if (change.password) requireStrongPassword(change.password, context.settings);
  const row: Partial<Omit<User, 'id'>> = {
    username: change.username,
    auth: change.auth,
    firstname: change.firstname,
    lastname: change.lastname,
    email: change.email,
    idnumber: change.idnumber,
    institution: change.institution,
    department: change.department,
    city: change.city,
    country: change.country,
    phone1: change.phone1,
    phone2: change.phone2,
    address: change.address,
    description: change.description,
    lang: change.lang,
    suspended: change.suspended,
  };
  requireUserLengths(row);
  if (change.username !== undefined) requireFreeUsername(change.username, user, context);
  state.users.update(user.id, { ...row, timemodified: nowInSeconds() });
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
