import { facultyIdnumber, parseIdnumber, studentIdnumber } from '#shared/models/references.ts';
import type { DryRun } from '#shared/operate/plan/dry-run.ts';

/** Ids that no record has are looked up in Moodle as far as they are not many more than the records. */
const mostGaps = 20_000;

/**
 * The categories of departments or programs in Moodle, also those whose records are gone: others may lie in them.
 *
 * @returns the records' ids by idnumber
 */
export async function lostCategories(
  { moodle }: DryRun,
  service: 'departments' | 'programs',
): Promise<Map<string, string>> {
  const kind = service === 'departments' ? 'department' : 'program';
  await moodle.categories.load();
  return new Map(
    [...moodle.categories.table.all()].flatMap(({ idnumber }) => {
      const parts = parseIdnumber(idnumber);
      return parts?.kind === kind ? [[idnumber, parts.id] as const] : [];
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
  const lost = new Map<string, string>();
  for (const category of (await lostCategories(run, 'programs')).keys()) {
    for (const { id } of run.moodle.categories.table.find('idnumber', category)) {
      for (const { idnumber } of await run.moodle.courses.inCategory(id)) {
        const parts = parseIdnumber(idnumber);
        if (parts?.kind === 'subject-course') lost.set(idnumber, parts.subjectId);
      }
    }
  }
  return lost;
}

/**
 * The groups of batches in our courses: also in those that are hidden by now, or of another program.
 *
 * @returns the batches' ids by the idnumbers of the groups' mappings
 */
export async function lostGroups({ moodle, mappings, instance }: DryRun): Promise<Map<string, string>> {
  const lost = new Map<string, string>();
  for (const { idnumber: course, moodle_id: id } of await mappings.listByPrefix(instance.id, 'oec_subj_')) {
    if (id === undefined) continue;
    await moodle.groups.load(id);
    for (const { idnumber } of moodle.groups.table.find('course', id)) {
      const parts = parseIdnumber(idnumber);
      if (parts?.kind === 'batch') lost.set(`${idnumber}@${course}`, parts.id);
    }
  }
  return lost;
}

/**
 * The people whose records are gone and whose accounts are there. Moodle does not list accounts by how their idnumbers
 * begin, so the ids that are missing among the records are looked up.
 */
export async function lostPeople(
  { moodle }: DryRun,
  service: 'students' | 'faculty',
  ids: readonly string[],
): Promise<string[]> {
  const known = new Set(ids);
  const last = Math.max(0, ...ids.map(Number).filter(Number.isSafeInteger));
  if (last - known.size > mostGaps) return [];
  const gaps = Array.from({ length: last }, (_, index) => String(index + 1)).filter((id) => !known.has(id));
  const kind = service === 'students' ? 'student' : 'faculty';
  const toIdnumber = service === 'students' ? studentIdnumber : facultyIdnumber;
  const accounts = await moodle.accounts.find('idnumber', gaps.map(toIdnumber));
  return accounts.flatMap(({ idnumber }) => {
    const parts = parseIdnumber(idnumber);
    return parts?.kind === kind ? [parts.id] : [];
  });
}

/** The people in our courses: their ids by the idnumbers of the mappings that stand for their courses. */
export async function lostPlaces({
  moodle,
  mappings,
  instance,
}: DryRun): Promise<Record<'enrolments' | 'teaching', Map<string, string>>> {
  const lost = { enrolments: new Map<string, string>(), teaching: new Map<string, string>() };
  const courses = await mappings.listByPrefix(instance.id, 'oec_subj_');
  await moodle.places.load(courses.flatMap(({ moodle_id: id }) => id ?? []));
  const places = [...moodle.places.table.all()];
  await moodle.accounts.load('id', [...new Set(places.map(({ userid }) => String(userid)))]);
  for (const { userid } of places) {
    const person = moodle.accounts.table.get(userid)?.idnumber ?? '';
    const parts = parseIdnumber(person);
    if (parts?.kind === 'student') lost.enrolments.set(`${person}@enrolments`, parts.id);
    if (parts?.kind === 'faculty') lost.teaching.set(`${person}@teaching`, parts.id);
  }
  return lost;
}
