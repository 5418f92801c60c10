import { randomBytes } from 'node:crypto';
import type { BulkOutcome } from '#shared/engine/bulk.ts';
import type { Entity } from '#shared/engine/entity.ts';
import type { Counterpart, EntityAdapter, Mapped, Updated } from '#shared/engine/entity-push.ts';
import { conflict, type Failure, failureOfCode } from '#shared/engine/failures.ts';
import type { Instance } from '#shared/engine/instance.ts';
import { fieldsToCreate } from '#shared/engine/ownership.ts';
import type { Session } from '#shared/engine/session.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import {
  createUsers,
  getUsersByField,
  type MoodleUser,
  type NewUser,
  updateUsers,
} from '#shared/moodle/functions/users.ts';
import { comparableEmail } from '#shared/oec/email.ts';
import { fallbackUsername, usernameFor } from '#shared/oec/username.ts';

/** An account in Moodle, as the ERP sees it. */
export type AccountFields = {
  firstname: string;
  lastname: string;
  middlename: string;
  email: string;
  phone1: string;
  suspended: boolean;
};

/** Accounts that a site needs to be governed at all; an ERP must never take one over. */
const protectedUsernames = new Set(['admin', 'guest']);

/**
 * Whether an account must never become a record's. Moodle tells nobody who else is a site administrator, and refuses
 * to change them.
 *
 * @param tokenUser the id of the token's user
 */
export function isProtectedAccount({ id, username }: MoodleUser, tokenUser: number): boolean {
  return id === tokenUser || protectedUsernames.has(username);
}

/** What an update says of an account that is not there, or was deleted. */
const goneAccount = new Set(['invaliduserid', 'usernotupdateddeleted']);

/** The adapter of accounts. It remembers which usernames turned out to be taken, so one is made for each push. */
export function accountAdapter(): EntityAdapter {
  const usernames = new Map<string, string>();
  const usernameOf = (entity: Entity) => usernames.get(entity.idnumber) ?? usernameFor(emailOf(entity));
  return {
    // The idnumber of an account is not unique in Moodle: making one without a look could make a duplicate.
    lookUpFirst: true,
    lookUp,
    findOwn: async (session, entities) => {
      const idnumbers = entities.map(({ idnumber }) => idnumber);
      const users = await getUsersByField(session.client, 'idnumber', idnumbers);
      return new Map(users.map(({ idnumber, id }) => [idnumber.toLowerCase(), id]));
    },
    // username, auth, password, firstname, lastname, email, idnumber, middlename, phone1
    createVariables: 9,
    create: async (session, entities) => {
      const users = entities.map((entity) => newUser(session.instance, entity, usernameOf(entity)));
      return (await createUsers(session.client, users)).map(({ id }) => id);
    },
    amend: async (session, entities) => {
      const taken = await getUsersByField(session.client, 'username', entities.map(usernameOf));
      const names = new Set(taken.map(({ username }) => username));
      const amended = entities.filter((entity) => names.has(usernameOf(entity)));
      for (const entity of amended) {
        usernames.set(entity.idnumber, fallbackUsername(emailOf(entity), entity.idnumber));
      }
      return amended.length > 0;
    },
    // id, idnumber, firstname, lastname, middlename, email, phone1, suspended
    updateVariables: 8,
    update: async (session, items) => {
      const users = items.map(({ entity, moodleId }) => ({
        ...(entity.payload as Partial<AccountFields>),
        id: moodleId,
        idnumber: entity.idnumber,
      }));
      const { warnings } = await updateUsers(session.client, users);
      const codes = new Map(warnings.map((warning) => [warning.itemid, warning.warningcode]));
      const isTaken = ({ moodleId }: Mapped) => codes.get(moodleId) === 'useremailduplicate';
      const owners = await addressOwners(
        session,
        items.filter(isTaken).map(({ entity }) => entity),
      );
      return items.map((item): BulkOutcome<Updated> => {
        const code = codes.get(item.moodleId);
        if (code === undefined) return { done: 'updated' };
        if (goneAccount.has(code)) return { done: 'gone' };
        const failure = failureOfCode(code, 'core_user_update_users');
        if (!isTaken(item)) return { failure };
        const owner = owners.get(comparableEmail(emailOf(item.entity)));
        if (!owner) return { done: { freed: failure } };
        return { failure: owner.idnumber ? sharedAddress(owner.idnumber) : failure };
      });
    },
  };
}

/**
 * The accounts that have the entities' idnumbers, else those that have their e-mail addresses and may be adopted.
 * Of two entities with one address, the record with the lower id keeps it.
 */
async function lookUp(session: Session, entities: Entity[]): Promise<Map<string, Counterpart>> {
  const found = new Map<string, Counterpart>();
  const own = Map.groupBy(
    await getUsersByField(
      session.client,
      'idnumber',
      entities.map(({ idnumber }) => idnumber),
    ),
    ({ idnumber }) => idnumber?.toLowerCase(),
  );
  const unknown: Entity[] = [];
  for (const entity of entities) {
    const accounts = own.get(entity.idnumber);
    if (accounts) found.set(entity.idnumber, onlyOne(accounts, entity));
    else unknown.push(entity);
  }
  if (unknown.length === 0) return found;
  const claims = Map.groupBy(unknown, (entity) => comparableEmail(emailOf(entity)));
  const byEmail = Map.groupBy(
    await getUsersByField(session.client, 'email', [...claims.keys()]),
    ({ email }) => comparableEmail(email ?? ''),
  );
  for (const [email, claimants] of claims) {
    const [first, ...others] = claimants.toSorted((a, b) => Number(a.source.id) - Number(b.source.id));
    if (!first) continue;
    for (const other of others) found.set(other.idnumber, { failure: sharedAddress(first.idnumber) });
    const counterpart = await adoptable(session, byEmail.get(email) ?? []);
    if (counterpart) found.set(first.idnumber, counterpart);
  }
  return found;
}

function onlyOne(accounts: MoodleUser[], entity: Entity): Counterpart {
  const matching = accounts.length === 1 ? accounts : accounts.filter(({ email }) => isSame(email, entity));
  const [account] = matching;
  if (account && matching.length === 1) return { done: account.id };
  return {
    failure: conflict(
      'duplicateidnumber',
      `Moodle has ${accounts.length} accounts with the ID number ${entity.idnumber} (ids ${accounts.map(({ id }) => id).join(', ')}).`,
      'Decide which account is the right one and clear the ID number of the others.',
    ),
  };
}

/** Whether the accounts with a record's e-mail address are one that may become the record's. */
async function adoptable(session: Session, accounts: MoodleUser[]): Promise<Counterpart | undefined> {
  const [account] = accounts;
  if (!account) return undefined;
  if (accounts.length > 1) {
    return {
      failure: conflict(
        'ambiguousemail',
        `Moodle has ${accounts.length} accounts with this record's e-mail address (ids ${accounts.map(({ id }) => id).join(', ')}).`,
        'Decide which account is the right one and set its ID number to that of the record.',
      ),
    };
  }
  if (account.idnumber?.startsWith('oec_')) return { failure: sharedAddress(account.idnumber) };
  if (isProtectedAccount(account, (await getSiteInfo(session.client)).userid)) {
    return {
      failure: conflict(
        'protectedaccount',
        `The account with this record's e-mail address (id ${account.id}) administers Moodle or this link.`,
        'Give that account another e-mail address in Moodle.',
      ),
    };
  }
  return { done: account.id };
}

/** Those who have the e-mail addresses of these entities, by address in its comparable form. */
async function addressOwners(session: Session, entities: Entity[]): Promise<Map<string, MoodleUser>> {
  const users = await getUsersByField(session.client, 'email', entities.map(emailOf));
  return new Map(users.map((user) => [comparableEmail(user.email ?? ''), user]));
}

function sharedAddress(owner: string): Failure {
  return conflict(
    'sharedemail',
    `The e-mail address of this record belongs to ${owner} in Moodle.`,
    'Give one of the two records another e-mail address in the ERP.',
    owner,
  );
}

function newUser(instance: Instance, entity: Entity, username: string): NewUser {
  const all = entity.fields as AccountFields;
  const { suspended: _suspended, ...fields } = fieldsToCreate(instance, 'user', all, [
    'firstname',
    'lastname',
    'email',
  ]);
  const { auth, password } = instance.new_accounts;
  return {
    ...(fields as Pick<AccountFields, 'firstname' | 'lastname' | 'email'>),
    // Accounts of a single sign-on plugin have no password in Moodle.
    ...(auth !== 'manual'
      ? {}
      : password === 'mailed'
        ? { createpassword: true }
        : { password: randomPassword() }),
    username,
    auth,
    idnumber: entity.idnumber,
  };
}

/** Satisfies Moodle's default password policy (8 characters: digit, lower, upper, other) and any stricter one that is met by length. */
function randomPassword(): string {
  return `${randomBytes(24).toString('base64url')}aA1-`;
}

function emailOf(entity: Entity): string {
  return (entity.fields as AccountFields).email;
}

function isSame(email: string | undefined, entity: Entity): boolean {
  return email !== undefined && comparableEmail(email) === comparableEmail(emailOf(entity));
}
