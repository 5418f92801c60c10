import { parseIdnumber } from '#shared/models/references.ts';
import {
  cohortService,
  type MoodleKind,
  prefixes,
  type ServiceName,
  servicesOfKind,
} from '#shared/models/services.ts';
import { periodText } from '#shared/moodle/enrolments/enrolment-period.ts';
import type { CohortMember } from '#shared/moodle/functions/cohorts.ts';
import type { RoleOverUser } from '#shared/moodle/functions/roles.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Place } from '#shared/moodle/inventory/inventory.ts';
import { datesOf, fieldsOf, whereUntold } from '#shared/moodle/inventory/observed.ts';
import { summaryText } from '#shared/moodle/structure/course-summary.ts';
import type { DryRunMappings } from './dry-run-mappings.ts';
import type { DryRunChanges, DryRunMoodle, RowChange } from './dry-run-moodle.ts';

/** What one change does, in Moodle's words. */
export type ChangeKind =
  | 'create'
  | 'change'
  | 'suspend'
  | 'reactivate'
  | 'hide'
  | 'show'
  | 'enrol'
  | 'suspend_enrolment'
  | 'resume_enrolment'
  | 'unenrol'
  | 'join_group'
  | 'leave_group'
  | 'give_role'
  | 'take_role'
  | 'join_cohort'
  | 'leave_cohort'
  | 'add_activity'
  | 'add_session'
  | 'mark';

export type FieldValue = string | number | boolean;

/** One field, as Moodle holds it and as it would be. */
export interface FieldChange {
  field: string;
  /** Null where there is nothing yet; left out where Moodle does not tell. */
  now?: FieldValue | null;
  planned: FieldValue | null;
}

/** One thing in Moodle that would not be what it is. */
export interface PlannedChange {
  service: ServiceName;
  /** Of the mapping of the entity. */
  idnumber: string;
  kind: ChangeKind;
  fields: FieldChange[];
}

/** What a dry run leaves behind. */
interface ChangedSite {
  instance: Pick<Instance, 'time_zone'>;
  moodle: DryRunMoodle;
  mappings: Pick<DryRunMappings, 'idnumberOf'>;
}

type Values = Record<string, FieldValue | undefined>;

/** All that a dry run has changed in its Moodle, service by service. */
export function* plannedChanges(run: ChangedSite): Iterable<PlannedChange> {
  const changes = run.moodle.changes();
  yield* entityChanges(run, 'category', changes.categories, ({ name, parent }) => ({
    name,
    parent: parent === 0 ? '' : nameOf(run, 'category', parent),
  }));
  const isThere = new Set(changes.courses.map(({ before }) => before?.id));
  yield* entityChanges(run, 'course', changes.courses, (row) => ({
    ...{ fullname: row.fullname, shortname: row.shortname, summary: summaryText(row.summary) },
    ...{ category: nameOf(run, 'category', row.categoryid), visible: row.visible },
    // Moodle gives a new course a start of its own.
    ...(isThere.has(row.id) && datesOf(row, run.instance.time_zone)),
    content: row.importedFrom,
  }));
  yield* entityChanges(run, 'group', changes.groups, ({ name }) => ({ name }));
  yield* entityChanges(run, 'cohort', changes.cohorts, ({ name, visible }) => ({ name, visible }));
  yield* entityChanges(run, 'account', changes.accounts, (row) => ({
    ...fieldsOf.account(row),
    idnumber: row.idnumber,
  }));
  for (const change of changes.places) yield* placeChanges(run, change);
  for (const change of changes.roles) yield* roleChanges(run, change);
  for (const change of changes.members) yield* memberChanges(run, change);
  yield* attendanceChanges(run, changes);
}

/** @param valuesOf the fields that a plan tells of, with the idnumbers of what they refer to */
function* entityChanges<Row extends { id: number }>(
  run: ChangedSite,
  kind: MoodleKind,
  changes: readonly RowChange<Row>[],
  valuesOf: (row: Row) => Values,
): Iterable<PlannedChange> {
  for (const { before, after } of changes) {
    if (!after) continue;
    const idnumber = nameOf(run, kind, after.id);
    const fields = changedFields(before && valuesOf(before), valuesOf(after));
    const planned = { service: serviceOf(kind, idnumber), idnumber, fields };
    if (!before) yield { ...planned, kind: 'create' };
    else if (fields.length > 0) yield { ...planned, kind: kindOf(fields) };
  }
}

function changedFields(before: Values | undefined, after: Values): FieldChange[] {
  const names = Object.keys({ ...before, ...after });
  return names.flatMap((field): FieldChange[] => {
    const planned = after[field];
    const now = before && (before[field] ?? whereUntold(field));
    const isEmpty = planned === undefined || planned === '';
    if (!before) return isEmpty ? [] : [{ field, now: null, planned }];
    if (now === planned || (now === undefined && isEmpty)) return [];
    return [{ field, ...(now !== undefined && { now }), planned: planned ?? null }];
  });
}

function kindOf(fields: readonly FieldChange[]): ChangeKind {
  for (const { field, planned } of fields) {
    if (field === 'visible') return planned ? 'show' : 'hide';
    if (field === 'suspended') return planned ? 'suspend' : 'reactivate';
  }
  return 'change';
}

function serviceOf(kind: MoodleKind, idnumber: string): ServiceName {
  if (kind === 'course') return 'subjects';
  if (kind === 'group') return 'batches';
  if (kind === 'cohort') return cohortService(idnumber);
  if (kind === 'account')
    return servicesOfKind('account').find((name) => idnumber.startsWith(prefixes[name])) ?? 'students';
  return servicesOfKind('category').find((name) => idnumber.startsWith(prefixes[name])) ?? 'programs';
}

function* placeChanges(run: ChangedSite, { before, after }: RowChange<Place>): Iterable<PlannedChange> {
  const { userid, courseid } = (after ?? before)!;
  const person = nameOf(run, 'account', userid);
  const service = isTeacher(person) ? 'teaching' : 'enrolments';
  const ofPerson = (
    kind: ChangeKind,
    what: MoodleKind,
    id: number,
    now: string | null,
    planned: string | null,
  ) => ({
    ...({ service, idnumber: `${person}@${service}`, kind } as const),
    fields: [{ field: nameOf(run, what, id), now, planned }],
  });
  const kind = placeKind(before, after);
  if (kind) yield ofPerson(kind, 'course', courseid, placeText(run, before), placeText(run, after));
  const was = before?.groupids ?? [];
  // Who is unenrolled leaves the groups by that.
  const is = after ? after.groupids : was;
  for (const id of is.filter((group) => !was.includes(group)))
    yield ofPerson('join_group', 'group', id, null, 'member');
  for (const id of was.filter((group) => !is.includes(group)))
    yield ofPerson('leave_group', 'group', id, 'member', null);
}

function* memberChanges(
  run: ChangedSite,
  { before, after }: RowChange<CohortMember>,
): Iterable<PlannedChange> {
  if (before && after) return;
  const { cohortid, userid } = (after ?? before)!;
  const fields = [
    {
      field: nameOf(run, 'cohort', cohortid),
      ...{ now: before ? 'member' : null, planned: after ? 'member' : null },
    },
  ];
  const kind = after ? 'join_cohort' : 'leave_cohort';
  yield { service: 'enrolments', idnumber: `${nameOf(run, 'account', userid)}@enrolments`, kind, fields };
}

function placeKind(before: Place | undefined, after: Place | undefined): ChangeKind | undefined {
  if (!after) return before && 'unenrol';
  if (!before) return after.suspended ? 'suspend_enrolment' : 'enrol';
  if (before.suspended !== after.suspended) return after.suspended ? 'suspend_enrolment' : 'resume_enrolment';
  const isSame = before.roleids.toSorted().join() === after.roleids.toSorted().join();
  return isSame && !after.period ? undefined : 'enrol';
}

/** A place as a person would say it: `role 5`, `role 3 and 5, suspended`, `role 5, until 2027-06-30`; null for nobody. */
function placeText({ instance }: ChangedSite, place: Place | undefined): string | null {
  if (!place) return null;
  const { roleids, suspended, period } = place;
  const times = period ? [periodText(period, instance.time_zone)] : [];
  return [`role ${[...roleids].sort().join(' and ')}`, ...(suspended ? ['suspended'] : []), ...times].join(
    ', ',
  );
}

function* roleChanges(run: ChangedSite, { before, after }: RowChange<RoleOverUser>): Iterable<PlannedChange> {
  if (before && after) return;
  const { roleid, userid, instanceid } = (after ?? before)!;
  const text = `role ${roleid}`;
  yield {
    service: 'children',
    // Where a teacher is a parent, too, the account may have the name of the other record.
    idnumber: `${nameOf(run, 'account', userid)}@children`,
    kind: after ? 'give_role' : 'take_role',
    fields: [
      {
        field: nameOf(run, 'account', instanceid),
        ...{ now: before ? text : null, planned: after ? text : null },
      },
    ],
  };
}

function* attendanceChanges(
  run: ChangedSite,
  { activities, sessions }: DryRunChanges,
): Iterable<PlannedChange> {
  const service = 'attendance';
  for (const { courseid, name } of activities) {
    const fields = [{ field: 'name', now: null, planned: name }];
    yield { service, idnumber: nameOf(run, 'course', courseid), kind: 'add_activity', fields };
  }
  for (const { id, courseid, description, isNew, marks } of sessions) {
    const idnumber = /oec_sheet_\d+/.exec(description)?.[0] ?? `session ${id}`;
    if (isNew) {
      const fields = [{ field: 'course', now: null, planned: nameOf(run, 'course', courseid) }];
      yield { service, idnumber, kind: 'add_session', fields };
    }
    const fields = marks.map(({ studentid, now, planned }) => ({
      ...{ field: nameOf(run, 'account', studentid), now, planned },
    }));
    if (fields.length > 0) yield { service, idnumber, kind: 'mark', fields };
  }
}

/**
 * The idnumber of something in Moodle: as its mapping says, or as Moodle does where it has none (the category that an
 * instance keeps for departments, a group of a teacher's own); else its id.
 */
function nameOf({ moodle, mappings }: ChangedSite, kind: MoodleKind, id: number): string {
  return mappings.idnumberOf(kind, id) ?? (moodle.idnumberOf(kind, id) || `${kind} ${id}`);
}

function isTeacher(idnumber: string): boolean {
  return parseIdnumber(idnumber)?.model === 'op.faculty';
}
