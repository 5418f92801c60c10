import { recordsOfAccount } from '#shared/moodle/accounts/account-records.ts';
import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { CohortStep } from './cohort-members.ts';
import type { Step } from './enrolment-calls.ts';
import { type CourseStates, cohortStatesOf, courseStatesOf } from './enrolment-state.ts';

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
    const { person } = item.entity.fields;
    const others = (await recordsOfAccount(view, person)).filter((record) => record !== person);
    if (others.length === 0) continue;
    // As they are now: another worker may just have begun to enrol the same account.
    const rows = [...(await view.mappingsNow(others.map(placesIdnumber))).values()];
    for (const step of own) if (rows.some((row) => asksFor(row.extra_data, step))) needed.add(step);
  }
  return needed;
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
