import { comparableEmail, emailHash } from '#shared/models/fields/email.ts';
import { personNameAgreement } from '#shared/models/fields/person-name.ts';
import { MoodleAuthError, MoodleError } from '#shared/moodle/client/errors.ts';
import { type EnrolledUser, getEnrolledUsers, getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { getUsersByField, type MoodleUser } from '#shared/moodle/functions/users.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import type { Counterpart } from '#shared/moodle/push/entity-adapter.ts';
import { doubt } from '#shared/moodle/push/make-way.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { conflict, type Failure, missingDependency } from '#shared/sync/failure.ts';
import { fieldHashes } from '#shared/sync/hash.ts';
import { type AccountFields, type AccountInUse, emailOf } from './account-fields.ts';
import { nameTemplate } from './account-names.ts';
import { ownerOf } from './account-owners.ts';
import { type AccountNote, recordsOfAccount, withAccountNote } from './account-records.ts';
import { isNeeding, type PersonModel, personOf, presenceOf } from './person-presence.ts';
import { keptAddress, nameTaken, sharedAddress } from './unique-fields.ts';

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

/**
 * The accounts that become records', and those that must not: who may become whom.
 *
 * An ID number proves nothing, since users may edit their own: it counts with the e-mail address, or the one that was
 * noted before the account was made. An address alone takes an account over only where nothing speaks against it: no
 * ID number of somebody else's, the same name, and no role above the student's. An account of ours becomes another
 * record's as well where the name is the same and no record of that kind needs it: somebody who came back, a student
 * who teaches. All else is a conflict that a person decides, with `oec-moodle adopt`.
 */
export async function findAccounts(
  context: PushContext,
  entities: AccountInUse[],
): Promise<Map<string, Counterpart>> {
  const finder = new AccountFinder(context);
  const { proven, unproven } = await finder.byIdnumber(entities);
  const others = entities.filter(({ idnumber }) => !proven.has(idnumber));
  if (others.length === 0) return proven;
  const found = new Map([...unproven, ...proven, ...(await finder.byAddress(others))]);
  const toMake = others.filter(({ idnumber }) => !found.has(idnumber));
  return new Map([...found, ...(await finder.namesTaken(toMake))]);
}

/**
 * The account that was made for a record by a worker that could not note it.
 *
 * @returns Moodle ids by idnumber
 */
export async function findMadeAccounts(
  context: PushContext,
  entities: Entity<AccountFields>[],
): Promise<Map<string, number>> {
  const rows = await context.view.mappings(entities.map(({ idnumber }) => idnumber));
  const made = new Map<string, number>();
  for (const [idnumber, accounts] of await accountsNumbered(context, entities)) {
    const account = accounts.find(({ email }) => isMadeFor(rows.get(idnumber), email));
    if (account) made.set(idnumber, account.id);
  }
  return made;
}

/** The accounts with the records' ID numbers, the link's own and that which the instance gives, by idnumber. */
async function accountsNumbered(
  { client }: PushContext,
  entities: Entity<AccountFields>[],
): Promise<Map<string, MoodleUser[]>> {
  const numbers = new Map(
    entities.map(({ idnumber, fields }) => [
      idnumber,
      [...new Set([idnumber, (fields.idnumber ?? idnumber).toLowerCase()])],
    ]),
  );
  const users = await getUsersByField(client, 'idnumber', [...new Set([...numbers.values()].flat())]);
  const byNumber = Map.groupBy(users, ({ idnumber }) => idnumber.toLowerCase());
  return new Map(
    [...numbers].map(([idnumber, own]) => [idnumber, own.flatMap((each) => byNumber.get(each) ?? [])]),
  );
}

class AccountFinder {
  readonly #context: PushContext;
  /** Who is in a course, with roles, by the course's Moodle id. */
  readonly #people = new Map<number, Promise<EnrolledUser[]>>();

  constructor(context: PushContext) {
    this.#context = context;
  }

  /** Accounts with the records' own ID numbers, and conflicts where nothing but the number speaks for them. */
  async byIdnumber(
    entities: AccountInUse[],
  ): Promise<Record<'proven' | 'unproven', Map<string, Counterpart>>> {
    const byIdnumber = await accountsNumbered(this.#context, entities);
    const rows = await this.#context.view.mappings(byIdnumber.keys());
    const proven = new Map<string, Counterpart>();
    const unproven = new Map<string, Counterpart>();
    for (const entity of entities) {
      const accounts = byIdnumber.get(entity.idnumber) ?? [];
      const row = rows.get(entity.idnumber);
      const own = accounts.filter(
        ({ email }) => comparableEmail(email) === comparableEmail(emailOf(entity)) || isMadeFor(row, email),
      );
      const [first] = accounts;
      const [account] = own;
      if (own.length > 1) proven.set(entity.idnumber, { failure: severalNumbers(own, entity.idnumber) });
      else if (account) proven.set(entity.idnumber, { done: account.id });
      else if (first?.email === '') proven.set(entity.idnumber, { failure: addressHidden() });
      else if (first) unproven.set(entity.idnumber, { failure: await this.#unproven(entity, first) });
    }
    return { proven, unproven };
  }

  async #unproven({ idnumber }: AccountInUse, account: MoodleUser): Promise<Failure> {
    const holder = await this.#holderOf(account);
    return holder && holder.idnumber !== idnumber
      ? nameTaken('idnumber', account.id, holder.idnumber)
      : unprovenNumber(account, this.#context.instance.id);
  }

  /** Of accounts that are to be made, those whose name by the instance's template somebody else has, or is to get. */
  async namesTaken(entities: AccountInUse[]): Promise<Map<string, Counterpart>> {
    const { client, instance, view } = this.#context;
    const taken = new Map<string, Counterpart>();
    for (const name of ['idnumber', 'username'] as const) {
      const named = entities.filter(
        ({ source }) => nameTemplate(instance, name, source.model as PersonModel) !== undefined,
      );
      const firsts = new Map<string, string>();
      const names = named.map(({ fields }) => fields[name]);
      // Whose the ID number is in Moodle has been looked up before.
      const accounts = name === 'username' ? await getUsersByField(client, name, names) : [];
      const held = new Map(accounts.map((account) => [account.username, account]));
      for (const { idnumber, fields } of named) {
        const key = fields[name].toLowerCase();
        const account = held.get(key);
        const first = firsts.get(key);
        if (account)
          taken.set(idnumber, { failure: nameTaken(name, account.id, await ownerOf(view, account)) });
        else if (first) taken.set(idnumber, { failure: nameTaken(name, undefined, first) });
        else firsts.set(key, idnumber);
      }
    }
    return taken;
  }

  /** Of several entities with one address, the record with the lower id is the first to be considered. */
  async byAddress(entities: AccountInUse[]): Promise<Map<string, Counterpart>> {
    const claims = Map.groupBy(entities, (entity) => comparableEmail(emailOf(entity)));
    const users = await getUsersByField(this.#context.client, 'email', [...claims.keys()]);
    const accounts = Map.groupBy(users, ({ email }) => comparableEmail(email));
    const found = new Map<string, Counterpart>();
    for (const [address, claimants] of claims) {
      const inOrder = claimants.toSorted((a, b) => Number(a.source.id) - Number(b.source.id));
      for (const [index, entity] of inOrder.entries()) {
        const before = inOrder.slice(0, index).find((other) => !this.#mayShareAddress(entity, other));
        const counterpart = before
          ? { failure: sharedAddress(before.idnumber) }
          : await this.#among(entity, accounts.get(address) ?? []);
        if (counterpart) found.set(entity.idnumber, counterpart);
      }
    }
    return found;
  }

  #mayShareAddress(one: AccountInUse, other: AccountInUse): boolean {
    return this.#context.instance.shared_emails === 'allowed' && !isSameName(nameOf(one), nameOf(other));
  }

  /** @param accounts those with the entity's address */
  async #among(entity: AccountInUse, accounts: MoodleUser[]): Promise<Counterpart | undefined> {
    const isAllowed = this.#context.instance.shared_emails === 'allowed';
    // Where a family shares an address, an account of another name is another person's.
    const possible = isAllowed ? accounts.filter((account) => isSameName(nameOf(entity), account)) : accounts;
    const [account] = possible;
    if (!account) return undefined;
    if (possible.length > 1) return { failure: severalAddresses(possible, this.#context.instance.id) };
    if (isProtectedAccount(account, (await getSiteInfo(this.#context.client)).userid))
      return {
        failure: addressConflict(
          'protectedaccount',
          account,
          'administers Moodle or this link',
          'Give that account another e-mail address in Moodle.',
        ),
      };
    const holder = await this.#holderOf(account);
    return holder ? this.#share(entity, account, holder) : this.#takeOver(entity, account);
  }

  /** The mapping of the record whose account it is: its ID number alone does not say so. */
  async #holderOf(account: MoodleUser): Promise<Mapping | undefined> {
    const { view } = this.#context;
    const owner = await ownerOf(view, account);
    const row = owner === undefined ? undefined : (await view.mappingsNow([owner])).get(owner);
    return row?.moodle_id === account.id ? row : undefined;
  }

  /** An account that is another record's already. */
  async #share(entity: AccountInUse, account: MoodleUser, holder: Mapping): Promise<Counterpart> {
    const { view, instance } = this.#context;
    const records = await recordsOfAccount(view, holder.idnumber);
    const presences = await Promise.all(
      records.map(async (record) => ({ record, isNeeded: isNeeding(await presenceOf(view, record)) })),
    );
    const needing = presences.filter(({ isNeeded }) => isNeeded).map(({ record }) => record);
    const isKin = (record: string) => personOf(record)?.model === entity.source.model;
    const rival = needing.find(isKin);
    if (rival) return { failure: await this.#taken(entity, rival) };
    if (!isSameName(nameOf(entity), account)) {
      const [owner] = needing;
      return { failure: owner ? sharedAddress(owner) : otherName(account, instance.id) };
    }
    // Who comes back owns the fields of an account that nobody else needs.
    const others = records.filter((record) => record !== entity.idnumber);
    return this.#link(entity, account, {
      records: needing.length > 0 ? [...others, entity.idnumber] : [entity.idnumber, ...others],
    });
  }

  /** Another record needs the account: it may only have kept the address in Moodle. */
  async #taken(entity: AccountInUse, rival: string): Promise<Failure> {
    const presence = await presenceOf(this.#context.view, rival);
    const isElsewhere =
      presence.state === 'here' &&
      comparableEmail(presence.person.email) !== comparableEmail(emailOf(entity));
    if (!isElsewhere) return sharedAddress(rival);
    await doubt(this.#context, { name: 'email' }, rival);
    return keptAddress(rival);
  }

  /** An account that was in Moodle before. */
  async #takeOver(entity: AccountInUse, account: MoodleUser): Promise<Counterpart> {
    const { instance, view, clock } = this.#context;
    const { idnumber } = account;
    if (personOf(idnumber.toLowerCase())) {
      const maker = (await view.mappings([idnumber.toLowerCase()])).get(idnumber.toLowerCase());
      if (Date.parse(maker?.claimed_until ?? '') > clock.now()) return { failure: underWay(idnumber) };
    }
    if (idnumber !== '') {
      const what = `has the ID number ${idnumber}, which is not this record's`;
      return { failure: addressConflict('foreignidnumber', account, what, decide(instance.id)) };
    }
    if (!isSameName(nameOf(entity), account) && !(await this.#isCalledAsPushed(entity, account)))
      return { failure: otherName(account, instance.id) };
    if (await this.#isMoreThanStudent(account.id)) {
      const what = 'is more than a student in Moodle';
      return { failure: addressConflict('higherrole', account, what, decide(instance.id)) };
    }
    return this.#link(entity, account, {});
  }

  /** An account that somebody has made again by hand has the name that the record had before. */
  async #isCalledAsPushed({ idnumber }: AccountInUse, { firstname, lastname }: MoodleUser): Promise<boolean> {
    const row = await this.#context.view.mapping(idnumber);
    const now = fieldHashes({ firstname, lastname });
    return now.firstname === row?.field_hashes?.firstname && now.lastname === row?.field_hashes?.lastname;
  }

  async #link(entity: AccountInUse, { id }: MoodleUser, note: AccountNote): Promise<Counterpart> {
    const mapping = await this.#context.view.mapping(entity.idnumber);
    const taken = { ...note, taken_over_by: emailHash(emailOf(entity)) };
    return { link: { moodleId: id, extraData: withAccountNote(mapping, taken) } };
  }

  /** Whether somebody has another role than the student's in any course, as far as the token can see. */
  async #isMoreThanStudent(userid: number): Promise<boolean> {
    const { client, instance } = this.#context;
    const courses = await asFarAsSeen(() => getUsersCourses(client, userid));
    for (const { id } of courses) {
      if (!this.#people.has(id)) {
        const options = { userfields: ['id', 'roles'] };
        this.#people.set(
          id,
          asFarAsSeen(() => getEnrolledUsers(client, id, options)),
        );
      }
      const person = (await this.#people.get(id)!).find((user) => user.id === userid);
      if (person?.roles?.some(({ roleid }) => roleid !== instance.role_ids.student)) return true;
    }
    return false;
  }
}

/** A course that the token may not look into tells nothing; a function that it lacks is the instance's fault. */
async function asFarAsSeen<T>(ask: () => Promise<T[]>): Promise<T[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MoodleError && !(error instanceof MoodleAuthError)) return [];
    throw error;
  }
}

/** Whether an account was made with what the mapping noted beforehand. */
function isMadeFor(row: Mapping | undefined, email: string): boolean {
  return row?.claimed_as?.includes(emailHash(email)) === true;
}

type Name = Pick<MoodleUser, 'firstname' | 'lastname'>;

function nameOf({ fields }: AccountInUse): Name {
  const { firstname, middlename, lastname } = fields;
  return { firstname: `${firstname} ${middlename}`, lastname };
}

/** The same words, without regard to case, accents and order; a middle name or a second surname may be left out. */
function isSameName(one: Name, other: Name): boolean {
  const [a, b] = [one, other].map(({ firstname, lastname }) => ({ first: firstname, last: lastname }));
  return personNameAgreement(a!, b!) === 'same';
}

const decide = (instance: string) =>
  `Run \`oec-moodle adopt ${instance}\`: it shows both sides and takes the decision.`;

function severalNumbers(accounts: MoodleUser[], idnumber: string): Failure {
  return conflict(
    'duplicateidnumber',
    `Moodle has ${accounts.length} accounts with the ID number ${idnumber} (ids ${idsOf(accounts)}).`,
    'Decide which account is the right one and clear the ID number of the others.',
  );
}

function unprovenNumber({ id, idnumber }: MoodleUser, instance: string): Failure {
  return conflict(
    'unprovenidnumber',
    `The account ${id} has the ID number ${idnumber} and another e-mail address than the record. Users can edit their own ID number, so it proves nothing.`,
    `If the account is this person's, confirm it with \`oec-moodle adopt ${instance}\`; else clear its ID number in Moodle, and lock the field (docs/moodle-setup.md).`,
  );
}

function severalAddresses(accounts: MoodleUser[], instance: string): Failure {
  return conflict(
    'ambiguousemail',
    `Moodle has ${accounts.length} accounts with this record's e-mail address (ids ${idsOf(accounts)}).`,
    decide(instance),
  );
}

/** A conflict about the account with the record's e-mail address. @param what as the rest of a sentence */
function addressConflict(code: string, { id }: MoodleUser, what: string, advice: string): Failure {
  return conflict(code, `The account with this record's e-mail address (id ${id}) ${what}.`, advice);
}

function otherName(account: MoodleUser, instance: string): Failure {
  return addressConflict('othername', account, 'has another name', decide(instance));
}

function underWay(idnumber: string): Failure {
  const reason = `The account with this record's e-mail address is just being made for ${idnumber}.`;
  return { ...missingDependency(reason), code: 'waiting', waits_for: [idnumber] };
}

/** Without the capability nobody can tell whose an account is. */
function addressHidden(): Failure {
  return {
    class: 'misconfigured',
    code: 'emailhidden',
    reason: "Moodle hides the e-mail address of the account with this record's ID number from the link.",
    advice:
      "Give the token's user the capability moodle/site:viewuseridentity (docs/moodle-setup.md), and leave e-mail addresses among the fields that Moodle shows (showuseridentity).",
  };
}

function idsOf(accounts: MoodleUser[]): string {
  return accounts.map(({ id }) => id).join(', ');
}
