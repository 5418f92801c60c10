import { prefixes, servicesOfKind } from '#shared/models/services.ts';
import type { MoodleUser } from '#shared/moodle/functions/users.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { accountNames, isNumbered } from './account-names.ts';
import { personOf, presenceOf } from './person-presence.ts';

/** Where it is told which mapping leads to an account. */
export type AccountMappings = Pick<RecordView, 'instance' | 'idnumbersById'>;

const known = new WeakMap<AccountMappings, Promise<ReadonlyMap<number, string>>>();

/**
 * The record whose account it is as its ID number says or, where the instance gives others, as the mappings do; those
 * are read whole then, once in a unit: it is needed for conflicts only. A number proves nothing: who goes by it looks
 * whether the mapping leads to the account.
 *
 * @returns the idnumber of the mapping; undefined for an account that is none of ours
 */
export async function ownerOf(
  view: AccountMappings,
  { id, idnumber }: Pick<MoodleUser, 'id' | 'idnumber'>,
): Promise<string | undefined> {
  const named = idnumber.toLowerCase();
  if (personOf(named)) return named;
  if (idnumber === '' || !isNumbered(view.instance)) return undefined;
  if (!known.has(view)) known.set(view, ownersOf(view));
  return (await known.get(view))!.get(id);
}

/** Of all accounts. Few lie together in the memory: enrolments, of which most is kept, have idnumbers that begin alike. */
async function ownersOf(view: AccountMappings): Promise<Map<number, string>> {
  const owners = new Map<number, string>();
  for (const service of servicesOfKind('account')) {
    for (let digit = 1; digit <= 9; digit += 1) {
      for (const [id, idnumber] of await view.idnumbersById(`${prefixes[service]}${digit}`))
        owners.set(id, idnumber);
    }
  }
  return owners;
}

/** The ID numbers that the account of these records may have in Moodle: the link's own, and those of the instance. */
export async function numbersOf(view: RecordView, records: readonly string[]): Promise<string[]> {
  const presences = await Promise.all(records.map((record) => presenceOf(view, record)));
  const given = presences.flatMap((presence) =>
    presence.state === 'here' ? accountNames(view.instance, presence).names.idnumber : [],
  );
  return [...new Set([...records, ...given])];
}
