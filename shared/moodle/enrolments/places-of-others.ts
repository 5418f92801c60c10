import { recordsOfAccount } from '#shared/moodle/accounts/account-records.ts';
import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { CohortStep } from './cohort-members.ts';
import type { Step } from './enrolment-calls.ts';
import { widest } from './enrolment-period.ts';
import type { EnrolmentFields } from './enrolment-plan.ts';
import { type CourseStates, cohortStatesOf, courseStatesOf, type Period } from './enrolment-state.ts';

/**
 * Of the steps by which people leave courses and groups, those that would take away what another record of the same
 * account still asks for: Moodle has one enrolment for all roles of a person, and no function that takes one role away.
 */
export async function neededByOthers(view: RecordView, steps: readonly Step[]): Promise<Set<Step>> {
  return neededBy(view, steps, (extraData, step) => isAskedFor(courseStatesOf(extraData), step));
}

/** The same of the steps by which people leave cohorts. */
export async function cohortsOfOthers(
  view: RecordView,
  steps: readonly CohortStep[],
): Promise<Set<CohortStep>> {
  return neededBy(view, steps, (extraData, { cohort }) => cohort in cohortStatesOf(extraData));
}

async function neededBy<Each extends Step | CohortStep>(
  view: RecordView,
  steps: readonly Each[],
  asksFor: (extraData: Mapping['extra_data'], step: Each) => boolean,
): Promise<Set<Each>> {
  const needed = new Set<Each>();
  for (const [item, own] of Map.groupBy(steps, ({ item }) => item)) {
    const rows = await placesOfOthers(view, item.entity.fields.person);
    for (const step of own) if (rows.some((row) => asksFor(row.extra_data, step))) needed.add(step);
  }
  return needed;
}

/**
 * What the other records of a person's account are enrolled in, as it is now: another worker may just have begun to enrol
 * the same account.
 */
async function placesOfOthers(view: RecordView, person: string): Promise<Mapping[]> {
  const others = (await recordsOfAccount(view, person)).filter((record) => record !== person);
  if (others.length === 0) return [];
  return [...(await view.mappingsNow(others.map(placesIdnumber))).values()];
}

/**
 * The period that Moodle is to give an account in a course: as wide as other records of the account need it, for it has
 * one enrolment for all of them.
 *
 * @param period of the record itself; undefined where it has no limits
 */
export async function withPlacesOfOthers(
  view: RecordView,
  person: string,
  course: string,
  period: Period | undefined,
): Promise<Period | undefined> {
  if (!period) return undefined;
  let all = period;
  for (const { extra_data } of await placesOfOthers(view, person)) {
    const place = courseStatesOf(extra_data)[course];
    if (place && place.state !== 'suspended') all = widest(all, place.period);
  }
  return all;
}

/** The role that the link has given in the courses of a mapping. */
export function roleGiven(
  { role_ids }: Pick<Instance, 'role_ids'>,
  { extra_data }: Pick<Mapping, 'extra_data'>,
  role: EnrolmentFields['role'],
): number {
  const { roleid } = extra_data ?? {};
  return typeof roleid === 'number' ? roleid : role_ids[role]!;
}

/** A role that an account is not to have any more in a course; undefined where another record of the account gives it. */
export async function unlessOthers(
  view: RecordView,
  person: string,
  course: string,
  roleid: number,
): Promise<number | undefined> {
  for (const row of await placesOfOthers(view, person)) {
    const role = row.service === 'teaching' ? 'teacher' : 'student';
    if (course in courseStatesOf(row.extra_data) && roleGiven(view.instance, row, role) === roleid)
      return undefined;
  }
  return roleid;
}

/** The services of what the people of each model are enrolled in, or have a role over. */
export const placesOf = {
  'op.student': 'enrolments',
  'op.faculty': 'teaching',
  'op.parent': 'children',
} as const;

/** The mapping of a person's enrolments, or of a parent's roles. @param person the account's idnumber */
export function placesIdnumber(person: string): string {
  return `${person}@${placesOf[personOf(person)?.model ?? 'op.student']}`;
}

function isAskedFor(courses: CourseStates, { change }: Step): boolean {
  const place = courses[change.course];
  if (!place || place.state === 'suspended') return false;
  return !('group' in change) || change.group in place.groups;
}
