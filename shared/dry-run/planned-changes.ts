import type { ServiceName } from '#shared/engine/entity.ts';
import type { ServiceRegistry } from '#shared/engine/push-service.ts';
import type { DryRunMoodle } from './moodle/dry-run-moodle.ts';
import type { Place } from './moodle/places-copy.ts';

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
export function* plannedChanges(moodle: DryRunMoodle, services: ServiceRegistry): Iterable<PlannedChange> {
  const serviceOf = (idnumber: string) => services.ofIdnumber(idnumber).name;
  yield* categoryChanges(moodle, serviceOf);
  yield* courseChanges(moodle);
  yield* groupChanges(moodle);
  yield* accountChanges(moodle, serviceOf);
  yield* placeChanges(moodle, serviceOf);
  yield* attendanceChanges(moodle);
}

type ServiceOf = (idnumber: string) => ServiceName;

function* categoryChanges(moodle: DryRunMoodle, serviceOf: ServiceOf): Iterable<PlannedChange> {
  const parent = (id: number) =>
    id === 0 ? '' : moodle.categories.table.get(id)?.idnumber || `category ${id}`;
  const named = (row: { name: string; parent: number } | undefined) =>
    row && { name: row.name, parent: parent(row.parent) };
  for (const { before, after } of moodle.categories.table.changes()) {
    if (!after) continue;
    const { idnumber } = after;
    yield* changeOf(serviceOf(idnumber), idnumber, named(before), named(after)!, () => 'change');
  }
}

function* courseChanges(moodle: DryRunMoodle): Iterable<PlannedChange> {
  const category = (id: number) => moodle.categories.table.get(id)?.idnumber || `category ${id}`;
  const named = (row: { fullname: string; shortname: string; categoryid: number; visible: number }) => ({
    fullname: row.fullname,
    shortname: row.shortname,
    category: category(row.categoryid),
    visible: row.visible === 1,
  });
  for (const { before, after } of moodle.courses.table.changes()) {
    if (!after) continue;
    yield* changeOf('subjects', after.idnumber, before && named(before), named(after), (fields) => {
      const visible = fields.find(({ field }) => field === 'visible');
      return visible ? (visible.planned ? 'show' : 'hide') : 'change';
    });
  }
}

function* groupChanges(moodle: DryRunMoodle): Iterable<PlannedChange> {
  for (const { before, after } of moodle.groups.table.changes()) {
    if (!after) continue;
    const idnumber = groupName(moodle, after.id);
    const named = ({ name }: { name: string }) => ({ name });
    yield* changeOf('batches', idnumber, before && named(before), named(after), () => 'change');
  }
}

function* accountChanges(moodle: DryRunMoodle, serviceOf: ServiceOf): Iterable<PlannedChange> {
  const names = ['username', 'idnumber', 'firstname', 'lastname', 'middlename', 'email', 'phone1'] as const;
  for (const { before, after } of moodle.accounts.table.changes()) {
    if (!after) continue;
    const named = (row: typeof after) => ({
      ...Object.fromEntries(names.map((name) => [name, row[name]])),
      suspended: row.suspended,
    });
    const { idnumber } = after;
    yield* changeOf(serviceOf(idnumber), idnumber, before && named(before), named(after), (fields) => {
      const suspended = fields.find(({ field }) => field === 'suspended');
      return suspended ? (suspended.planned ? 'suspend' : 'reactivate') : 'change';
    });
  }
}

function* placeChanges(moodle: DryRunMoodle, serviceOf: ServiceOf): Iterable<PlannedChange> {
  for (const { before, after } of moodle.places.table.changes()) {
    const place = (after ?? before)!;
    const person = moodle.accounts.table.get(place.userid)?.idnumber ?? `user ${place.userid}`;
    const course = moodle.courses.table.get(place.courseid)?.idnumber ?? `course ${place.courseid}`;
    const service = serviceOf(person) === 'faculty' ? 'teaching' : 'enrolments';
    const idnumber = `${person}@${service}`;
    const kind = placeKind(before, after);
    if (kind) {
      const field = { field: course, now: placeText(before), planned: placeText(after) };
      yield { service, idnumber, kind, fields: [field] };
    }
    const was = before?.groupids ?? [];
    const is = after?.groupids ?? [];
    for (const id of is.filter((group) => !was.includes(group))) {
      const field = { field: groupName(moodle, id), now: null, planned: 'member' };
      yield { service, idnumber, kind: 'join_group', fields: [field] };
    }
    // Who is unenrolled leaves the groups by that.
    for (const id of after ? was.filter((group) => !is.includes(group)) : []) {
      const field = { field: groupName(moodle, id), now: 'member', planned: null };
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

function* attendanceChanges(moodle: DryRunMoodle): Iterable<PlannedChange> {
  const { attendance, courses, accounts } = moodle;
  const courseName = (id: number | undefined) => courses.table.get(id ?? 0)?.idnumber ?? `course ${id}`;
  for (const { before, after } of attendance.activities.changes()) {
    if (!after || before) continue;
    const fields = [{ field: 'name', now: null, planned: after.name }];
    yield { service: 'attendance', idnumber: courseName(after.courseid), kind: 'add_activity', fields };
  }
  for (const { before, after } of attendance.sessions.changes()) {
    if (!after) continue;
    const idnumber = /oec_sheet_\d+/.exec(after.description)?.[0] ?? `session ${after.id}`;
    if (!before) {
      const fields = [{ field: 'course', now: null, planned: courseName(after.courseid) }];
      yield { service: 'attendance', idnumber, kind: 'add_session', fields };
    }
    const acronym = (id: number | null | undefined) =>
      after.statuses.find((status) => status.id === id)?.acronym;
    const fields: FieldChange[] = [];
    for (const [studentid, { statusid }] of after.marks) {
      const was = before?.marks.get(studentid)?.statusid;
      if (was === statusid) continue;
      const student = accounts.table.get(studentid)?.idnumber ?? `user ${studentid}`;
      fields.push({ field: student, now: acronym(was) ?? null, planned: acronym(statusid) ?? null });
    }
    if (fields.length > 0) yield { service: 'attendance', idnumber, kind: 'mark', fields };
  }
}

/** A group's mapping: `oec_batch_3@oec_subj_15_course_7`; its id where it is none of ours. */
function groupName({ groups, courses }: DryRunMoodle, id: number): string {
  const group = groups.table.get(id);
  const course = courses.table.get(group?.courseid ?? 0)?.idnumber;
  return group?.idnumber && course ? `${group.idnumber}@${course}` : `group ${id}`;
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
