import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { type Warnings, warningsSchema } from '#shared/moodle/client/schemas.ts';
import type { Sent } from './parameters.ts';

export type NewUser = Sent<'core_user_create_users'>['users'][number];
export type UserChange = Sent<'core_user_update_users'>['users'][number];

const nullableText = z
  .string()
  .nullable()
  .transform((value) => value ?? '');

const userSchema = z.object({
  id: z.number(),
  // Absent without the capability moodle/user:viewalldetails; a lookup that hides it would mislead.
  username: z.string(),
  auth: z.string(),
  // Moodle leaves empty and hidden fields out.
  email: z.string().default(''),
  idnumber: z.string().default(''),
  firstname: z.string().default(''),
  lastname: z.string().default(''),
  /** Moodle 4.5 does not tell it; a release that does is believed. */
  middlename: z.string().optional(),
  // Neither does it tell phone numbers unless the site has them among its user identity fields.
  phone1: z.string().optional(),
  phone2: z.string().optional(),
  institution: z.string().optional(),
  department: z.string().optional(),
  address: z.string().optional(),
  city: z.string().optional(),
  country: z.string().optional(),
  lang: z.string().optional(),
  timezone: z.string().optional(),
  /** Fields that the site has added; those that are empty are left out. A date is in seconds since 1970. */
  customfields: z
    .array(z.object({ type: z.string(), shortname: z.string(), value: nullableText }))
    .optional(),
  suspended: z.boolean().default(false),
});
export type MoodleUser = z.infer<typeof userSchema>;

export type UserField = 'id' | 'idnumber' | 'username' | 'email';

const createdSchema = z.array(z.object({ id: z.number(), username: z.string() }));

/**
 * Makes accounts, all or none, in the order given. A second account with the same idnumber is accepted. A username is
 * of a-z 0-9 . - _ @ only, 100 characters at most, and so are the names.
 */
export async function createUsers(
  client: MoodleCaller,
  users: NewUser[],
): Promise<z.infer<typeof createdSchema>> {
  if (users.length === 0) return [];
  return client.call('core_user_create_users', { users }, createdSchema);
}

/** Changes accounts one by one; those that were refused are named in the warnings (`itemid` is the user's id). */
export async function updateUsers(client: MoodleCaller, users: UserChange[]): Promise<Warnings> {
  if (users.length === 0) return { warnings: [] };
  return client.call('core_user_update_users', { users }, warningsSchema);
}

/**
 * Whether Moodle has a language, such as `es_co`. It looks at the parameters of a call before it looks for an account, and
 * refuses all of them for a language that it does not have; there is no account 0, so nothing is changed (4.5 and 5.1).
 */
export async function hasLanguage(client: MoodleCaller, lang: string): Promise<boolean> {
  try {
    await updateUsers(client, [{ id: 0, lang }]);
    return true;
  } catch (error) {
    if (error instanceof MoodleError && error.errorcode === 'invalidparameter') return false;
    throw error;
  }
}

/**
 * Finds accounts by one field, without regard to case; several may share an e-mail or idnumber. A username with
 * an upper-case letter makes Moodle refuse the whole call. Accounts that the token may not see are left out, and so are
 * deleted ones.
 */
export async function getUsersByField(
  client: MoodleCaller,
  field: UserField,
  values: readonly (string | number)[],
): Promise<MoodleUser[]> {
  const users = await getAccountRows(client, field, values);
  return users.filter((user) => !isDeleted(user));
}

/** The same with the accounts that were deleted: Moodle answers them by their id as if they were there. */
export async function getAccountRows(
  client: MoodleCaller,
  field: UserField,
  values: readonly (string | number)[],
): Promise<MoodleUser[]> {
  if (values.length === 0) return [];
  return client.call('core_user_get_users_by_field', { field, values }, z.array(userSchema));
}

/**
 * Whether an account was deleted. Moodle keeps its row, with a hash in place of the address, the time at the end of
 * the username and no ID number (lib/moodlelib.php, delete_user; seen on 4.5).
 */
export function isDeleted({ email, username, idnumber }: MoodleUser): boolean {
  return idnumber === '' && /^[0-9a-f]{32}$/.test(email) && /\.\d{9,}$/.test(username);
}
