import { comparableEmail } from '#shared/models/fields/email.ts';
import { getUsersByField, type MoodleUser, updateUsers } from '#shared/moodle/functions/users.ts';
import type { Mapped, UniqueField } from '#shared/moodle/push/entity-adapter.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { conflict, type Failure } from '#shared/sync/failure.ts';
import type { AccountFields } from './account-fields.ts';
import { ownerOf } from './account-owners.ts';
import { personOf } from './person-presence.ts';

type Name = 'email' | 'username' | 'idnumber';
type Account = Mapped<AccountFields>;

/** How each is compared: Moodle looks all of them up without regard to case. */
function comparable(value: string | undefined): string {
  return comparableEmail(value ?? '');
}

function wanted({ entity }: Account, name: Name): string {
  return comparable(entity.payload[name]);
}

/** The accounts that have the values which these should have: another one, or themselves. */
async function accountsWith(
  { client }: PushContext,
  name: Name,
  items: readonly Account[],
): Promise<Map<Account, MoodleUser>> {
  const users = await getUsersByField(
    client,
    name,
    items.map((item) => wanted(item, name)),
  );
  const byValue = Map.groupBy(users, (user) => comparable(user[name]));
  return new Map(
    items.flatMap((item) => {
      const having = byValue.get(wanted(item, name)) ?? [];
      const one = having.find(({ id }) => id !== item.moodleId) ?? having[0];
      return one ? [[item, one] as const] : [];
    }),
  );
}

/**
 * Who would have the ID number of another account, which Moodle allows: two of whom nobody could tell which is meant on
 * a list. An idnumber of ours names its mapping, so nobody else's is in its way.
 */
export async function numbersOfOthers(
  context: PushContext,
  items: readonly Account[],
): Promise<Map<Account, Failure>> {
  const given = items.filter(
    (item) => wanted(item, 'idnumber') !== '' && !personOf(wanted(item, 'idnumber')),
  );
  const shared = new Map<Account, Failure>();
  for (const [item, { id }] of await accountsWith(context, 'idnumber', given))
    if (id !== item.moodleId) shared.set(item, nameTaken('idnumber', id));
  const firsts = new Map<string, number>();
  for (const item of given) {
    const first = firsts.get(wanted(item, 'idnumber')) ?? item.moodleId;
    firsts.set(wanted(item, 'idnumber'), first);
    if (first !== item.moodleId && !shared.has(item)) shared.set(item, nameTaken('idnumber', first));
  }
  return shared;
}

/** @param build what the record of an account should be */
export function uniqueFields(build: UniqueField<AccountFields>['build']): UniqueField<AccountFields>[] {
  const field = (
    name: Name,
    parked: (idnumber: string) => string,
    taken: (id: number, owner: string | undefined, isMoving: boolean) => Failure,
  ): UniqueField<AccountFields> => ({
    name,
    build,
    holders: async (context, items) => {
      const holders = new Map();
      for (const [item, user] of await accountsWith(context, name, items)) {
        const idnumber = await ownerOf(context.view, user);
        holders.set(item.entity.idnumber, { moodleId: user.id, ...(idnumber && { idnumber }) });
      }
      return holders;
    },
    park: async ({ client }, { entity, moodleId }) => {
      await updateUsers(client, [{ id: moodleId, [name]: parked(entity.idnumber) }]);
    },
    taken: (_item, { moodleId, idnumber }, isMoving) => taken(moodleId, idnumber, isMoving),
  });
  return [
    // Nobody receives mail under .invalid (RFC 2606), and Moodle sends none there.
    field('email', (idnumber) => `${idnumber}@moved.oec-moodle-sync.invalid`, addressTaken),
    field(
      'username',
      (idnumber) => `${idnumber}.moved`,
      (...of) => nameTaken('username', ...of),
    ),
    field(
      'idnumber',
      (idnumber) => idnumber,
      (...of) => nameTaken('idnumber', ...of),
    ),
  ];
}

function addressTaken(id: number, owner: string | undefined, isMoving: boolean): Failure {
  if (owner !== undefined) return isMoving ? keptAddress(owner) : sharedAddress(owner);
  return conflict(
    'useremailduplicate',
    `Another account in Moodle (id ${id}) has this record's e-mail address.`,
    'Correct one of the two.',
  );
}

export function sharedAddress(owner: string): Failure {
  return conflict(
    'sharedemail',
    `The e-mail address of this record belongs to ${owner} in Moodle.`,
    'Give one of the two records another e-mail address in the ERP. If they are one person, archive the record that is not used any more; if they are a family, see the setting shared_emails.',
    owner,
  );
}

export function keptAddress(owner: string): Failure {
  return conflict(
    'keptemail',
    `The account of ${owner} has the e-mail address of this record in Moodle, though that record has another one.`,
    `Nothing: Moodle is told the address of ${owner} once more, and this record follows.`,
    owner,
  );
}

const said = {
  username: { code: 'usernametaken', label: 'username' },
  idnumber: { code: 'numbertaken', label: 'ID number' },
} as const;

/**
 * That somebody else has the username or ID number which a template gives. There is no other one to fall back on: people
 * log in by it, or are found by it on lists.
 *
 * @param id of the account that has it; undefined where that is being made
 */
export function nameTaken(
  name: keyof typeof said,
  id: number | undefined,
  owner?: string,
  isMoving = false,
): Failure {
  const { code, label } = said[name];
  const whose = [id !== undefined && `the account ${id}`, owner].filter(Boolean).join(', ');
  if (isMoving)
    return conflict(
      code,
      `The ${label} of this record is in Moodle that of ${whose}, whose record has another one.`,
      `Nothing: this record follows as soon as Moodle has been told of ${owner}.`,
      owner,
    );
  return conflict(
    code,
    `The ${label} that this record is to have in Moodle is that of ${whose}.`,
    'Correct the record in the ERP, or give that account another one in Moodle. If both are one person, run `oec-moodle adopt`.',
    owner,
  );
}
