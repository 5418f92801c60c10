import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { Inventory } from '#shared/moodle/inventory/inventory.ts';
import { type AdoptionStores, readDesired } from './desired.ts';
import type { Desired, Observed } from './kinds.ts';
import { observedCategory, observedCourse, observedGroup, pathTo } from './observe.ts';
import { lanes, readAccounts } from './read-accounts.ts';
import { invalidRow, type Row } from './rows.ts';
import { compareAccounts, compareGroups, compareStructure, ofKind, type Resolved } from './survey.ts';

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
  desired: Desired[];
  /** Everything in Moodle that was read, by its kind and id. */
  observed: Map<string, Observed>;
  /** Accounts were looked for up to this id. */
  lastAccountId: number;
}

/** The key of something in Moodle. */
export function observedKey(kind: Observed['kind'], id: number): string {
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
  const records = await readDesired(instance, stores, (done) => onProgress('records', done, done));
  const structure = await surveyStructure(instance, client, records.desired, onProgress);
  const people = ofKind(records.desired, 'account').filter(({ mapping }) => mapping?.moodle_id === undefined);
  const known = {
    emails: people.map(({ fields }) => fields.email),
    idnumbers: people.flatMap(({ idnumber, keys }) => [idnumber, ...keys]),
  };
  const { accounts, lastId } = await readAccounts(client, known, tokenUser, (done, total) =>
    onProgress('accounts', done, total),
  );
  const rows = [
    ...structure.rows,
    ...compareAccounts(records.desired, accounts),
    ...records.unpushable.map(invalidRow),
  ];
  const everything = [...structure.observed, ...accounts];
  const observed = new Map(everything.map((each) => [observedKey(each.kind, each.id), each]));
  return { rows, desired: records.desired, observed, lastAccountId: lastId };
}

/** The same for categories, courses and groups alone: what has been decided of one tells of what lies in it. */
export async function surveyStructure(
  instance: Instance,
  client: MoodleClient,
  desired: readonly Desired[],
  onProgress: OnProgress,
): Promise<{ rows: Row[]; observed: Observed[] }> {
  const inventory = new Inventory(client, { lanes });
  const counted = (what: 'categories' | 'groups', total: number) => {
    let done = 0;
    return () => onProgress(what, ++done, total);
  };
  await inventory.readCategories();
  await inventory.readCoursesIn(
    inventory.categories.keys(),
    counted('categories', inventory.categories.size),
  );
  const categories = [...inventory.categories.values()].map((each) => observedCategory(each, inventory));
  const courses = [...inventory.courses.values()].sort((a, b) => a.id - b.id).map(observedCourse);
  const pathOf = (id: number) => pathTo(inventory.categories.get(id));
  const { rows, resolved } = compareStructure(desired, { categories, courses, pathOf }, instance);
  // A course that somebody has deleted in Moodle is still known by its id, and has no groups to ask for.
  const withGroups = [...coursesWithGroups(desired, resolved)].filter((id) => inventory.courses.has(id));
  await inventory.readGroups(withGroups, counted('groups', withGroups.length));
  const groups = [...inventory.groups.values()].map(observedGroup);
  const inCourse = Map.groupBy(groups, ({ fields }) => fields.course);
  const byCourse = new Map(withGroups.map((id) => [id, inCourse.get(id) ?? []]));
  const ofGroups = compareGroups(desired, byCourse, resolved);
  return { rows: [...rows, ...ofGroups], observed: [...categories, ...courses, ...groups] };
}

/** Moodle ids of the courses that should have groups. */
function coursesWithGroups(desired: readonly Desired[], resolved: Resolved): Set<number> {
  return new Set(ofKind(desired, 'group').flatMap(({ fields }) => resolved.get(fields.course) ?? []));
}
