import type { SiteState } from '#local/moodle/state/site-state.ts';
import { profileIn } from '#shared/moodle/inventory/observed.ts';
import type { FieldValue, PlannedChange } from '#shared/operate/plan/planned-changes.ts';

/** What a Moodle holds, one fact a field: `oec_course_1 name` → `Physics`. */
export type Facts = Map<string, FieldValue>;

/** Everything in a simulated Moodle that a push may write, by idnumber; accounts by their usernames. */
export function factsOf(state: SiteState): Facts {
  const facts: Facts = new Map();
  const note = (name: string, values: Record<string, FieldValue>) => {
    for (const [field, value] of Object.entries(values))
      if (value !== '') facts.set(`${name} ${field}`, value);
  };
  const category = (id: number) => (id === 0 ? '' : state.categories.get(id)?.idnumber || `category ${id}`);
  const course = (id: number) => state.courses.get(id)?.idnumber || `course ${id}`;
  const group = (id: number) => {
    const { idnumber, courseid } = state.groups.get(id)!;
    return idnumber ? `${idnumber}@${course(courseid)}` : `group ${id}`;
  };
  for (const { idnumber, id, name, parent } of state.categories.all())
    note(idnumber || `category ${id}`, { name, parent: category(parent) });
  for (const { id, fullname, shortname, categoryid, visible } of state.courses.all())
    note(course(id), { fullname, shortname, category: category(categoryid), visible });
  for (const { id, name } of state.groups.all()) note(group(id), { name });
  for (const user of state.users.all()) {
    const { username, idnumber, firstname, lastname, email, phone1, suspended } = user;
    note(username, { username, idnumber, firstname, lastname, email, phone1: phone1 ?? '', suspended });
    note(username, profileIn(user) as Record<string, string>);
  }
  for (const { courseid, userid, roleids, suspended } of state.enrolments.all()) {
    const roles = [...roleids].sort().join(' and ');
    const { username } = state.users.get(userid)!;
    facts.set(`${username} in ${course(courseid)}`, `role ${roles}${suspended ? ', suspended' : ''}`);
  }
  for (const { groupid, userid } of state.memberships.all())
    facts.set(`${state.users.get(userid)!.username} in ${group(groupid)}`, 'member');
  return facts;
}

/**
 * What a Moodle holds once a plan's changes are made, and where the plan is wrong about what it holds now.
 *
 * @param usernameOf of the account that has an idnumber, or would have it
 */
export function factsAfter(
  before: Facts,
  changes: readonly PlannedChange[],
  usernameOf: (idnumber: string) => string,
): { facts: Facts; misread: string[] } {
  const facts = new Map(before);
  const misread: string[] = [];
  for (const { service, idnumber, fields, kind } of changes) {
    for (const { field, now, planned } of fields) {
      const key = keyOf(service, idnumber, field);
      if (now !== undefined && (facts.get(key) ?? '') !== (now ?? ''))
        misread.push(`${key}: ${facts.get(key)} and not ${now}`);
      if (planned === null || planned === '') facts.delete(key);
      else facts.set(key, planned);
      // Who is unenrolled leaves the groups of the course by that.
      if (kind !== 'unenrol') continue;
      const person = usernameOf(idnumber.split('@')[0]!);
      for (const other of facts.keys())
        if (other.startsWith(`${person} in `) && other.endsWith(`@${field}`)) facts.delete(other);
    }
  }
  return { facts, misread };

  function keyOf(service: string, idnumber: string, field: string): string {
    if (service === 'students' || service === 'faculty') return `${usernameOf(idnumber)} ${field}`;
    if (service === 'enrolments' || service === 'teaching')
      return `${usernameOf(idnumber.split('@')[0]!)} in ${field}`;
    return `${idnumber} ${field}`;
  }
}

/** What one Moodle holds and the other does not. */
export function differences(expected: Facts, actual: Facts): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((key) => expected.get(key) !== actual.get(key))
    .map((key) => `${key}: planned ${expected.get(key)}, is ${actual.get(key)}`)
    .sort();
}
