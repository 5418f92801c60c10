import { kindOfService, type ServiceName } from '#shared/models/services.ts';
import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import {
  type CohortStates,
  type CourseStates,
  cohortStatesOf,
  courseStatesOf,
} from '#shared/moodle/enrolments/enrolment-state.ts';
import { placesIdnumber } from '#shared/moodle/enrolments/places-of-others.ts';
import { memberKey, type Place, placeKey } from '#shared/moodle/inventory/inventory.ts';
import type { MappingPages } from '#shared/moodle/mappings/mapping.ts';
import { type Mapping, withoutCounterpart } from '#shared/moodle/mappings/mapping.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import type { DryRun } from '#shared/operate/plan/dry-run.ts';
import { isMadeUp } from '#shared/operate/plan/dry-run-moodle.ts';
import { type PlannedChange, plannedChanges } from '#shared/operate/plan/planned-changes.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { withoutFailure } from '#shared/sync/units/attempts.ts';
import { personIn } from './in-moodle.ts';

/** A mapping as it is to be stored. */
export interface RebuiltRow {
  mapping: Mapping;
  /** Whether Moodle holds what the record says. */
  is_synced: boolean;
}

/** Somebody is enrolled in a course, and no record asks for it. */
export interface UnaskedPlace {
  person: string;
  course: string;
}

/** Two sides claim what would be a record's, so that nobody can tell what its mapping should be. */
export type UnclearRecord = { idnumber: string } & Pick<Failure, 'code' | 'reason' | 'advice'>;

/**
 * The mappings that a forced dry run has found.
 *
 * @param there idnumbers of mappings that are to stay as they are
 */
export async function rebuiltRows(
  run: DryRun,
  there: ReadonlyMap<string, ServiceName>,
): Promise<{
  rows: RebuiltRow[];
  unasked: UnaskedPlace[];
  missing: ServiceName[];
  unclear: UnclearRecord[];
}> {
  const changes = Map.groupBy(plannedChanges(run), ({ idnumber }) => idnumber);
  const places = placesByPerson(run);
  const rows: RebuiltRow[] = [];
  const unasked: UnaskedPlace[] = [];
  const missing: ServiceName[] = [];
  const unclear: UnclearRecord[] = [];
  for (const row of run.mappings.written()) {
    const { idnumber, service, failure } = row;
    if (there.has(idnumber)) continue;
    if (failure?.class === 'conflict')
      unclear.push({ idnumber, code: failure.code, reason: failure.reason, advice: failure.advice });
    const own = changes.get(idnumber) ?? [];
    const isPerson = service === 'enrolments' || service === 'teaching';
    const found = isPerson
      ? await personRow(run, row, own, places.get(idnumber) ?? new Map(), unasked)
      : entityRow(run, row, own);
    if (found) rows.push(found);
    // Rows that only tell of a failure are made again by the next sweep.
    else if (run.results.get(idnumber)?.change) missing.push(service);
  }
  return { rows, unasked, missing, unclear };
}

function entityRow(run: DryRun, row: Mapping, changes: PlannedChange[]): RebuiltRow | undefined {
  const { moodle_id: id } = row;
  // From the link's own number to that which the instance gives it is the same account.
  const isAdopted = changes.some(({ fields }) =>
    fields.some(({ field, now }) => field === 'idnumber' && now !== row.idnumber),
  );
  if (id === undefined || isMadeUp(id) || isAdopted) return undefined;
  const { left_out: _leftOut, ...extraData } = row.extra_data ?? {};
  const activity = (extraData.attendance as { activity?: number } | undefined)?.activity;
  if (activity !== undefined && isMadeUp(activity)) delete extraData.attendance;
  const found = stored(row, extraData, changes, holdsInMoodle(run, row, id));
  // The record is gone, and Moodle's category stays as it is.
  return run.results.has(row.idnumber) ? found : { ...found, is_synced: true };
}

/** Whether Moodle gives somebody something by an entity as it is. */
function holdsInMoodle({ moodle }: DryRun, { service }: Mapping, id: number): boolean {
  if (kindOfService[service as keyof typeof kindOfService] === 'account')
    return !moodle.held.accounts.get(id)?.suspended;
  return service !== 'subjects' || moodle.held.courses.get(id)?.visible === 1;
}

async function personRow(
  run: DryRun,
  row: Mapping,
  changes: PlannedChange[],
  places: ReadonlyMap<string, Place>,
  unasked: UnaskedPlace[],
): Promise<RebuiltRow | undefined> {
  const wanted = courseStatesOf(row.extra_data);
  const courses: CourseStates = {};
  const [person = ''] = row.idnumber.split('@');
  const groups = await run.mappings.getMany(
    run.instance.id,
    Object.values(wanted).flatMap((state) => Object.keys(state.groups)),
  );
  for (const [course, place] of places) {
    const asked = wanted[course];
    if (!asked && !place.suspended) unasked.push({ person, course });
    else courses[course] = { state: place.suspended ? 'suspended' : 'active', groups: {} };
    for (const group of Object.keys(asked?.groups ?? {})) {
      const id = groups.get(group)?.moodle_id;
      if (id !== undefined && place.groupids.includes(id)) courses[course]!.groups[group] = 'member';
    }
  }
  const cohorts = await cohortsInMoodle(run, row);
  if (Object.keys(courses).length === 0 && Object.keys(wanted).length > 0) return undefined;
  const isInCohort = Object.keys(cohorts).length > 0;
  const holds = isInCohort || Object.values(courses).some(({ state }) => state === 'active');
  const { roleid } = row.extra_data ?? {};
  const known = { courses, ...(isInCohort && { cohorts }), ...(roleid !== undefined && { roleid }) };
  return stored(row, known, changes, holds);
}

/** The cohorts that a person is to be in and that Moodle has the account in. */
async function cohortsInMoodle({ moodle, mappings, instance }: DryRun, row: Mapping): Promise<CohortStates> {
  const wanted = Object.keys(cohortStatesOf(row.extra_data));
  const [person = ''] = row.idnumber.split('@');
  const rows = await mappings.getMany(instance.id, [person, ...wanted]);
  const userid = rows.get(person)?.moodle_id;
  const isIn = (cohort: string) => {
    const cohortid = rows.get(cohort)?.moodle_id;
    if (cohortid === undefined || userid === undefined) return false;
    return moodle.held.members.has(memberKey({ cohortid, userid }));
  };
  return Object.fromEntries(wanted.filter(isIn).map((cohort) => [cohort, 'member']));
}

/** The places in our courses as Moodle has them, by mapping and course. */
function placesByPerson(run: DryRun): Map<string, Map<string, Place>> {
  const { moodle, mappings } = run;
  const byPerson = new Map<string, Map<string, Place>>();
  const written = mappings.written();
  const records = Map.groupBy(
    written.filter(({ idnumber }) => personOf(idnumber)),
    ({ moodle_id: id }) => id,
  );
  const asked = new Map(written.map((row) => [row.idnumber, courseStatesOf(row.extra_data)]));
  const ended = moodle.changes().places.filter(({ after }) => !after);
  const isEnded = new Set(ended.map(({ before }) => placeKey(before!)));
  for (const [key, place] of moodle.held.places) {
    const { courseid, userid } = place;
    const course = moodle.idnumberOf('course', courseid);
    const person = personIn(run, userid);
    if (isEnded.has(key) || !course?.startsWith('oec_') || !person) continue;
    // An account may be several records': a place is of those that ask for it.
    const own = (records.get(userid) ?? []).map(({ idnumber }) => placesIdnumber(idnumber));
    const asking = own.filter((idnumber) => asked.get(idnumber)?.[course]);
    for (const idnumber of asking.length > 0 ? asking : [placesIdnumber(person)]) {
      const known = byPerson.get(idnumber) ?? new Map<string, Place>();
      byPerson.set(idnumber, known.set(course, place));
    }
  }
  return byPerson;
}

/** A row as the push would leave it, or one that has the next sweep push what differs. */
function stored(
  row: Mapping,
  extraData: Record<string, unknown>,
  changes: PlannedChange[],
  holds: boolean,
): RebuiltRow {
  const isSynced = changes.length === 0 && row.status === 'synced';
  const mapping: Mapping = {
    ...withoutFailure(row),
    status: 'synced',
    extra_data: Object.keys(extraData).length > 0 ? extraData : undefined,
    ...(!isSynced && {
      sync_hash: undefined,
      field_hashes: undefined,
      made_with: undefined,
      last_synced_at: undefined,
      active: holds,
    }),
  };
  return { mapping, is_synced: isSynced };
}

/**
 * The mappings that lead somewhere, and nothing was found there: they claim nothing any more, so that the next sweep
 * makes what is missing, and puts people where they belong.
 *
 * @param known idnumbers of what was found, or is nobody's to decide
 */
export async function staleRows(
  instance: string,
  mappings: MappingPages,
  known: ReadonlySet<string>,
): Promise<RebuiltRow[]> {
  const stale: RebuiltRow[] = [];
  for await (const row of eachMapping(instance, mappings, 'oec_')) {
    if (known.has(row.idnumber) || !leadsSomewhere(row)) continue;
    const { courses: _courses, cohorts: _cohorts, ...extra_data } = row.extra_data ?? {};
    // Of the roles of parents it is all that tells.
    const mapping =
      row.service === 'children'
        ? { ...row, sync_hash: undefined }
        : { ...withoutCounterpart(row), extra_data };
    stale.push({ mapping, is_synced: false });
  }
  return stale;
}

/** Whether a mapping says where an entity is. Those of a person's courses have no Moodle id. */
export function leadsSomewhere({ moodle_id, last_synced_at }: Mapping): boolean {
  return moodle_id !== undefined || last_synced_at !== undefined;
}
