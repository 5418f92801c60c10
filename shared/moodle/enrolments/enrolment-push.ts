import { partlyUnmet } from '#shared/moodle/failures.ts';
import { type BulkCall, type BulkOutcome, runInBulk } from '#shared/moodle/push/bulk.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { claimFrom, isClaimed } from '#shared/sync/units/claim.ts';
import {
  type CohortStep,
  cohortsLeft,
  joiningCohorts,
  leavingCohorts,
  planCohorts,
} from './cohort-members.ts';
import {
  type Done,
  enrolmentCalls,
  GoneReference,
  joining,
  leaving,
  noteHeldRoles,
  noteSuspended,
  type Step,
} from './enrolment-calls.ts';
import { isOpen } from './enrolment-period.ts';
import {
  claim,
  closesCourse,
  type EnrolmentChange,
  type EnrolmentFields,
  type PersonEnrolments,
  planEnrolments,
  settle,
  withoutMoved,
} from './enrolment-plan.ts';
import { type CohortStates, type CourseStates, cohortStatesOf, courseStatesOf } from './enrolment-state.ts';
import {
  cohortsOfOthers,
  neededByOthers,
  roleGiven,
  unlessOthers,
  withPlacesOfOthers,
} from './places-of-others.ts';

/** One person's changes, and what has become of them. */
interface PersonPush {
  item: PushItem<PersonEnrolments>;
  /** What is known of Moodle beforehand. */
  known: CourseStates;
  steps: Step[];
  /** Also what is done without a call. */
  done: EnrolmentChange[];
  /** What is known of the cohorts, kept up while they are joined and left. */
  cohorts: CohortStates;
  cohortSteps: CohortStep[];
  failure?: Failure;
  forget: string[];
}

/**
 * Applies the differences of many persons' enrolments in a few bulk calls: enrol, join groups, leave groups, drop
 * courses. What is begun is noted in the mapping before the call, so that a worker that dies forgets nothing.
 */
export async function pushEnrolments(
  context: PushContext,
  items: PushItem<PersonEnrolments>[],
  dropBy: (item: PushItem<PersonEnrolments>) => 'suspend' | 'unenrol',
  { give, take, suspend: suspension = take } = enrolmentCalls,
): Promise<Map<string, PushResult>> {
  const begun = await Promise.all(items.map((item) => begin(context, item)));
  const people = new Map(begun.flatMap((person) => (person ? [[person.item, person] as const] : [])));
  const steps = [...people.values()].flatMap((person) => person.steps);
  const of = (...kinds: EnrolmentChange['kind'][]) =>
    steps.filter(({ change }) => kinds.includes(change.kind));
  const run = async (batch: Step[], call: BulkCall<Step, Done>) => {
    for (const [step, outcome] of await runInBulk(context, batch, call))
      note(people.get(step.item)!, step.change, outcome);
  };
  // Where the ERP has changed the role, it counts, whatever somebody has made of the former one.
  const isTeacher = (step: Step) => !step.isOtherRole && isKnownTeacher(people.get(step.item)!, step);
  const isOpenByNow = ({ item, change: { course } }: Step) =>
    isOpen(people.get(item)!.known[course]?.period, context.clock.now());

  const enrolling = of('enrol', 'update');
  await noteHeldRoles(context, enrolling.filter(isTeacher));
  if (suspension !== take) await noteSuspended(context, of('update').filter(isOpenByNow));
  await run(enrolling, give(context));
  const joins = of('join').filter(({ item, change }) => isEnrolled(people.get(item)!, change.course));
  await run(joins, joining(context));
  const kept = await neededByOthers(context.view, [...of('leave'), ...of('drop')]);
  for (const { item, change } of kept) people.get(item)!.done.push(change);
  const ending = (kind: 'leave' | 'drop') => of(kind).filter((step) => !kept.has(step));
  await run(ending('leave'), leaving(context));
  const { suspend = [], unenrol = [] } = Object.groupBy(ending('drop'), ({ item }) => dropBy(item));
  await noteHeldRoles(context, suspend.filter(isTeacher));
  await run(suspend, suspension(context));
  await run(unenrol, take(context));

  await moveInCohorts(context, people);

  const results = items.map(async (item): Promise<[string, PushResult]> => {
    const person = people.get(item);
    const result = person ? await resultOf(context, person, dropBy(item)) : { result: 'overtaken' as const };
    return [item.entity.idnumber, result];
  });
  return new Map(await Promise.all(results));
}

/** Has people join cohorts, and then leave those that no other record of the same account asks for. */
async function moveInCohorts(
  context: PushContext,
  people: ReadonlyMap<PushItem<PersonEnrolments>, PersonPush>,
): Promise<void> {
  const steps = [...people.values()].flatMap(({ cohortSteps }) => cohortSteps);
  const { join = [], leave = [] } = Object.groupBy(steps, ({ kind }) => kind);
  const kept = await cohortsOfOthers(context.view, leave);
  const joined = await runInBulk(context, join, joiningCohorts(context));
  const left = await runInBulk(
    context,
    leave.filter((step) => !kept.has(step)),
    leavingCohorts(context),
  );
  for (const { item, cohort } of kept) delete people.get(item)!.cohorts[cohort];
  for (const [{ item, kind, cohort }, outcome] of [...joined, ...left]) {
    const person = people.get(item)!;
    if ('failure' in outcome) noteFailure(person, outcome.failure);
    else if (kind === 'join') person.cohorts[cohort] = 'member';
    else delete person.cohorts[cohort];
  }
}

/** The steps of one person; undefined where another worker has begun with the same person. */
async function begin(
  { view, instance, clock, force }: PushContext,
  item: PushItem<PersonEnrolments>,
): Promise<PersonPush | undefined> {
  const { entity, mapping, unmet, moved, isBraked } = item;
  const { fields } = entity;
  const known = withoutMoved(courseStatesOf(mapping.extra_data), fields.person, moved);
  const cohorts = cohortsLeft(cohortStatesOf(mapping.extra_data), fields.person, moved);
  if (unmet.has(fields.person)) {
    // Who has no account (any more) is in no course: there is nothing to leave.
    const left = Object.keys(known).map((course): EnrolmentChange => ({ kind: 'drop', course }));
    const isNowhere = isLeaving(fields);
    return {
      ...{ item, known, steps: [], done: isNowhere ? left : [], forget: [] },
      ...{ cohorts: isNowhere ? {} : cohorts, cohortSteps: [] },
    };
  }
  const roleid = fields.roleid ?? instance.role_ids[fields.role]!;
  const formerRole = roleGiven(instance, mapping, fields.role);
  const isOtherRole = roleid !== formerRole;
  const planned = planEnrolments(fields, known, new Set(unmet.keys()), force, isOtherRole);
  const changes = planned.filter((change) => !(isBraked && closesCourse(change, known, clock.now())));
  const inCohorts = planCohorts(fields, cohorts, new Set(unmet.keys()), force).filter(
    ({ kind }) => !(isBraked && kind === 'leave'),
  );
  for (const { kind, cohort } of inCohorts) if (kind === 'join') cohorts[cohort] = 'pending';
  if (changes.length + inCohorts.length > 0) {
    const now = clock.now();
    // A slow Moodle would otherwise get the same enrolments from every worker that meets the person in another unit.
    if (isClaimed(mapping.extra_data ?? {}, now)) return undefined;
    const claimed_until = claimFrom(now);
    const courses = claim(known, changes);
    const extra_data = { ...mapping.extra_data, courses, ...inExtraData(cohorts), claimed_until };
    const made_with = await madeWithOf(view, item, courses, cohorts);
    // Without a hash until all is done: what is made by halves is not what the hash of before stands for.
    if (!(await view.save({ ...mapping, extra_data, made_with, sync_hash: undefined }))) return undefined;
  }
  const mappings = await view.mappings([
    fields.person,
    ...changes.flatMap(placesOf),
    ...inCohorts.map(({ cohort }) => cohort),
  ]);
  // Nobody is in a course or group any more of which Moodle is known to have lost it: there is nothing to leave.
  const isLeft = (change: EnrolmentChange) =>
    (change.kind === 'drop' || change.kind === 'leave') &&
    placesOf(change).some((name) => mappings.get(name)?.moodle_id === undefined);
  const steps = changes
    .filter((change) => !isLeft(change))
    .map(async (change) => ({
      item,
      change,
      userid: await view.moodleId(fields.person),
      courseid: await view.moodleId(change.course),
      groupid: 'group' in change ? await view.moodleId(change.group) : 0,
      roleid,
      ...(isOtherRole && {
        isOtherRole,
        formerRole: await unlessOthers(view, fields.person, change.course, formerRole),
      }),
      period: await withPlacesOfOthers(view, fields.person, change.course, fields.periods?.[change.course]),
    }));
  const cohortSteps: CohortStep[] = [];
  for (const step of inCohorts) {
    const cohortid = mappings.get(step.cohort)?.moodle_id;
    if (cohortid === undefined) delete cohorts[step.cohort];
    else cohortSteps.push({ ...step, item, cohortid, userid: await view.moodleId(fields.person) });
  }
  return {
    ...{ item, known, steps: await Promise.all(steps), done: changes.filter(isLeft), forget: [] },
    ...{ cohorts, cohortSteps },
  };
}

/** The Moodle ids with which the states of a person's courses hold. */
function madeWithOf(
  view: RecordView,
  { entity }: PushItem<PersonEnrolments>,
  states: CourseStates,
  cohorts: CohortStates,
): Promise<Record<string, number>> {
  const places = Object.entries(states).flatMap(([course, { groups }]) => [course, ...Object.keys(groups)]);
  return view.moodleIds([entity.fields.person, ...places, ...Object.keys(cohorts)]);
}

/**
 * A teacher who is known to have been in the course: somebody may have changed the role. Of students it is not worth
 * a call; where the role is in doubt, the link's own is meant.
 */
function isKnownTeacher({ item, known }: PersonPush, { change }: Step): boolean {
  const state = known[change.course]?.state;
  return item.entity.fields.role === 'teacher' && (state === 'active' || state === 'suspended');
}

/** Joining a group needs the enrolment: where that has just failed, Moodle would refuse the whole call. */
function isEnrolled({ steps, done }: PersonPush, course: string): boolean {
  const isMeant = ({ kind, course: own }: EnrolmentChange) =>
    (kind === 'enrol' || kind === 'update') && own === course;
  return !steps.some(({ change }) => isMeant(change)) || done.some(isMeant);
}

function note(person: PersonPush, change: EnrolmentChange, outcome: BulkOutcome<Done>): void {
  if ('done' in outcome) person.done.push(change);
  else noteFailure(person, outcome.failure);
}

function noteFailure(person: PersonPush, failure: Failure): void {
  person.failure = withReasonOf(person.failure, failure);
  if (failure instanceof GoneReference) person.forget.push(failure.idnumber);
}

async function resultOf(
  { view }: PushContext,
  { item, known, steps, done, cohorts, forget, ...made }: PersonPush,
  dropBy: 'suspend' | 'unenrol',
): Promise<PushResult> {
  const { entity, mapping, unmet } = item;
  const unenrolled = dropBy === 'unenrol' || unmet.has(entity.fields.person);
  const begun = claim(
    known,
    steps.map(({ change }) => change),
  );
  const courses = settle(begun, done, unenrolled);
  const extraData = { ...mapping.extra_data, courses, ...inExtraData(cohorts), claimed_until: undefined };
  const madeWith = await madeWithOf(view, item, courses, cohorts);
  const failure = made.failure ?? (isLeaving(entity.fields) ? undefined : partlyUnmet([...unmet.values()]));
  if (failure) return { result: 'failed', failure, extraData, madeWith, forget };
  const { roleid } = entity.fields;
  return {
    result: mapping.last_synced_at === undefined ? 'created' : 'updated',
    extraData: { ...extraData, roleid },
    madeWith,
  };
}

/** The first failure of a person's changes, with what the others of its kind say of other courses. */
function withReasonOf(first: Failure | undefined, next: Failure): Failure {
  // A plain copy: DynamoDB takes no instances of a class.
  if (!first) return { ...next };
  if (first.code !== next.code || first.reason.includes(next.reason)) return first;
  return { ...first, reason: `${first.reason} ${next.reason}` };
}

/** Whether nothing is asked for any more: what there is ends. */
function isLeaving({ courses, cohorts = [] }: EnrolmentFields): boolean {
  return Object.keys(courses).length + cohorts.length === 0;
}

/** Cohorts as they are kept; most people are in none. */
function inExtraData(cohorts: CohortStates): { cohorts: CohortStates | undefined } {
  return { cohorts: Object.keys(cohorts).length > 0 ? { ...cohorts } : undefined };
}

/** The idnumbers of the course, and of the group, that a change is about. */
function placesOf(change: EnrolmentChange): string[] {
  return 'group' in change ? [change.course, change.group] : [change.course];
}
