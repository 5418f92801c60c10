import type { EntityInUse } from '#shared/moodle/push/entity.ts';
import { type CourseStates, courseStatesSchema } from './enrolment-state.ts';

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
  /** False for a person who is archived, deleted or out of scope; no change by itself. */
  personActive: boolean;
};

/** All enrolments of a person: they are in use as long as anything is known of them. */
export type PersonEnrolments = EntityInUse<EnrolmentFields>;

/** One change of one person in one course. */
export type EnrolmentChange =
  | { kind: 'enrol' | 'drop'; course: string }
  | { kind: 'join' | 'leave'; course: string; group: string };

/**
 * The difference between what a person should be enrolled in and what is known of Moodle.
 * A course that is dropped keeps its group memberships: they serve nobody while the enrolment is suspended and
 * are right again if it is resumed.
 *
 * @param unmet idnumbers of courses and groups that are not in Moodle: what needs them is left out
 * @param force repeat what should have been done already: what Moodle holds is in doubt
 */
export function planEnrolments(
  courses: EnrolmentFields['courses'],
  known: CourseStates,
  unmet: ReadonlySet<string>,
  force: boolean,
): EnrolmentChange[] {
  const changes: EnrolmentChange[] = [];
  for (const [course, groups] of Object.entries(courses)) {
    if (unmet.has(course)) continue;
    const before = known[course];
    const isToEnrol = force || before?.state !== 'active';
    if (isToEnrol) changes.push({ kind: 'enrol', course });
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
    if (!(course in courses) && state !== 'suspended') changes.push({ kind: 'drop', course });
  }
  return changes;
}

/** Whether anything the person has would be taken away: a course, not a change of groups. */
export function dropsCourses(courses: EnrolmentFields['courses'], known: CourseStates): boolean {
  return Object.entries(known).some(([course, { state }]) => !(course in courses) && state !== 'suspended');
}

/** Whether the person would be given anything: a course or a group. */
export function addsCourses(courses: EnrolmentFields['courses'], known: CourseStates): boolean {
  const changes = planEnrolments(courses, known, new Set(), false);
  return changes.some(({ kind }) => kind === 'enrol' || kind === 'join');
}

/** The states once the additions have been begun: what may reach Moodle from now on is known to be in doubt. */
export function claim(known: CourseStates, changes: EnrolmentChange[]): CourseStates {
  const states = copy(known);
  for (const change of changes) {
    states[change.course] ??= { state: 'pending', groups: {} };
    const state = states[change.course]!;
    if (change.kind === 'enrol') state.state = 'pending';
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
    if (change.kind === 'enrol') state.state = 'active';
    else if (change.kind === 'join') state.groups[change.group] = 'member';
    else if (change.kind === 'leave') delete state.groups[change.group];
    else if (unenrolled) delete states[change.course];
    else state.state = 'suspended';
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
  for (const [course, { state, groups }] of Object.entries(known)) {
    if (moved.has(course)) continue;
    const left = Object.entries(groups).filter(([group]) => !moved.has(group));
    states[course] = { state, groups: Object.fromEntries(left) };
  }
  return states;
}

function copy(states: CourseStates): CourseStates {
  return courseStatesSchema.parse(structuredClone(states));
}
