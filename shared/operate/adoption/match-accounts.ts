import { comparableEmail } from '#shared/models/fields/email.ts';
import { type PersonName, personNameAgreement, personNameKey } from '#shared/models/fields/person-name.ts';
import { usernameFor } from '#shared/models/fields/username.ts';
import type { AdoptionTie, Desired, Observed } from './kinds.ts';
import { evidenceOf, type Key, type Strength, tiesBy } from './match.ts';
import { comparableKey } from './names.ts';

type Person = Desired<'account'>;

/** All accounts for which anything speaks that they are one of these people's. */
export function accountTies(
  people: readonly Person[],
  accounts: readonly Observed[],
): AdoptionTie<'account'>[] {
  const keys: Key<Person, Observed>[] = [
    {
      of: ({ idnumber }) => comparableKey(idnumber),
      from: (person) => [person.idnumber, ...person.keys],
    },
    {
      of: ({ fields }) => comparableKey(String(fields.username)),
      from: ({ keys: own, fields: { email } }) => [...own, comparableEmail(email), usernameFor(email)],
    },
    {
      of: ({ fields }) => comparableEmail(String(fields.email)),
      from: ({ fields }) => [comparableEmail(fields.email)],
    },
    {
      of: (account) => personNameKey(nameOfAccount(account)),
      from: (person) => [personNameKey(nameOfPerson(person))],
    },
  ];
  return tiesBy(people, accounts, keys, tieOf);
}

/** What speaks for an account being a person's; undefined where nothing does. */
function tieOf(desired: Person, observed: Observed): AdoptionTie<'account'> | undefined {
  const { email } = desired.fields;
  const username = comparableKey(String(observed.fields.username));
  const idnumber = comparableKey(observed.idnumber);
  const isEmail = comparableEmail(String(observed.fields.email)) === comparableEmail(email);
  const isKey = desired.keys.some((key) => key === idnumber || key === username);
  // A username that is the address says nothing more where the address itself agrees.
  const isUsername = !isEmail && [comparableEmail(email), usernameFor(email)].includes(username);
  const name = personNameAgreement(nameOfPerson(desired), nameOfAccount(observed));
  if (idnumber === desired.idnumber) {
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
function nameOfPerson({ fields }: Person): PersonName {
  const { firstname, middlename, lastname } = fields;
  return { first: `${firstname} ${middlename}`, last: lastname };
}

function nameOfAccount({ fields }: Observed): PersonName {
  return { first: String(fields.firstname), last: String(fields.lastname) };
}
