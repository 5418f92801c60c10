import type { SiteState } from '#local/moodle/state/site-state.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { DryRun } from '#shared/operate/plan/dry-run.ts';

/** What came, or would come, of each entity, by idnumber: `created`, `updated, failed: missing` … */
export type Results = Record<string, string>;

/** What a dry run says. */
export function plannedResults(run: DryRun, before: ReadonlyMap<string, Mapping>): Results {
  const after = new Map(before);
  for (const row of run.mappings.written()) after.set(row.idnumber, row);
  const results: Results = {};
  for (const idnumber of new Set([...after.keys(), ...run.results.keys()])) {
    const { change } = run.results.get(idnumber) ?? {};
    note(results, idnumber, change, run.mappings.isRemoved(idnumber) ? undefined : after.get(idnumber));
  }
  return results;
}

/** What a push has done, from the mappings before and after it, and the ids that Moodle held before. */
export function pushedResults(
  before: ReadonlyMap<string, Mapping>,
  after: ReadonlyMap<string, Mapping>,
  held: HeldIds,
): Results {
  const results: Results = {};
  for (const [idnumber, row] of after)
    note(results, idnumber, changeOf(before.get(idnumber), row, held), row);
  return results;
}

/** What Moodle holds of each kind. */
export type HeldIds = Record<'categories' | 'courses' | 'groups' | 'users', ReadonlySet<number>>;

export function heldIds(state: SiteState): HeldIds {
  const idsOf = (rows: readonly { id: number }[]) => new Set(rows.map(({ id }) => id));
  return {
    categories: idsOf(state.categories.all()),
    courses: idsOf(state.courses.all()),
    groups: idsOf(state.groups.all()),
    users: idsOf(state.users.all()),
  };
}

const kinds: Partial<Record<Mapping['service'], keyof HeldIds>> = {
  departments: 'categories',
  programs: 'categories',
  subjects: 'courses',
  batches: 'groups',
  students: 'users',
  faculty: 'users',
};

function changeOf(before: Mapping | undefined, after: Mapping, held: HeldIds): string | undefined {
  if (after.last_synced_at === before?.last_synced_at) return undefined;
  const kind = kinds[after.service];
  if (!kind) return before?.last_synced_at === undefined ? 'created' : 'updated';
  if (after.moodle_id === before?.moodle_id) return 'updated';
  return held[kind].has(after.moodle_id!) ? 'adopted' : 'created';
}

function note(
  results: Results,
  idnumber: string,
  change: string | undefined,
  row: Mapping | undefined,
): void {
  const parts = [change, troubleOf(row)].filter((part) => part !== undefined);
  if (parts.length > 0) results[idnumber] = parts.join(', ');
}

function troubleOf(row: Mapping | undefined): string | undefined {
  if (!row || row.status === 'synced') return undefined;
  // How often a failure was tried again meanwhile is the clock's doing.
  const status = row.status === 'permanently_failed' ? 'failed' : row.status;
  return `${status}: ${row.failure?.code ?? 'none'}`;
}
