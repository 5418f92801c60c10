import { type CourseStates, courseStatesSchema } from '#shared/engine/enrolment-state.ts';

/** What a person is to be in Moodle's courses: the groups (idnumbers of mappings) by the course's idnumber. */
export type EnrolmentFields = {
  /** Idnumber of the account. */
  person: string;
  role: 'student' | 'teacher';
  courses: Record<string, string[]>;
};

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
    if (force || before?.state !== 'active') changes.push({ kind: 'enrol', course });
    for (const group of groups) {
      if (unmet.has(group)) continue;
      if (force || before?.groups[group] !== 'member') changes.push({ kind: 'join', course, group });
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
 * The states once it has turned out that Moodle no longer has some of what they hang on: what was done with the lost
 * account, course or group has to be done again.
 *
 * @param gone idnumbers
 */
export function loseReferences(known: CourseStates, person: string, gone: readonly string[]): CourseStates {
  const states = copy(known);
  for (const [course, state] of Object.entries(states)) {
    const isLost = gone.includes(person) || gone.includes(course);
    if (isLost && state.state === 'active') state.state = 'pending';
    for (const group of Object.keys(state.groups)) {
      if (isLost || gone.includes(group)) state.groups[group] = 'pending';
    }
  }
  return states;
}

function copy(states: CourseStates): CourseStates {
  return courseStatesSchema.parse(structuredClone(states));
}
