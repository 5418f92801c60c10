import { parseIdnumber } from '#shared/models/references.ts';
import type { MoodleKind, ServiceName } from '#shared/models/services.ts';
import type { DryRunMoodle } from '#shared/operate/plan/moodle/dry-run-moodle.ts';
import type { Place } from '#shared/operate/plan/moodle/places-copy.ts';
import type { DryRunMappings } from './dry-run-mappings.ts';

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

/** All that a dry run has changed in its copy of Moodle, service by service. */
export function* plannedChanges(run: ChangedSite): Iterable<PlannedChange> {
  yield* categoryChanges(run);
  yield* courseChanges(run);
  yield* groupChanges(run);
  yield* accountChanges(run);
  yield* placeChanges(run);
  yield* attendanceChanges(run);
}

/** What a dry run leaves behind. */
interface ChangedSite {
  moodle: DryRunMoodle;
  mappings: Pick<DryRunMappings, 'idnumberOf'>;
}

function* categoryChanges(run: ChangedSite): Iterable<PlannedChange> {
  const { table } = run.moodle.categories;
  const named = ({ name, parent }: { name: string; parent: number }) => ({
    name,
    parent: parent === 0 ? '' : nameOf(run, 'category', parent),
  });
  for (const { before, after } of table.changes()) {
    if (!after) continue;
    const idnumber = nameOf(run, 'category', after.id);
    const service = parseIdnumber(idnumber)?.kind === 'department' ? 'departments' : 'programs';
    yield* changeOf(service, idnumber, before && named(before), named(after), () => 'change');
  }
}

function* courseChanges(run: ChangedSite): Iterable<PlannedChange> {
  const named = (row: { fullname: string; shortname: string; categoryid: number; visible: number }) => ({
    fullname: row.fullname,
    shortname: row.shortname,
    category: nameOf(run, 'category', row.categoryid),
    visible: row.visible === 1,
  });
  for (const { before, after } of run.moodle.courses.table.changes()) {
    if (!after) continue;
    const idnumber = nameOf(run, 'course', after.id);
    yield* changeOf('subjects', idnumber, before && named(before), named(after), (fields) => {
      const visible = fields.find(({ field }) => field === 'visible');
      return visible ? (visible.planned ? 'show' : 'hide') : 'change';
    });
  }
}

function* groupChanges(run: ChangedSite): Iterable<PlannedChange> {
  for (const { before, after } of run.moodle.groups.table.changes()) {
    if (!after) continue;
    const named = ({ name }: { name: string }) => ({ name });
    const idnumber = nameOf(run, 'group', after.id);
    yield* changeOf('batches', idnumber, before && named(before), named(after), () => 'change');
  }
}

function* accountChanges(run: ChangedSite): Iterable<PlannedChange> {
  const names = ['username', 'idnumber', 'firstname', 'lastname', 'middlename', 'email', 'phone1'] as const;
  for (const { before, after } of run.moodle.accounts.table.changes()) {
    if (!after) continue;
    const named = (row: typeof after) => ({
      ...Object.fromEntries(names.map((name) => [name, row[name]])),
      suspended: row.suspended,
    });
    const idnumber = nameOf(run, 'account', after.id);
    const service = isTeacher(idnumber) ? 'faculty' : 'students';
    yield* changeOf(service, idnumber, before && named(before), named(after), (fields) => {
      const suspended = fields.find(({ field }) => field === 'suspended');
      return suspended ? (suspended.planned ? 'suspend' : 'reactivate') : 'change';
    });
  }
}

function* placeChanges(run: ChangedSite): Iterable<PlannedChange> {
  for (const { before, after } of run.moodle.places.table.changes()) {
    const { userid, courseid } = (after ?? before)!;
    const person = nameOf(run, 'account', userid);
    const service = isTeacher(person) ? 'teaching' : 'enrolments';
    const idnumber = `${person}@${service}`;
    const kind = placeKind(before, after);
    if (kind) {
      const course = nameOf(run, 'course', courseid);
      const field = { field: course, now: placeText(before), planned: placeText(after) };
      yield { service, idnumber, kind, fields: [field] };
    }
    const was = before?.groupids ?? [];
    const is = after?.groupids ?? [];
    for (const id of is.filter((group) => !was.includes(group))) {
      const field = { field: nameOf(run, 'group', id), now: null, planned: 'member' };
      yield { service, idnumber, kind: 'join_group', fields: [field] };
    }
    // Who is unenrolled leaves the groups by that.
    for (const id of after ? was.filter((group) => !is.includes(group)) : []) {
      const field = { field: nameOf(run, 'group', id), now: 'member', planned: null };
      yield { service, idnumber, kind: 'leave_group', fields: [field] };
    }
  }
}

function placeKind(before: Place | undefined, after: Place | undefined): ChangeKind | undefined {
  if (!after) return before && 'unenrol';
  if (!before) return after.suspended ? 'suspend_enrolment' : 'enrol';
  if (before.suspended !== after.suspended) return after.suspended ? 'suspend_enrolment' : 'resume_enrolment';
  return before.roleids.length === after.roleids.length ? undefined : 'enrol';
}

/** A place as a person would say it: `role 5`, `role 3 and 5, suspended`; null for nobody. */
function placeText(place: Place | undefined): string | null {
  if (!place) return null;
  return `role ${[...place.roleids].sort().join(' and ')}${place.suspended ? ', suspended' : ''}`;
}

function* attendanceChanges(run: ChangedSite): Iterable<PlannedChange> {
  const { attendance } = run.moodle;
  for (const { before, after } of attendance.activities.changes()) {
    if (!after || before) continue;
    const fields = [{ field: 'name', now: null, planned: after.name }];
    yield {
      service: 'attendance',
      idnumber: nameOf(run, 'course', after.courseid),
      kind: 'add_activity',
      fields,
    };
  }
  for (const { before, after } of attendance.sessions.changes()) {
    if (!after) continue;
    const idnumber = /oec_sheet_\d+/.exec(after.description)?.[0] ?? `session ${after.id}`;
    if (!before) {
      const fields = [{ field: 'course', now: null, planned: nameOf(run, 'course', after.courseid ?? 0) }];
      yield { service: 'attendance', idnumber, kind: 'add_session', fields };
    }
    const acronym = (id: number | null | undefined) =>
      after.statuses.find((status) => status.id === id)?.acronym;
    const fields: FieldChange[] = [];
    for (const [studentid, { statusid }] of after.marks) {
      const was = before?.marks.get(studentid)?.statusid;
      if (was === statusid) continue;
      const student = nameOf(run, 'account', studentid);
      fields.push({ field: student, now: acronym(was) ?? null, planned: acronym(statusid) ?? null });
    }
    if (fields.length > 0) yield { service: 'attendance', idnumber, kind: 'mark', fields };
  }
}

/**
 * The idnumber of something in Moodle: as its mapping says, or as Moodle does where it has none (the category that an
 * instance keeps for departments, a group of a teacher's own); else its id.
 */
function nameOf({ moodle, mappings }: ChangedSite, kind: MoodleKind, id: number): string {
  const own = mappings.idnumberOf(kind, id);
  if (own !== undefined) return own;
  const { categories, courses, accounts } = moodle;
  const tables = { category: categories.table, course: courses.table, account: accounts.table };
  return (kind !== 'group' && tables[kind].get(id)?.idnumber) || `${kind} ${id}`;
}

function isTeacher(idnumber: string): boolean {
  return parseIdnumber(idnumber)?.kind === 'faculty';
}

type Values = Record<string, FieldValue | undefined>;

function* changeOf(
  service: ServiceName,
  idnumber: string,
  before: Values | undefined,
  after: Values,
  kindOf: (fields: FieldChange[]) => ChangeKind,
): Iterable<PlannedChange> {
  const fields = Object.entries(after).flatMap(([field, planned]): FieldChange[] => {
    const now = before?.[field];
    const isEmpty = planned === undefined || planned === '';
    if (!before) return isEmpty ? [] : [{ field, now: null, planned }];
    if (now === planned || (now === undefined && isEmpty)) return [];
    return [{ field, ...(now !== undefined && { now }), planned: planned ?? null }];
  });
  if (!before || fields.length > 0)
    yield { service, idnumber, kind: before ? kindOf(fields) : 'create', fields };
}
