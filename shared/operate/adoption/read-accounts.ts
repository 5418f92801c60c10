import { comparableEmail } from '#shared/models/fields/email.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { chunkByVariables } from '#shared/moodle/client/form.ts';
import {
  getAccountRows,
  getUsersByField,
  isDeleted,
  type MoodleUser,
  type UserField,
} from '#shared/moodle/functions/users.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { Observed } from './kinds.ts';
import { observedAccount } from './observe.ts';

/**
 * Ids asked for in one call while there are accounts under them: Moodle 4.5 takes up to 13 ms for each account it
 * finds, and next to nothing for an id that it does not have.
 */
const idsWhereSome = 200;
const idsWhereNone = 800;
/**
 * So many ids without an account behind the last known one mean that there are no more. Moodle answers deleted
 * accounts by their id as well (measured on 4.5), so that only numbers the database never used are missing.
 */
const idsToTheEnd = 4_000;
/** Calls under way at once: more would make Moodle slow for the people who use it. */
export const lanes = 2;

/** All accounts of a Moodle. */
export interface MoodleAccounts {
  accounts: Observed[];
  /** The last id that was looked at. */
  lastId: number;
}

/**
 * Reads every account. None of Moodle's functions lists them (but core_user_get_users, which a token's service need
 * not have, with an answer as large as the site): they are asked for by id, from the first on.
 *
 * @param known keys by which accounts are looked up beforehand, so that none is missed that matters
 * @param tokenUser id of the token's user, who is one of the newest
 * @param onRead told how many ids have been looked at, and how many there are as far as is known
 */
export async function readAccounts(
  client: MoodleClient,
  known: { emails: string[]; idnumbers: string[] },
  tokenUser: number,
  onRead: (done: number, total: number) => void,
): Promise<MoodleAccounts> {
  const observed = new Map<number, MoodleUser>();
  let last = tokenUser;
  let next = 1;
  await readOn();
  // An account far off, behind a gap in the numbers, is known to be there by its keys only.
  const emails = new Set([...observed.values()].map(({ email }) => comparableEmail(email)));
  const idnumbers = new Set([...observed.values()].map(({ idnumber }) => idnumber.toLowerCase()));
  await lookUp(
    'email',
    known.emails.filter((email) => !emails.has(comparableEmail(email))),
  );
  await lookUp(
    'idnumber',
    known.idnumbers.filter((idnumber) => !idnumbers.has(idnumber.toLowerCase())),
  );
  await readOn();
  const accounts = [...observed.values()].filter((user) => !isDeleted(user));
  return { accounts: accounts.map((user) => observedAccount(user, tokenUser)), lastId: next - 1 };

  async function readOn(): Promise<void> {
    let size = idsWhereSome;
    while (next <= last + idsToTheEnd) {
      const chunks = Array.from({ length: lanes }, (_, lane) =>
        Array.from({ length: size }, (_, index) => next + lane * size + index),
      );
      let count = 0;
      await inLanes(chunks, { lanes }, async (ids) => {
        const users = await getAccountRows(client, 'id', ids);
        count += users.length;
        for (const user of users) note(user);
      });
      next += lanes * size;
      size = count > 0 ? idsWhereSome : idsWhereNone;
      onRead(next - 1, last + idsToTheEnd);
    }
  }

  async function lookUp(field: UserField, values: string[]): Promise<void> {
    const chunks = chunkByVariables([...new Set(values)].filter(Boolean), () => 1);
    await inLanes(chunks, { lanes }, async (chunk) => {
      for (const user of await getUsersByField(client, field, chunk)) note(user);
    });
  }

  function note(user: MoodleUser): void {
    observed.set(user.id, user);
    last = Math.max(last, user.id);
  }
}
