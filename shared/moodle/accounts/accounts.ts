import { randomBytes } from 'node:crypto';
import { emailHash } from '#shared/models/fields/email.ts';
import { fallbackUsername } from '#shared/models/fields/username.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { countVariables } from '#shared/moodle/client/form.ts';
import { failureOf, failureOfCode } from '#shared/moodle/failures.ts';
import {
  createUsers,
  getUsersByField,
  type NewUser,
  type UserChange,
  updateUsers,
} from '#shared/moodle/functions/users.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { fieldsToCreate } from '#shared/moodle/instance/ownership.ts';
import type { BulkOutcome } from '#shared/moodle/push/bulk.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import type { EntityAdapter, Mapped, UniqueField, Updated } from '#shared/moodle/push/entity-adapter.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { conflict, type Failure } from '#shared/sync/failure.ts';
import { type AccountFields, type AccountInUse, emailOf } from './account-fields.ts';
import { findAccounts, findMadeAccounts } from './account-finder.ts';
import { nameTemplate } from './account-names.ts';
import type { PersonModel } from './person-presence.ts';
import { KnownLanguages, sentFields } from './sent-fields.ts';
import { numbersOfOthers, uniqueFields } from './unique-fields.ts';

/** What an update says of an account that is not there, or was deleted. */
const goneAccount = new Set(['invaliduserid', 'usernotupdateddeleted']);

/**
 * The adapter of accounts. It remembers which usernames turned out to be taken, and which languages Moodle has, so one is
 * made for each push.
 *
 * @param build what the record of an account should be
 */
export function accountAdapter(build: UniqueField<AccountFields>['build']): EntityAdapter<AccountFields> {
  const usernames = new Map<string, string>();
  const languages = new KnownLanguages();
  let passwordBytes = usualBytes;
  const usernameOf = (entity: AccountInUse) => usernames.get(entity.idnumber) ?? entity.fields.username;
  return {
    // The idnumber of an account is not unique in Moodle: making one without a look could make a duplicate.
    lookUpFirst: true,
    lookUp: findAccounts,
    findOwn: findMadeAccounts,
    claimAs: (entity) => emailHash(emailOf(entity)),
    variables: (fields) => countVariables(sentFields(fields)),
    create: async ({ client, instance }, entities) => {
      const fitted: AccountInUse[] = [];
      for (const entity of entities)
        fitted.push({ ...entity, fields: await languages.fitted(client, entity.fields) });
      const create = async () => {
        const newOne = (entity: AccountInUse) => newUser(instance, entity, usernameOf(entity), passwordBytes);
        return (await createUsers(client, fitted.map(newOne))).map(({ id }) => id);
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
      // Single sign-on goes by what a template says: nobody gets another one instead.
      const free = entities.filter((entity) => !isNamed(context.instance, entity));
      const taken = await getUsersByField(context.client, 'username', free.map(usernameOf));
      const names = new Set(taken.map(({ username }) => username));
      const amended = free.filter((entity) => names.has(usernameOf(entity)));
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
    uniqueFields: uniqueFields(build),
    update: async (context, items) => {
      const shared = await numbersOfOthers(context, items);
      const users: UserChange[] = [];
      for (const { entity, moodleId } of items.filter((item) => !shared.has(item))) {
        const fields = await languages.fitted(context.client, entity.payload);
        users.push({ ...sentFields(fields), id: moodleId });
      }
      const codes = await warningsOf(context.client, users);
      const names = await otherUsernames(context, items, codes);
      const again = users.flatMap((user) => {
        const username = names.get(user.id);
        return username === undefined ? [] : { ...user, username };
      });
      if (again.length > 0)
        for (const [id, code] of await warningsOf(context.client, again)) codes.set(id, code);
      return items.map((item): BulkOutcome<Updated> => {
        if (shared.has(item)) return { done: { taken: shared.get(item)! } };
        const code = codes.get(item.moodleId);
        if (code === undefined) return { done: 'updated' };
        if (goneAccount.has(code)) return { done: 'gone' };
        const failure = failureOfCode(code, 'core_user_update_users');
        return isOfTaken(code, item) ? { done: { taken: failure } } : { failure };
      });
    },
  };
}

/** What Moodle warns of, by the accounts' ids. */
async function warningsOf(client: MoodleCaller, users: UserChange[]): Promise<Map<number, string>> {
  const { warnings } = await updateUsers(client, users);
  return new Map(
    warnings.flatMap(({ itemid, warningcode }) => (itemid == null ? [] : [[itemid, warningcode]])),
  );
}

/** Of a username that another account has Moodle says no more than that its database has refused it (4.5 and 5.1). */
function isOfTaken(code: string, { entity }: Mapped<AccountFields>): boolean {
  return (
    code === 'useremailduplicate' || (code === 'dmlwriteexception' && entity.payload.username !== undefined)
  );
}

/** Whether a template makes an account's username. */
function isNamed(instance: Instance, { source }: Entity<AccountFields>): boolean {
  return nameTemplate(instance, 'username', source.model as PersonModel) !== undefined;
}

/**
 * Other usernames, by account, of those who are to have the username of their address again, and whose is taken: as at
 * their making they get another one. Their codes are taken out.
 */
async function otherUsernames(
  { client, instance }: PushContext,
  items: readonly Mapped<AccountFields>[],
  codes: Map<number, string>,
): Promise<Map<number, string>> {
  const refused = items.filter(
    ({ entity, moodleId }) =>
      codes.get(moodleId) === 'dmlwriteexception' &&
      entity.payload.username !== undefined &&
      !isNamed(instance, entity),
  );
  const names = refused.map(({ entity }) => entity.payload.username!);
  const taken = new Set((await getUsersByField(client, 'username', names)).map(({ username }) => username));
  const renamed = refused.filter(({ entity }) => taken.has(entity.payload.username!));
  for (const { moodleId } of renamed) codes.delete(moodleId);
  return new Map(
    renamed.map(({ entity, moodleId }) => [
      moodleId,
      fallbackUsername(entity.fields.email ?? '', entity.idnumber),
    ]),
  );
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
    ...(sentFields(fields) as NewUser),
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
