import type { AccountFields } from '#shared/moodle/accounts/account-fields.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Found, Wanted } from './kinds.ts';
import { readAccounts } from './moodle-accounts.ts';
import { readGroups, readStructure } from './moodle-structure.ts';
import { invalidRow, type Row } from './rows.ts';
import { compareAccounts, compareGroups, compareStructure, ofKind, type Resolved } from './survey.ts';
import { type AdoptionStores, readWanted, type WantedRecords } from './wanted.ts';

/** What is read, and how far: for a progress bar. */
export type OnProgress = (
  what: 'records' | 'categories' | 'groups' | 'accounts',
  done: number,
  total: number,
) => void;

/** A Moodle beside the records that belong there. */
export interface Survey {
  rows: Row[];
  /** The records that belong there, with the groups of courses that Moodle does not have. */
  wanted: Wanted[];
  /** Everything in Moodle that was read, by its kind and id. */
  found: Map<string, Found>;
  /** Accounts were looked for up to this id. */
  lastAccountId: number;
}

/** The key of something in Moodle. */
export function foundKey(kind: Found['kind'], id: number): string {
  return `${kind} ${id}`;
}

/**
 * Reads the records, the mappings and the Moodle of an instance and compares them. Makes no writing call.
 *
 * @param tokenUser the id of the token's user
 * @throws MoodleError, MoodleUnavailableError, MoodleAnswerError
 */
export async function survey(
  instance: Instance,
  client: MoodleClient,
  tokenUser: number,
  stores: AdoptionStores,
  onProgress: OnProgress,
): Promise<Survey> {
  const records = await readWanted(instance, stores, (done) => onProgress('records', done, done));
  const structure = await surveyStructure(instance, client, records.wanted, onProgress);
  const people = ofKind(records.wanted, 'account').filter(({ mapping }) => mapping?.moodle_id === undefined);
  const known = {
    emails: people.map(({ entity }) => (entity.fields as AccountFields).email),
    idnumbers: people.flatMap(({ moodleIdnumber, keys }) => [moodleIdnumber, ...keys]),
  };
  const { accounts, lastId } = await readAccounts(client, known, tokenUser, (done, total) =>
    onProgress('accounts', done, total),
  );
  const rows = [...structure.rows, ...compareAccounts(records.wanted, accounts), ...invalidRows(records)];
  const found = byKey([...structure.found, ...accounts]);
  return { rows, wanted: records.wanted, found, lastAccountId: lastId };
}

/** The same for categories, courses and groups alone: what has been decided of one tells of what lies in it. */
export async function surveyStructure(
  instance: Instance,
  client: MoodleClient,
  wanted: readonly Wanted[],
  onProgress: OnProgress,
): Promise<{ rows: Row[]; found: Found[] }> {
  const structure = await readStructure(client, (done, total) => onProgress('categories', done, total));
  const { rows, resolved } = compareStructure(wanted, structure, instance);
  // A course that somebody has deleted in Moodle is still known by its id, and has no groups to ask for.
  const there = new Set(structure.courses.map(({ id }) => id));
  const courses = [...coursesWithGroups(wanted, resolved)].filter((id) => there.has(id));
  const groups = await readGroups(client, courses, (done, total) => onProgress('groups', done, total));
  const found = [...structure.categories, ...structure.courses, ...[...groups.values()].flat()];
  return { rows: [...rows, ...compareGroups(wanted, groups, resolved)], found };
}

/** Moodle ids of the courses that should have groups. */
function coursesWithGroups(wanted: readonly Wanted[], resolved: Resolved): Set<number> {
  return new Set(
    ofKind(wanted, 'group').flatMap(({ entity }) => resolved.get(String(entity.fields.course)) ?? []),
  );
}

function invalidRows({ unpushable }: WantedRecords): Row[] {
  return unpushable.map(invalidRow);
}

function byKey(found: readonly Found[]): Map<string, Found> {
  return new Map(found.map((each) => [foundKey(each.kind, each.id), each]));
}
