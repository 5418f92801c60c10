import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { addCohortMembers, deleteCohortMembers } from '#shared/moodle/functions/cohorts.ts';
import type { BulkCall } from '#shared/moodle/push/bulk.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem } from '#shared/moodle/push/push-service.ts';
import { type Done, GoneReference } from './enrolment-calls.ts';
import type { EnrolmentFields, PersonEnrolments } from './enrolment-plan.ts';
import type { CohortStates } from './enrolment-state.ts';

/** One person's way into a cohort, or out of it, with the Moodle ids it is made with. */
export interface CohortStep {
  item: PushItem<PersonEnrolments>;
  kind: 'join' | 'leave';
  /** Idnumber of its mapping. */
  cohort: string;
  cohortid: number;
  userid: number;
}

/** The cohorts that a person joins and leaves, of which the first come first. @see planEnrolments */
export function planCohorts(
  { cohorts = [], keptCohorts = [] }: Pick<EnrolmentFields, 'cohorts' | 'keptCohorts'>,
  known: CohortStates,
  unmet: ReadonlySet<string> = new Set(),
  force = false,
): Pick<CohortStep, 'kind' | 'cohort'>[] {
  const stays = new Set([...cohorts, ...keptCohorts]);
  const joins = cohorts.filter((cohort) => !unmet.has(cohort) && (force || known[cohort] !== 'member'));
  const leaves = Object.keys(known).filter((cohort) => !stays.has(cohort));
  return [
    ...joins.map((cohort) => ({ kind: 'join', cohort }) as const),
    ...leaves.map((cohort) => ({ kind: 'leave', cohort }) as const),
  ];
}

/**
 * Whether a person would be in fewer cohorts: by them courses are given and taken that the link knows nothing of. Who goes
 * from one batch to the next one loses nothing.
 */
export function leavesCohorts(fields: EnrolmentFields, known: CohortStates): boolean {
  const changes = planCohorts(fields, known);
  const isNew = changes.filter(({ kind, cohort }) => kind === 'join' && !(cohort in known));
  return changes.filter(({ kind }) => kind === 'leave').length > isNew.length;
}

export function joinsCohorts(fields: EnrolmentFields, known: CohortStates): boolean {
  return planCohorts(fields, known).some(({ kind }) => kind === 'join');
}

/** What is still true of the cohorts. @see withoutMoved */
export function cohortsLeft(known: CohortStates, person: string, moved: ReadonlySet<string>): CohortStates {
  const left = Object.entries(known).filter(([cohort]) => !moved.has(person) && !moved.has(cohort));
  return Object.fromEntries(left);
}

const byCohort = (a: CohortStep, b: CohortStep) => a.cohortid - b.cohortid || a.userid - b.userid;

export function joiningCohorts({ client }: PushContext): BulkCall<CohortStep, Done> {
  return {
    order: byCohort,
    // type and value of the cohort, and of the user
    variables: () => 4,
    call: async (steps) => {
      const lacked = await addCohortMembers(client, steps.map(memberOf));
      return steps.map(({ item, cohort }, index) => {
        if (lacked[index] === undefined) return { done: 'done' };
        const gone = lacked[index] === 'cohort' ? cohort : item.entity.fields.person;
        return { failure: new GoneReference(gone) };
      });
    },
  };
}

export function leavingCohorts({ client }: PushContext): BulkCall<CohortStep, Done> {
  return {
    order: byCohort,
    // cohortid, userid
    variables: () => 2,
    call: async (steps) => {
      await deleteCohortMembers(client, steps.map(memberOf));
      return steps.map(() => ({ done: 'done' }));
    },
    refused: async (_step, error) => {
      // A cohort that is gone has no members to lose, and an account that is gone is in none.
      const isGone = error instanceof MoodleError && isMissingRecord(error.errorcode);
      return isGone ? { done: 'done' } : { failure: failureOf(error) };
    },
  };
}

function memberOf({ cohortid, userid }: CohortStep) {
  return { cohortid, userid };
}
