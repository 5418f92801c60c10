import { type Profile, profileOf } from '#shared/moodle/conventions/profile.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { EntityInUse } from '#shared/moodle/push/entity.ts';
import { type AccountNames, accountNames } from './account-names.ts';
import type { PersonRecord } from './person-presence.ts';

/** An account in Moodle, as the ERP sees it. */
export type AccountFields = {
  firstname: string;
  lastname: string;
  middlename: string;
  email: string;
  phone1: string;
  suspended: boolean;
} & AccountNames &
  Profile;

/** What a person's record says of the account in an instance. */
export function accountFields(instance: Instance, record: PersonRecord): AccountFields {
  const { person } = record;
  return {
    firstname: person.firstName,
    lastname: person.lastName,
    middlename: person.middleName ?? '',
    email: person.email,
    phone1: person.phone ?? '',
    suspended: !person.active,
    ...accountNames(instance, record).names,
    ...profileOf(instance.profile, record.item).fields,
  };
}

/** The account of somebody who is in use. */
export type AccountInUse = EntityInUse<AccountFields>;

/** The e-mail address of an entity that is an account. */
export function emailOf({ fields }: AccountInUse): string {
  return fields.email;
}
