import type { z } from 'zod';
import { isAcceptableEmail } from './fields/email.ts';
import { active, recordId, reference, text } from './fields/fields.ts';
import { characterCount, moodleLimits } from './fields/moodle-limits.ts';
import { isUnstorable, type RecordCheck, readsAsHtml } from './fields/record-check.ts';
import { type Ripple, withoutActive } from './model.ts';
import type { ServiceName } from './services.ts';

/** The fields of op.student and op.faculty that make an account; name, e-mail and phones are the contact's. */
export const personFields = {
  id: recordId,
  name: text,
  first_name: text,
  middle_name: text,
  last_name: text,
  email: text,
  phone: text,
  mobile: text,
  company_id: reference,
  active,
};

type PersonInput = z.output<z.ZodObject<typeof personFields>>;

/** What a student and a teacher have in common for Odoo. Telephone numbers are copied only where a Moodle gets them. */
export const personInOdoo = {
  contact: 'partner_id',
  copiedForTemplates: [
    ...['birth_date', 'blood_group', 'gender', 'id_number', 'nationality', 'user_id', 'login'],
    // Of the contact.
    ...[
      'city',
      'country_code',
      'country_id',
      'function',
      'lang',
      'ref',
      'state_id',
      'street',
      'street2',
      'tz',
    ],
    ...['vat', 'zip'],
  ],
  notCopied: ['phone', 'mobile'],
  withoutField: {
    ...withoutActive,
    mobile: 'Only the phone number of the contact is taken over.',
    company_id: 'An instance cannot be limited to some companies.',
  },
};

/** The fields by which students and teachers are known, and those that say whether they are an instance's. */
export const fieldsOfPlace = [
  ...['active', 'company_id'],
  ...['first_name', 'middle_name', 'last_name', 'name', 'email'],
];

/** What is pushed of the parents whose child has changed: where they belong, and which roles they have, the child says. */
export const ofParents: readonly Ripple[] = [{ push: 'parents' }, { push: 'children' }];

/**
 * What is pushed after a change of a person.
 *
 * @param accounts,places the services of the account, and of what the person is enrolled in
 * @param fields that say where a person is enrolled, and by which account
 */
export function ripplesOfPerson(accounts: ServiceName, places: ServiceName, fields: string[]): Ripple[] {
  return [
    { push: accounts },
    { push: places, when: fields },
    // Whoever shares the old or the new address may be free of a conflict now.
    { push: 'students', way: '>email <op.student', when: ['email'] },
    { push: 'faculty', way: '>email <op.faculty', when: ['email'] },
    { push: 'parents', way: '>email <op.parent', when: ['email'] },
  ];
}

/** What students, teachers and parents have in common: an account in Moodle. */
export type Person = ReturnType<typeof toPerson>;

/** Moodle refuses an account without a last name; this stands for "has none". */
export const noLastName = '-';

/** How long a part of the name may be, and what for. */
export const asName = [moodleLimits.personName, 'for the account'] as const;

/** Makes the account data of a person and reports what Moodle would not take. */
export function toPerson(fields: PersonInput, check: RecordCheck<PersonInput>) {
  const lastName = realName(fields.last_name);
  const middleName = realName(fields.middle_name);
  return {
    id: fields.id,
    firstName: check.requiredValue('first_name', ...asName, firstNameOf(fields, lastName)),
    middleName: middleName && check.acceptableText('middle_name', ...asName, middleName),
    lastName: check.acceptableText('last_name', ...asName, lastName ?? noLastName),
    email: checkedEmail(fields.email, check, `on the ${check.noun}'s contact in OpenEduCat.`),
    phone: storablePhone(fields.phone) ?? storablePhone(fields.mobile),
    companyId: fields.company_id,
    active: fields.active,
  };
}

/** OpenEduCat's web form writes the text "False" where a part of a name is missing. */
function realName(part: string | undefined): string | undefined {
  return part === 'False' ? undefined : part;
}

/** A full name without the texts "False" at its end. By its words: a pattern takes minutes over 100 kB of blanks. */
function withoutFalse(name: string | undefined): string | undefined {
  const words = name?.split(/(\s+)/u) ?? [];
  while (words.length > 1 && words.at(-1) === 'False') words.length -= 2;
  return realName(words.join('') || undefined);
}

/** The first name, or what the full name holds before the last name. */
function firstNameOf(fields: PersonInput, lastName: string | undefined): string | undefined {
  const given = realName(fields.first_name);
  if (given !== undefined) return given;
  const fullName = withoutFalse(fields.name);
  if (fullName === undefined || lastName === undefined || !fullName.endsWith(` ${lastName}`)) return fullName;
  return fullName.slice(0, -lastName.length).trim();
}

/** @param place where it is corrected, as the end of a sentence */
export function checkedEmail(email: string | undefined, check: RecordCheck<object>, place: string): string {
  const subject = `e-mail address of this ${check.noun}`;
  if (email === undefined) {
    const lack = `This ${check.noun} has no e-mail address; Moodle needs one for every account.`;
    check.report('email', 'required', `${lack} Add it ${place}`);
  } else if (characterCount(email) > moodleLimits.email) {
    const fault = `The ${subject} is longer than the ${moodleLimits.email} characters Moodle takes.`;
    check.report('email', 'too-long', `${fault} Correct it ${place}`);
  } else if (!isAcceptableEmail(email)) {
    const fault =
      `The ${subject} is not one Moodle accepts: it needs one @, a domain with a dot whose last part begins with a ` +
      'letter, and no blanks or accented letters.';
    check.report('email', 'format', `${fault} Correct it ${place}`);
  }
  return email ?? '';
}

/** A phone number is not worth an account: one that Moodle would refuse is left out. */
export function storablePhone(phone: string | undefined): string | undefined {
  if (phone === undefined) return undefined;
  const isRefused = characterCount(phone) > moodleLimits.phone || readsAsHtml(phone) || isUnstorable(phone);
  return isRefused ? undefined : phone;
}
