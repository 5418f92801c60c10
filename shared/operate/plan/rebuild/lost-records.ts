import { idnumbersOf, parseIdnumber } from '#shared/models/references.ts';
import { prefixes, type ServiceOfKind, serviceModels } from '#shared/models/services.ts';
import type { DryRun } from '#shared/operate/plan/dry-run.ts';
import { isMadeUp } from '#shared/operate/plan/dry-run-moodle.ts';

/** Ids that no record has are looked up in Moodle as far as they are not many more than the records. */
const mostGaps = 20_000;

/**
 * The categories of departments or programs in Moodle, also those whose records are gone: others may lie in them.
 *
 * @returns the records' ids by idnumber
 */
export async function lostCategories(
  { moodle: { held } }: DryRun,
  service: ServiceOfKind<'category'>,
): Promise<Map<string, string>> {
  await held.readCategories();
  return new Map(
    [...held.categories.values()].flatMap(({ idnumber }) => {
      const parts = parseIdnumber(idnumber);
      return parts?.model === serviceModels[service] ? [[idnumber, parts.id] as const] : [];
    }),
  );
}

/**
 * Our courses in the categories of programs: also those of subjects that a program does not list any more, and of
 * programs whose records are gone.
 *
 * @returns the subjects' ids by the idnumbers of the courses
 */
export async function lostCourses(run: DryRun): Promise<Map<string, string>> {
  const { held } = run.moodle;
  const programs = await lostCategories(run, 'programs');
  const categories = [...held.categories.values()].filter(({ idnumber }) => programs.has(idnumber));
  const ids = new Set(categories.map(({ id }) => id));
  await held.readCoursesIn(ids);
  const courses = [...held.courses.values()].filter(({ categoryid }) => ids.has(categoryid));
  return new Map(
    courses.flatMap(({ idnumber }) => {
      const parts = parseIdnumber(idnumber);
      return parts?.model === 'op.subject' ? [[idnumber, parts.id] as const] : [];
    }),
  );
}

/**
 * The groups of batches in our courses: also in those that are hidden by now, or of another program.
 *
 * @returns the batches' ids by the idnumbers of the groups' mappings
 */
export async function lostGroups(run: DryRun): Promise<Map<string, string>> {
  const { held } = run.moodle;
  const courses = await ourCourses(run);
  await held.readGroups(courses.keys());
  return new Map(
    [...held.groups.values()].flatMap(({ idnumber, courseid }) => {
      const [parts, course] = [parseIdnumber(idnumber), courses.get(courseid)];
      return parts?.model === 'op.batch' && course ? [[`${idnumber}@${course}`, parts.id] as const] : [];
    }),
  );
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
export async function lostPeople(
  { moodle: { held } }: DryRun,
  service: 'students' | 'faculty',
  ids: readonly string[],
): Promise<string[]> {
  const known = new Set(ids);
  const last = Math.max(0, ...ids.map(Number).filter(Number.isSafeInteger));
  if (last - known.size > mostGaps) return [];
  const gaps = Array.from({ length: last }, (_, index) => String(index + 1)).filter((id) => !known.has(id));
  await held.readAccounts('idnumber', gaps.map(idnumbersOf(service)));
  return [...held.accounts.values()].flatMap(({ idnumber }) => {
    const parts = parseIdnumber(idnumber);
    return parts?.model === serviceModels[service] && !known.has(parts.id) ? [parts.id] : [];
  });
}

/** The people in our courses: their ids by the idnumbers of the mappings that stand for their courses. */
export async function lostPlaces(
  run: DryRun,
): Promise<Record<'enrolments' | 'teaching', Map<string, string>>> {
  const { held } = run.moodle;
  const lost = { enrolments: new Map<string, string>(), teaching: new Map<string, string>() };
  await held.readPlaces((await ourCourses(run)).keys());
  const people = new Set([...held.places.values()].map(({ userid }) => userid));
  await held.readAccounts('id', [...people].map(String));
  for (const userid of people) {
    const person = run.moodle.idnumberOf('account', userid) ?? '';
    const parts = parseIdnumber(person);
    if (parts?.model === 'op.student') lost.enrolments.set(`${person}@enrolments`, parts.id);
    if (parts?.model === 'op.faculty') lost.teaching.set(`${person}@teaching`, parts.id);
  }
  return lost;
}
