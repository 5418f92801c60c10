import { type AdoptedKind, adoptedKinds } from '#shared/models/services.ts';
import { type AccountMappings, ownerOf } from '#shared/moodle/accounts/account-owners.ts';
import { accountNoteOf } from '#shared/moodle/accounts/account-records.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Warnings } from '#shared/moodle/client/schemas.ts';
import { failureOfCode } from '#shared/moodle/failures.ts';
import { updateCategories } from '#shared/moodle/functions/categories.ts';
import { updateCourses } from '#shared/moodle/functions/courses.ts';
import { updateGroups } from '#shared/moodle/functions/groups.ts';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { Inventory } from '#shared/moodle/inventory/inventory.ts';
import {
  idnumbersById,
  isUndecided,
  type Mapping,
  type MappingStore,
  newMapping,
  undecided,
} from '#shared/moodle/mappings/mapping.ts';
import { type BulkOutcome, runInBulk } from '#shared/moodle/push/bulk.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { Brake } from '#shared/sync/limits/brake.ts';
import type { Clock } from '#shared/sync/ports.ts';
import { withoutFailure } from '#shared/sync/units/attempts.ts';
import type { AdoptionService, Desired, Observed } from './kinds.ts';
import { observedAccount, observedCategory, observedCourse, observedGroup } from './observe.ts';
import { lanes } from './read-accounts.ts';

/** A record and what it is in Moodle. */
export interface Pair {
  desired: Desired;
  observed: Observed;
}

/** What became of one: its mapping as it is now, and what went wrong, in sentences. */
export type Adopted = { mapping: Mapping } | { problem: string; mapping?: Mapping };

/** What applying needs. */
export interface ApplyPorts {
  instance: Instance;
  client: MoodleClient;
  /** The id of the token's user. */
  tokenUser: number;
  mappings: MappingStore;
  brake: Pick<Brake, 'addHolds'>;
  clock: Clock;
}

/** So many are looked at, written and noted together: what an interruption leaves half done is found by the next run. */
const portion = 200;
const savingLanes = 8;

/** What to do where a mapping is no longer as it was read. */
export const overtaken = 'A push has noted something of it in the meantime: run this command again.';

/**
 * Writes the records' ID numbers to what they are in Moodle, and notes which it is. Nothing else is changed, and what
 * is no longer as it was found is left alone. Once Moodle turns out to be away or misconfigured, the rest is left for
 * another run.
 *
 * @returns for each record its new mapping, or what went wrong
 */
export async function adoptPairs(
  pairs: readonly Pair[],
  ports: ApplyPorts,
  onProgress: (done: number, total: number) => void,
): Promise<Map<Desired, Adopted>> {
  const outcomes = new Map<Desired, Adopted>();
  const session: { clock: Clock; failure?: Failure } = { clock: ports.clock };
  const accounts: AccountMappings = {
    instance: ports.instance,
    idnumbersById: async (prefix) =>
      idnumbersById(await ports.mappings.listByPrefix(ports.instance.id, prefix)),
  };
  /** Whose the accounts are that were adopted in this run. */
  const adoptedBy = new Map<number, string>();
  for (const kind of adoptedKinds) {
    const ofKind = pairs.filter(({ desired }) => desired.kind === kind);
    for (const round of roundsOf(ofKind)) {
      for (let start = 0; start < round.length && !session.failure; start += portion) {
        await adoptPortion(kind, round.slice(start, start + portion));
        onProgress(outcomes.size, pairs.length);
      }
    }
  }
  return outcomes;

  async function adoptPortion(kind: AdoptedKind, some: Pair[]): Promise<void> {
    const now = new Map((await readNow(kind, some, ports)).map((observed) => [observed.id, observed]));
    const ready: ReadyPair[] = [];
    const adopted = [...outcomes].flatMap(([desired, outcome]) => ('problem' in outcome ? [] : desired));
    const numbered = new Set(adopted.map(({ moodleIdnumber }) => moodleIdnumber));
    for (const pair of some) {
      const observed = now.get(pair.observed.id);
      const problem = changedSince(pair, observed, numbered);
      if (problem) outcomes.set(pair.desired, { problem });
      else ready.push({ ...pair, observed: observed!, mapping: mappingOf(pair.desired, ports.instance) });
    }
    const noted = await noteNumbers(ready);
    const written = await runInBulk(session, noted.filter(isUnnumbered), {
      variables: () => 3,
      call: (batch) => writeIdnumbers(kind, batch, ports.client),
    });
    await noteAdopted(
      noted.filter((pair) => {
        const outcome = written.get(pair);
        if (!outcome || 'done' in outcome) return true;
        const problem = `${outcome.failure.reason} ${outcome.failure.advice}`;
        outcomes.set(pair.desired, { problem, ...(pair.mapping.revision > 0 && { mapping: pair.mapping }) });
        return false;
      }),
    );
  }

  /**
   * Keeps the ID numbers that are about to be overwritten: nobody else knows them, and the run may end in between.
   *
   * @returns the pairs that can go on
   */
  async function noteNumbers(pairs: ReadyPair[]): Promise<ReadyPair[]> {
    const noted: ReadyPair[] = [];
    await inLanes(pairs, { lanes: savingLanes }, async (pair) => {
      const { idnumber } = pair.observed;
      if (!isUnnumbered(pair) || idnumber === '') noted.push(pair);
      else {
        const extra_data = { ...pair.mapping.extra_data, idnumber_before: idnumber };
        const mapping = { ...withoutFailure(pair.mapping), status: 'waiting' as const, extra_data };
        const saved = await save(pair.desired, mapping);
        if (saved) noted.push({ ...pair, mapping: saved });
      }
    });
    return noted;
  }

  async function noteAdopted(pairs: ReadyPair[]): Promise<void> {
    const held: AdoptionService[] = [];
    await inLanes(pairs, { lanes: savingLanes }, async ({ desired, observed, mapping }) => {
      const others = desired.kind === 'account' ? await othersOf(desired, observed, mapping) : [];
      const records =
        others.length > 0 ? [desired.idnumber, ...others.map((row) => row.idnumber)] : undefined;
      // The others first: an account that is several records' must not look like one's alone.
      for (const other of others)
        await ports.mappings.save({ ...withRecords(other, records), sync_hash: undefined });
      const saved = await save(desired, withRecords(adoptedMapping(mapping, observed), records));
      if (!saved) return;
      outcomes.set(desired, { mapping: saved });
      if (desired.kind === 'account') adoptedBy.set(observed.id, desired.idnumber);
      if (saved.active) held.push(desired.service);
    });
    for (const [service, all] of Map.groupBy(held, (name) => name))
      await ports.brake.addHolds(ports.instance, service, all.length);
  }

  /** The mappings of the other records whose account it is already. */
  async function othersOf({ idnumber }: Desired, observed: Observed, mapping: Mapping): Promise<Mapping[]> {
    const { id: instance } = ports.instance;
    const { id } = observed;
    const names = new Set(accountNoteOf(mapping).records);
    const named = adoptedBy.get(id) ?? (await ownerOf(accounts, observed));
    if (named !== undefined) {
      const holder = (await ports.mappings.getMany(instance, [named])).get(named);
      if (holder?.moodle_id === id)
        for (const record of accountNoteOf(holder).records ?? [named]) names.add(record);
    }
    names.delete(idnumber);
    if (names.size === 0) return [];
    const rows = await ports.mappings.getMany(instance, [...names]);
    return [...rows.values()].filter((row) => row.moodle_id === id);
  }

  /** The mapping as it is then; undefined where somebody else has written it. */
  async function save(desired: Desired, mapping: Mapping): Promise<Mapping | undefined> {
    if (await ports.mappings.save(mapping)) return { ...mapping, revision: mapping.revision + 1 };
    outcomes.set(desired, { problem: overtaken });
    return undefined;
  }
}

/** A pair that is as it was found, with the mapping as it is now. */
interface ReadyPair extends Pair {
  mapping: Mapping;
}

function isUnnumbered({ desired, observed }: Pair): boolean {
  return observed.idnumber !== desired.moodleIdnumber;
}

/** An account may be that of several records, such as a student's who teaches: each comes after the one before. */
function roundsOf(pairs: readonly Pair[]): Iterable<Pair[]> {
  const counts = new Map<number, number>();
  const rounds = Map.groupBy(pairs, ({ observed: { id } }) => {
    const round = counts.get(id) ?? 0;
    counts.set(id, round + 1);
    return round;
  });
  return rounds.values();
}

/** @param numbered ID numbers that were written in this run */
function changedSince(
  { desired, observed: before }: Pair,
  now: Observed | undefined,
  numbered: ReadonlySet<string>,
): string | undefined {
  if (!now) return `Moodle no longer has the ${before.kind} ${before.id}.`;
  if (now.isProtected) return `The account ${now.id} administers Moodle or this link.`;
  const expected = [before.idnumber, desired.moodleIdnumber];
  if (expected.includes(now.idnumber) || numbered.has(now.idnumber)) return undefined;
  return `The ${now.kind} ${now.id} has got the ID number ${now.idnumber || '(none)'} in the meantime.`;
}

/** What the pairs' are in Moodle as it is now. */
async function readNow(
  kind: AdoptedKind,
  pairs: readonly Pair[],
  { client, tokenUser }: ApplyPorts,
): Promise<Observed[]> {
  const inventory = new Inventory(client, { lanes });
  const ids = pairs.map(({ observed }) => observed.id);
  switch (kind) {
    case 'category':
      await inventory.readCategories();
      return [...inventory.categories.values()].map((category) => observedCategory(category, inventory));
    case 'course':
      await inventory.readCourses(ids);
      return [...inventory.courses.values()].map(observedCourse);
    case 'group':
      await inventory.readGroups(pairs.map(({ observed }) => Number(observed.fields.course)));
      return [...inventory.groups.values()].map(observedGroup);
    case 'account':
      await inventory.readAccounts('id', ids.map(String));
      return [...inventory.accounts.values()].map((user) => observedAccount(user, tokenUser));
  }
}

async function writeIdnumbers(
  kind: AdoptedKind,
  pairs: Pair[],
  client: MoodleClient,
): Promise<BulkOutcome<true>[]> {
  const changes = pairs.map(({ desired, observed }) => ({
    id: observed.id,
    idnumber: desired.moodleIdnumber,
  }));
  const all = pairs.map((): BulkOutcome<true> => ({ done: true }));
  switch (kind) {
    case 'category':
      await updateCategories(client, changes);
      return all;
    case 'group':
      // Moodle wants the name with every change of a group: it is the one that was just read.
      await updateGroups(
        client,
        pairs.map(({ observed }, index) => ({ ...changes[index]!, name: String(observed.fields.name) })),
      );
      return all;
    case 'course':
      return outcomesOf(pairs, await updateCourses(client, changes), 'core_course_update_courses');
    case 'account':
      return outcomesOf(pairs, await updateUsers(client, changes), 'core_user_update_users');
  }
}

/** Moodle applies the good items and warns of the others. */
function outcomesOf(pairs: Pair[], { warnings }: Warnings, moodleFunction: string): BulkOutcome<true>[] {
  const codes = new Map(warnings.map(({ itemid, warningcode }) => [itemid, warningcode]));
  return pairs.map(({ observed }) => {
    const code = codes.get(observed.id);
    return code === undefined ? { done: true } : { failure: failureOfCode(code, moodleFunction) };
  });
}

/** What a person has matched is confirmed: its address follows the record from now on. */
function withRecords(mapping: Mapping, records: string[] | undefined): Mapping {
  const { account: _note, ...rest } = mapping.extra_data ?? {};
  const extra_data = { ...rest, ...(records && { account: { records } }) };
  return { ...mapping, extra_data: Object.keys(extra_data).length > 0 ? extra_data : undefined };
}

/** Without a hash: what Moodle holds is not what the ERP would write, and the next push brings it up to date. */
function adoptedMapping(before: Mapping, observed: Observed): Mapping {
  return {
    ...withoutFailure(before),
    status: 'synced',
    moodle_id: observed.id,
    sync_hash: undefined,
    field_hashes: undefined,
    adoption: undefined,
    active: observed.fields.suspended !== true && observed.fields.visible !== false,
  };
}

/**
 * Notes of records what has been decided of them, or that nobody has: then nothing is pushed for them.
 *
 * @param adoption undefined where nothing in Moodle may be the record any more: it is pushed as any other
 * @returns the records whose mapping has changed in the meantime
 */
export async function noteDecisions(
  decisions: readonly { desired: Desired; adoption: Mapping['adoption'] }[],
  { instance, mappings, clock }: ApplyPorts,
): Promise<Desired[]> {
  const changed = decisions.filter(({ desired, adoption }) => desired.mapping?.adoption !== adoption);
  const notSaved: Desired[] = [];
  await inLanes(changed, { lanes: savingLanes }, async ({ desired, adoption }) => {
    const noted: Mapping = { ...withoutFailure(mappingOf(desired, instance)), status: 'waiting', adoption };
    const at = new Date(clock.now()).toISOString();
    const hold: Partial<Mapping> = {
      status: 'conflict',
      attempts: 1,
      failure: undecided(),
      attempted_hash: payloadHash(desired.payload),
      first_failed_at: at,
      last_failed_at: at,
    };
    const mapping = isUndecided(noted) ? { ...noted, ...hold } : noted;
    if (!(await mappings.save(mapping))) notSaved.push(desired);
  });
  return notSaved;
}

function mappingOf({ mapping, idnumber, service, source }: Desired, instance: Instance): Mapping {
  return mapping ?? newMapping(instance.id, idnumber, service, source);
}
