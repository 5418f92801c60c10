import { comparableEmail } from '#shared/models/fields/email.ts';
import { type PersonName, personNameAgreement, personNameKey } from '#shared/models/fields/person-name.ts';
import { usernameFor } from '#shared/models/fields/username.ts';
import type { AccountFields } from '#shared/moodle/accounts/account-fields.ts';
import type { AdoptionTie, Desired, Observed } from './kinds.ts';
import { evidenceOf, type Strength } from './match.ts';
import { comparableKey } from './names.ts';

/** All accounts for which anything speaks that they are one of these people's. */
export function accountTies(desired: readonly Desired[], accounts: readonly Observed[]): AdoptionTie[] {
  const byIdnumber = grouped(accounts, (account) => comparableKey(account.idnumber));
  const byUsername = grouped(accounts, (account) => comparableKey(String(account.fields.username)));
  const byEmail = grouped(accounts, (account) => comparableEmail(String(account.fields.email)));
  const byName = grouped(accounts, (account) => personNameKey(nameOfAccount(account)));
  return desired.flatMap((person) => {
    const keys = [person.moodleIdnumber, ...person.keys];
    const { email } = person.entity.fields as AccountFields;
    const candidates = new Set([
      ...keys.flatMap((key) => byIdnumber.get(key) ?? []),
      ...person.keys.flatMap((key) => byUsername.get(key) ?? []),
      ...[comparableEmail(email), usernameFor(email)].flatMap((name) => byUsername.get(name) ?? []),
      ...(byEmail.get(comparableEmail(email)) ?? []),
      ...(byName.get(personNameKey(nameOfPerson(person))) ?? []),
    ]);
    return [...candidates].flatMap((account) => tieOf(person, account) ?? []);
  });
}

/** What speaks for an account being a person's; undefined where nothing does. */
function tieOf(desired: Desired, observed: Observed): AdoptionTie | undefined {
  const { email } = desired.entity.fields as AccountFields;
  const username = comparableKey(String(observed.fields.username));
  const idnumber = comparableKey(observed.idnumber);
  const isEmail = comparableEmail(String(observed.fields.email)) === comparableEmail(email);
  const isKey = desired.keys.some((key) => key === idnumber || key === username);
  // A username that is the address says nothing more where the address itself agrees.
  const isUsername = !isEmail && [comparableEmail(email), usernameFor(email)].includes(username);
  const name = personNameAgreement(nameOfPerson(desired), nameOfAccount(observed));
  if (idnumber === desired.moodleIdnumber) {
    // Users may edit their own number: with neither name nor address a person has to say whose it is.
    const isProven = isEmail || name !== 'different';
    const evidence = [isProven ? 'ID number' : 'ID number, but neither name nor e-mail address'];
    return { desired, observed, strength: isProven ? 'own' : 'doubtful', evidence, isExclusive: isEmail };
  }
  const strength = strengthOf({ isEmail, isKey, isUsername, name });
  if (!strength) return undefined;
  const evidence = evidenceOf({
    'e-mail address': isEmail,
    'number of the earlier system': isKey,
    'username is the e-mail address': isUsername,
    name: name === 'same',
    'first name': name === 'similar',
  });
  return { desired, observed, strength, evidence, isExclusive: isEmail };
}

function strengthOf(facts: {
  isEmail: boolean;
  isKey: boolean;
  isUsername: boolean;
  name: ReturnType<typeof personNameAgreement>;
}): Strength | undefined {
  const { isEmail, isKey, isUsername, name } = facts;
  const hasKey = isEmail || isKey || isUsername;
  if (isEmail && (isKey || name === 'same')) return 'proven';
  // Somebody who has another address now; or the number was given to a namesake, whose address tells.
  if (hasKey && name === 'same') return 'likely';
  // A family shares an address, and a university gives one to somebody else later: the first name has to agree.
  if (isEmail && name === 'similar') return 'likely';
  if (hasKey) return 'doubtful';
  return name === 'same' ? 'weak' : undefined;
}

/** A person's name as the ERP has it; an account without a last name is called `-` in Moodle. */
function nameOfPerson({ entity }: Desired): PersonName {
  const { firstname, middlename, lastname } = entity.fields as AccountFields;
  return { first: `${firstname} ${middlename}`, last: lastname };
}

function nameOfAccount({ fields }: Observed): PersonName {
  return { first: String(fields.firstname), last: String(fields.lastname) };
}

/** Things by a key; those whose key is empty are left out. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = Map.groupBy(items, keyOf);
  groups.delete('');
  return groups;
}
