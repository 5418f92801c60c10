import type { ServiceName } from '#shared/models/services.ts';
import type { DryRun } from '#shared/operate/plan/dry-run.ts';

/**
 * What Moodle has under these idnumbers: Moodle's ids by the idnumbers of the mappings. What several have is left out;
 * the enrolments of a person and attendance sheets have no ID number there.
 */
export async function counterparts(
  { moodle, mappings, instance }: DryRun,
  service: ServiceName,
  idnumbers: string[],
): Promise<Map<string, number>> {
  switch (service) {
    case 'departments':
    case 'programs':
      await moodle.categories.load();
      return idsIn(idnumbers, (idnumber) => moodle.categories.table.find('idnumber', idnumber));
    case 'subjects':
      await moodle.courses.loadByNames('idnumber', idnumbers);
      return idsIn(idnumbers, (idnumber) => moodle.courses.table.find('idnumber', idnumber));
    case 'students':
    case 'faculty':
      await moodle.accounts.load('idnumber', idnumbers);
      return idsIn(idnumbers, (idnumber) => moodle.accounts.table.find('idnumber', idnumber));
    case 'batches': {
      const inCourse = (idnumber: string) => idnumber.split('@') as [string, string | undefined];
      const courses = await mappings.getMany(
        instance.id,
        idnumbers.flatMap((idnumber) => inCourse(idnumber)[1] ?? []),
      );
      for (const { moodle_id: id } of courses.values()) if (id !== undefined) await moodle.groups.load(id);
      return idsIn(idnumbers, (idnumber) => {
        const [batch, course] = inCourse(idnumber);
        const courseid = courses.get(course ?? '')?.moodle_id;
        return moodle.groups.table.find('idnumber', `${courseid}/${batch}`);
      });
    }
    default:
      return new Map();
  }
}

/** Those that one thing only has: accounts may share an idnumber. */
function idsIn(idnumbers: string[], find: (idnumber: string) => { id: number }[]): Map<string, number> {
  return new Map(
    idnumbers.flatMap((idnumber) => {
      const found = find(idnumber);
      return found.length === 1 && found[0]!.id > 0 ? [[idnumber, found[0]!.id] as const] : [];
    }),
  );
}
