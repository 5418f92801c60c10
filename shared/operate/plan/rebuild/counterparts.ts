import { kindOfService, type MoodleKind, type ServiceName } from '#shared/models/services.ts';
import type { DryRun } from '#shared/operate/plan/dry-run.ts';
import { isMadeUp } from '#shared/operate/plan/dry-run-moodle.ts';

const kinds: Partial<Record<ServiceName, MoodleKind>> = kindOfService;

/**
 * What Moodle has under these idnumbers: Moodle's ids by the idnumbers of the mappings. What several have is left out;
 * the enrolments of a person and attendance sheets have no ID number there.
 */
export async function counterparts(
  { moodle: { held }, mappings, instance }: DryRun,
  service: ServiceName,
  idnumbers: string[],
): Promise<Map<string, number>> {
  switch (kinds[service]) {
    case 'category':
      await held.readCategories();
      return idsIn(idnumbers, held.categories.values());
    case 'course':
      await held.readCoursesNamed('idnumber', idnumbers);
      return idsIn(idnumbers, held.courses.values());
    case 'account':
      await held.readAccounts('idnumber', idnumbers);
      return idsIn(idnumbers, held.accounts.values());
    case 'group': {
      const names = idnumbers.flatMap((idnumber) => idnumber.split('@')[1] ?? []);
      const courses = await mappings.getMany(instance.id, names);
      const ids = [...courses.values()].flatMap(({ moodle_id: id }) => id ?? []);
      await held.readGroups(ids.filter((id) => !isMadeUp(id)));
      const nameOf = new Map([...courses].map(([course, { moodle_id: id }]) => [id, course]));
      const groups = [...held.groups.values()].map(({ id, idnumber, courseid }) => ({
        ...{ id, idnumber: `${idnumber}@${nameOf.get(courseid)}` },
      }));
      return idsIn(idnumbers, groups);
    }
    default:
      return new Map();
  }
}

/** Those that one thing only has: accounts may share an idnumber. */
function idsIn(idnumbers: string[], rows: Iterable<{ id: number; idnumber: string }>): Map<string, number> {
  const byName = Map.groupBy(rows, ({ idnumber }) => idnumber.toLowerCase());
  return new Map(
    idnumbers.flatMap((idnumber) => {
      const [found, ...others] = byName.get(idnumber.toLowerCase()) ?? [];
      return found && others.length === 0 ? [[idnumber, found.id] as const] : [];
    }),
  );
}
