import { cohortIdnumber, idnumbersOf, parseIdnumber } from '#shared/models/references.ts';
import {
  cohortService,
  kindOfService,
  type MoodleKind,
  prefixes,
  type ServiceName,
  serviceModels,
} from '#shared/models/services.ts';
import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import type { DryRun } from '#shared/operate/plan/dry-run.ts';
import { isMadeUp } from '#shared/operate/plan/dry-run-moodle.ts';

/** Ids that no record has are looked up in Moodle as far as they are not many more than the records. */
const mostGaps = 20_000;

const kinds: Partial<Record<ServiceName, MoodleKind>> = kindOfService;

/**
 * What Moodle has of a service's whether or not a record still asks for it. The services before it are mapped.
 *
 * @param ids of the records that there are
 * @returns the ids of the records, as the ID numbers name them, by the idnumbers of the mappings
 */
export async function leftInMoodle(
  run: DryRun,
  service: ServiceName,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { held } = run.moodle;
  switch (kinds[service]) {
    case 'category':
      await held.readCategories();
      return idsIn(held.categories.values(), service);
    case 'course':
      // Also those of subjects that a program does not list any more, and of programs whose records are gone.
      return idsIn(await held.coursesUnder((name) => parseIdnumber(name)?.model === 'op.course'), service);
    case 'group':
      // Also those in courses that are hidden by now, or of another program.
      return idsIn(await namedGroups(run), service);
    case 'cohort':
      return idsIn(
        (await namedCohorts(run)).filter(({ idnumber }) => cohortService(idnumber) === service),
        service,
      );
    case 'account':
      return peopleWithout(run, service, ids);
    default:
      return service === 'attendance' ? new Map() : placesOf(run, service);
  }
}

/**
 * What Moodle has under these idnumbers: Moodle's ids by the idnumbers of the mappings. What several have is left out;
 * the enrolments of a person and attendance sheets have no ID number there.
 *
 * @param given the ID numbers that an instance gives in their place
 */
export async function counterparts(
  run: DryRun,
  service: ServiceName,
  idnumbers: string[],
  given: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  const rows = await rowsNamed(run, kinds[service], [
    ...idnumbers,
    ...idnumbers.flatMap((idnumber) => given.get(idnumber) ?? []),
  ]);
  // Accounts may share an idnumber.
  const byName = Map.groupBy(rows, (row) => row.idnumber.toLowerCase());
  const found = new Map<string, number>();
  for (const idnumber of idnumbers) {
    const names = new Set([idnumber, given.get(idnumber) ?? idnumber].map((name) => name.toLowerCase()));
    const [first, ...others] = [...names].flatMap((name) => byName.get(name) ?? []);
    if (first && others.length === 0) found.set(idnumber, first.id);
  }
  return found;
}

/** What Moodle has of a kind, these idnumbers among it. */
async function rowsNamed(
  run: DryRun,
  kind: MoodleKind | undefined,
  idnumbers: string[],
): Promise<Iterable<{ id: number; idnumber: string }>> {
  const { held } = run.moodle;
  if (kind === 'group') return namedGroups(run);
  if (kind === 'category') await held.readCategories();
  else if (kind === 'course') await held.readCoursesNamed('idnumber', idnumbers);
  else if (kind === 'cohort') return namedCohorts(run);
  else if (kind === 'account') await held.readAccounts('idnumber', idnumbers);
  const rows = { category: held.categories, course: held.courses, account: held.accounts };
  return kind ? rows[kind].values() : [];
}

/** The ids of a service's records among these idnumbers, by idnumber. */
function idsIn(rows: Iterable<{ idnumber: string }>, service: ServiceName): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { idnumber } of rows) {
    const parts = parseIdnumber(idnumber.split('@')[0]!);
    if (parts?.model === serviceModels[service]) ids.set(idnumber, parts.id);
  }
  return ids;
}

/** All cohorts, by the idnumbers that the mappings of ours have. */
async function namedCohorts({ moodle: { held } }: DryRun): Promise<{ id: number; idnumber: string }[]> {
  await held.readCohorts();
  return [...held.cohorts.values()].map(({ id, idnumber }) => ({ id, idnumber: cohortIdnumber(idnumber) }));
}

/** The groups in our courses, by the idnumbers that their mappings have. */
async function namedGroups(run: DryRun): Promise<{ id: number; idnumber: string }[]> {
  const { held } = run.moodle;
  const courses = await ourCourses(run);
  await held.readGroups(courses.keys());
  return [...held.groups.values()].flatMap(({ id, idnumber, courseid }) => {
    const course = courses.get(courseid);
    return course === undefined ? [] : [{ id, idnumber: `${idnumber}@${course}` }];
  });
}

/** The idnumbers of our courses that Moodle has, by its ids. */
async function ourCourses({ mappings, instance }: DryRun): Promise<Map<number, string>> {
  const rows = await mappings.listByPrefix(instance.id, prefixes.subjects);
  return new Map(
    rows.flatMap(({ idnumber, moodle_id: id }) =>
      id === undefined || isMadeUp(id) ? [] : [[id, idnumber] as const],
    ),
  );
}

/**
 * The people whose records are gone and whose accounts are there. Moodle does not list accounts by how their idnumbers
 * begin, so the ids that are missing among the records are looked up.
 */
async function peopleWithout(
  { moodle: { held } }: DryRun,
  service: ServiceName,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const known = new Set(ids);
  const last = Math.max(0, ...ids.map(Number).filter(Number.isSafeInteger));
  if (last - known.size > mostGaps) return new Map();
  const gaps = Array.from({ length: last }, (_, index) => String(index + 1)).filter((id) => !known.has(id));
  const left = new Map(gaps.map((id) => [idnumbersOf(service)(id), id]));
  await held.readAccounts('idnumber', left.keys());
  const there = new Set([...held.accounts.values()].map(({ idnumber }) => idnumber));
  return new Map([...left].filter(([idnumber]) => there.has(idnumber)));
}

/** The people in our courses, by the idnumbers of the mappings that stand for their courses. */
async function placesOf(run: DryRun, service: ServiceName): Promise<Map<string, string>> {
  const { moodle } = run;
  await moodle.held.readPlaces((await ourCourses(run)).keys());
  const people = new Set([...moodle.held.places.values()].map(({ userid }) => userid));
  await moodle.held.readAccounts('id', [...people].map(String));
  const names = [...people].flatMap((id) => personIn(run, id) ?? []);
  return idsIn(
    names.map((idnumber) => ({ idnumber: `${idnumber}@${service}` })),
    service,
  );
}

/** Whose an account is: as its ID number says where that is the link's own, else as its mapping does. */
export function personIn({ moodle, mappings }: DryRun, userid: number): string | undefined {
  const named = moodle.idnumberOf('account', userid);
  return named !== undefined && personOf(named) ? named : mappings.idnumberOf('account', userid);
}
