import type { Person } from '#shared/models/person.ts';
import type { EntityInUse } from '#shared/moodle/push/entity.ts';

/** An account in Moodle, as the ERP sees it. */
export type AccountFields = {
  firstname: string;
  lastname: string;
  middlename: string;
  email: string;
  phone1: string;
  suspended: boolean;
};

/** What a person's record says of the account. */
export function accountFields(person: Person): AccountFields {
  return {
    firstname: person.firstName,
    lastname: person.lastName,
    middlename: person.middleName ?? '',
    email: person.email,
    phone1: person.phone ?? '',
    suspended: !person.active,
  };
}

/** The account of somebody who is in use. */
export type AccountInUse = EntityInUse<AccountFields>;

/** The e-mail address of an entity that is an account. */
export function emailOf({ fields }: AccountInUse): string {
  return fields.email;
}
