import { randomBytes } from 'node:crypto';
import { comparableEmail, emailHash } from '#shared/models/fields/email.ts';
import { fallbackUsername } from '#shared/models/fields/username.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { failureOf, failureOfCode } from '#shared/moodle/failures.ts';
import { createUsers, getUsersByField, type NewUser, updateUsers } from '#shared/moodle/functions/users.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { fieldsToCreate } from '#shared/moodle/instance/ownership.ts';
import type { BulkOutcome } from '#shared/moodle/push/bulk.ts';
import type { EntityAdapter, Mapped, UniqueField, Updated } from '#shared/moodle/push/entity-adapter.ts';
import { conflict, type Failure } from '#shared/sync/failure.ts';
import { type AccountFields, type AccountInUse, emailOf } from './account-fields.ts';
import { findAccounts, findMadeAccounts, keptAddress, sharedAddress } from './account-finder.ts';
import { personOf } from './person-presence.ts';

/** What an update says of an account that is not there, or was deleted. */
const goneAccount = new Set(['invaliduserid', 'usernotupdateddeleted']);

/**
 * The adapter of accounts. It remembers which usernames turned out to be taken, so one is made for each push.
 *
 * @param build what the record of an account should be
 */
export function accountAdapter(build: UniqueField<AccountFields>['build']): EntityAdapter<AccountFields> {
  const usernames = new Map<string, string>();
  let passwordBytes = usualBytes;
  const usernameOf = (entity: AccountInUse) => usernames.get(entity.idnumber) ?? entity.fields.username;
  return {
    // The idnumber of an account is not unique in Moodle: making one without a look could make a duplicate.
    lookUpFirst: true,
    lookUp: findAccounts,
    findOwn: findMadeAccounts,
    claimAs: (entity) => emailHash(emailOf(entity)),
    create: async ({ client, instance }, entities) => {
      const create = async () => {
        const newOne = (entity: AccountInUse) => newUser(instance, entity, usernameOf(entity), passwordBytes);
        return (await createUsers(client, entities.map(newOne))).map(({ id }) => id);
      };
      try {
        return await create();
      } catch (error) {
        if (!isOfPolicy(error) || passwordBytes === mostBytes) throw error;
        passwordBytes = mostBytes;
        return create();
      }
    },
    amend: async (context, entities) => {
      const taken = await getUsersByField(context.client, 'username', entities.map(usernameOf));
      const names = new Set(taken.map(({ username }) => username));
      const amended = entities.filter((entity) => names.has(usernameOf(entity)));
      for (const entity of amended) {
        usernames.set(entity.idnumber, fallbackUsername(emailOf(entity), entity.idnumber));
      }
      return amended.length > 0;
    },
    refused: async ({ client, instance }, entity, error) => {
      if (!(error instanceof MoodleError) || error.errorcode !== 'invalidparameter') return undefined;
      const isTaken = (await getUsersByField(client, 'email', [emailOf(entity)])).length > 0;
      return {
        failure: isTaken && instance.shared_emails === 'allowed' ? sharedEmailsOff() : unnamedValue(error),
      };
    },
    uniqueField: address(build),
    update: async (context, items) => {
      const users = items.map(({ entity, moodleId }) => ({
        ...entity.payload,
        id: moodleId,
      }));
      const { warnings } = await updateUsers(context.client, users);
      const codes = new Map(warnings.map((warning) => [warning.itemid, warning.warningcode]));
      return items.map(({ moodleId }): BulkOutcome<Updated> => {
        const code = codes.get(moodleId);
        if (code === undefined) return { done: 'updated' };
        if (goneAccount.has(code)) return { done: 'gone' };
        const failure = failureOfCode(code, 'core_user_update_users');
        return code === 'useremailduplicate' ? { done: { taken: failure } } : { failure };
      });
    },
  };
}

function sharedEmailsOff(): Failure {
  return conflict(
    'sharedemailsoff',
    'The instance lets several people have one e-mail address (shared_emails), and the Moodle does not.',
    'Allow accounts with the same e-mail in Moodle (Plugins, Authentication, Manage authentication), or set shared_emails=refused.',
  );
}

function unnamedValue(error: MoodleError): Failure {
  return {
    ...failureOf(error),
    advice:
      'Moodle does not say which value of the account it refuses. Look for an e-mail address of a domain that the site does not take, and for unusual characters in the name; it is tried again by itself.',
  };
}

function addressOf({ entity }: Mapped<AccountFields>): string {
  return String(entity.payload.email);
}

/** The field of which Moodle lets only one account have each value, unless the site is told otherwise. */
function address(build: UniqueField<AccountFields>['build']): UniqueField<AccountFields> {
  return {
    name: 'email',
    build,
    holders: async ({ client }, items) => {
      const users = await getUsersByField(client, 'email', items.map(addressOf));
      const byAddress = new Map(users.map((user) => [comparableEmail(user.email), user]));
      return new Map(
        items.flatMap((item) => {
          const user = byAddress.get(comparableEmail(addressOf(item)));
          if (!user) return [];
          const idnumber = user.idnumber.toLowerCase();
          return [[item.entity.idnumber, { moodleId: user.id, ...(personOf(idnumber) && { idnumber }) }]];
        }),
      );
    },
    // Nobody receives mail under .invalid (RFC 2606), and Moodle sends none there.
    park: async ({ client }, { entity, moodleId }) => {
      const email = `${entity.idnumber}@moved.oec-moodle-sync.invalid`;
      await updateUsers(client, [{ id: moodleId, email }]);
    },
    taken: (_item, { moodleId, idnumber }, isMoving) => {
      if (idnumber === undefined) return anotherAccount(moodleId);
      return isMoving ? keptAddress(idnumber) : sharedAddress(idnumber);
    },
  };
}

function anotherAccount(id: number): Failure {
  return conflict(
    'useremailduplicate',
    `Another account in Moodle (id ${id}) has this record's e-mail address.`,
    'Correct one of the two.',
  );
}

function newUser(instance: Instance, entity: AccountInUse, username: string, passwordBytes: number): NewUser {
  const { suspended: _suspended, ...fields } = fieldsToCreate(instance, 'user', entity.fields, [
    'firstname',
    'lastname',
    'email',
    'username',
    'idnumber',
  ]);
  const { auth, password } = instance.new_accounts;
  return {
    ...(fields as AccountFields),
    // Accounts of a single sign-on plugin have no password in Moodle.
    ...(auth !== 'manual'
      ? {}
      : password === 'mailed'
        ? { createpassword: true }
        : { password: randomPassword(passwordBytes) }),
    username,
    auth,
  };
}

/**
 * Random bytes of a password. Moodle's hash of one of 16 characters takes half as much again as that of 15, of 24 or more
 * twice as much (4.5.6: 8.5, 13 and 16 ms), which is most of what a new account costs.
 */
const usualBytes = 8;
/** For a site whose policy wants longer passwords. */
const mostBytes = 24;

/** 15 characters for 8 bytes: all kinds that Moodle's default policy asks for. */
function randomPassword(bytes: number): string {
  return `${randomBytes(bytes).toString('base64url')}aA1-`;
}

function isOfPolicy(error: unknown): boolean {
  return error instanceof MoodleError && error.errorcode === 'passwordpolicy';
}
