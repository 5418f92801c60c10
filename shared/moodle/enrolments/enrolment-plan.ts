import type { EntityInUse } from '#shared/moodle/push/entity.ts';
import { isOpen } from './enrolment-period.ts';
import { type CourseStates, courseStatesSchema, type Period } from './enrolment-state.ts';

/**
 * What a person is to be in Moodle's courses: the groups (idnumbers of mappings) by the course's idnumber. Of a parent it is
 * the accounts of the children, in place of courses.
 */
export type EnrolmentFields = {
  /** Idnumber of the account. */
  person: string;
  role: 'student' | 'teacher' | 'parent';
  /** Moodle's id of a parent's role: where an instance names another one, that takes the place of the one that was given. */
  roleid?: number;
  courses: Record<string, string[]>;
  /** Idnumbers of the cohorts that the person belongs to; undefined where the instance has none. */
  cohorts?: string[];
  /** Those that the person does not leave: nobody can tell, or the instance does not ask for such cohorts any more. */
  keptCohorts?: string[];
  /** By the course's idnumber, where the enrolment has limits. */
  periods?: Record<string, Period>;
  /** False for a person who is archived, deleted or out of scope; no change by itself. */
  personActive: boolean;
};

/** All enrolments of a person: they are in use as long as anything is known of them. */
export type PersonEnrolments = EntityInUse<EnrolmentFields>;

/** What of a person's fields says where the person is to be. */
type Wanted = Pick<EnrolmentFields, 'courses' | 'periods'>;

/** One change of one person in one course. `update`: who is enrolled gets another period or role. */
export type EnrolmentChange =
  | { kind: 'enrol' | 'update'; course: string; period?: Period }
  | { kind: 'drop'; course: string }
  | { kind: 'join' | 'leave'; course: string; group: string };

/**
 * The difference between what a person should be enrolled in and what is known of Moodle.
 * A course that is dropped keeps its group memberships: they serve nobody while the enrolment is suspended and
 * are right again if it is resumed.
 *
 * @param unmet idnumbers of courses and groups that are not in Moodle: what needs them is left out
 * @param force repeat what should have been done already: what Moodle holds is in doubt
 * @param isOtherRole whether the person is to have another role by now than was given
 */
export function planEnrolments(
  { courses, periods = {} }: Wanted,
  known: CourseStates,
  unmet: ReadonlySet<string>,
  force: boolean,
  isOtherRole = false,
): EnrolmentChange[] {
  const changes: EnrolmentChange[] = [];
  for (const [course, groups] of Object.entries(courses)) {
    if (unmet.has(course)) continue;
    const before = known[course];
    const isToEnrol = force || before?.state !== 'active';
    const period = periods[course];
    const isOther =
      isOtherRole ||
      period?.timestart !== before?.period?.timestart ||
      period?.timeend !== before?.period?.timeend;
    if (isToEnrol || isOther) {
      changes.push({ kind: isToEnrol ? 'enrol' : 'update', course, ...(period && { period }) });
    }
    for (const group of groups) {
      if (unmet.has(group)) continue;
      // Whoever was unenrolled in the meantime has lost the groups by that.
      if (isToEnrol || before?.groups[group] !== 'member') changes.push({ kind: 'join', course, group });
    }
    for (const group of Object.keys(before?.groups ?? {})) {
      if (!groups.includes(group)) changes.push({ kind: 'leave', course, group });
    }
  }
  for (const [course, { state }] of Object.entries(known)) {
    // What is suspended has the role still with which it may go on one day.
    if (!(course in courses) && (state !== 'suspended' || isOtherRole))
      changes.push({ kind: 'drop', course });
  }
  return changes;
}

/**
 * Whether a change keeps the person out of a course: it is dropped, or open by now and not by its new period.
 *
 * @param now milliseconds since 1970
 */
export function closesCourse(change: EnrolmentChange, known: CourseStates, now: number): boolean {
  if (change.kind === 'drop') return true;
  if (change.kind !== 'enrol' && change.kind !== 'update') return false;
  const before = known[change.course];
  const wasOpen = before?.state === 'active' && isOpen(before.period, now);
  return wasOpen && !isOpen(change.period, now);
}

/** Whether anything the person has would be taken away: a course, not a change of groups. */
export function dropsCourses(wanted: Wanted, known: CourseStates, now: number): boolean {
  return planEnrolments(wanted, known, new Set(), false).some((change) => closesCourse(change, known, now));
}

/** Whether the person would be given anything: a course, time in it or a group. */
export function addsCourses(wanted: Wanted, known: CourseStates, now: number): boolean {
  return planEnrolments(wanted, known, new Set(), false).some(
    (change) => change.kind !== 'leave' && !closesCourse(change, known, now),
  );
}

/** The states once the additions have been begun: what may reach Moodle from now on is known to be in doubt. */
export function claim(known: CourseStates, changes: EnrolmentChange[]): CourseStates {
  const states = copy(known);
  for (const change of changes) {
    states[change.course] ??= { state: 'pending', groups: {} };
    const state = states[change.course]!;
    if (change.kind === 'enrol' || change.kind === 'update') state.state = 'pending';
    if (change.kind === 'join') state.groups[change.group] = 'pending';
  }
  return states;
}

/**
 * The states once the changes have been carried out.
 *
 * @param unenrolled whether dropped courses were left for good, and with them their groups
 */
export function settle(known: CourseStates, done: EnrolmentChange[], unenrolled: boolean): CourseStates {
  const states = copy(known);
  for (const change of done) {
    states[change.course] ??= { state: 'pending', groups: {} };
    const state = states[change.course]!;
    if (change.kind === 'enrol' || change.kind === 'update') {
      const { period: _before, ...rest } = state;
      states[change.course] = { ...rest, state: 'active', ...(change.period && { period: change.period }) };
    } else if (change.kind === 'join') state.groups[change.group] = 'member';
    else if (change.kind === 'leave') delete state.groups[change.group];
    else if (unenrolled) delete states[change.course];
    // Suspended without limits: they come again with the enrolment.
    else states[change.course] = { state: 'suspended', groups: state.groups };
  }
  return states;
}

/**
 * What is still true of the states where what they hang on has another Moodle id by now, or none: nobody is in a course
 * or group that was made again, and a new account is nowhere.
 *
 * @param moved idnumbers
 */
export function withoutMoved(known: CourseStates, person: string, moved: ReadonlySet<string>): CourseStates {
  if (moved.has(person)) return {};
  const states: CourseStates = {};
  for (const [course, state] of Object.entries(known)) {
    if (moved.has(course)) continue;
    const left = Object.entries(state.groups).filter(([group]) => !moved.has(group));
    states[course] = { ...state, groups: Object.fromEntries(left) };
  }
  return states;
}

function copy(states: CourseStates): CourseStates {
  return courseStatesSchema.parse(structuredClone(states));
}
