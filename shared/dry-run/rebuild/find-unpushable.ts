import type { ServiceName } from '#shared/engine/entity.ts';
import type { Mapping } from '#shared/engine/mapping.ts';
import type { DryRun } from '../dry-run.ts';

/**
 * Finds what Moodle has of records that cannot be pushed as they are now (an invalid address, say): what hangs on them
 * needs to know where they are all the same.
 */
export async function findUnpushable(run: DryRun, service: ServiceName): Promise<void> {
  const rows = run.mappings
    .written()
    .filter((row) => row.service === service && row.moodle_id === undefined && row.failure !== undefined);
  // Of what two sides claim nobody knows whose it is.
  const unfound = rows.filter(({ failure }) => failure?.class !== 'conflict');
  if (unfound.length === 0) return;
  const ids = await counterparts(run, service, unfound);
  for (const row of unfound) {
    const moodle_id = ids.get(row.idnumber);
    if (moodle_id !== undefined) await run.mappings.save({ ...row, moodle_id });
  }
}

/** Moodle's ids by the idnumbers of the mappings. */
async function counterparts(
  { moodle, mappings, instance }: DryRun,
  service: ServiceName,
  rows: Mapping[],
): Promise<Map<string, number>> {
  const idnumbers = rows.map(({ idnumber }) => idnumber);
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
