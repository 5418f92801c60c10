import { partlyUnmet } from '#shared/moodle/failures.ts';
import { type BulkCall, type BulkOutcome, runInBulk } from '#shared/moodle/push/bulk.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { claimFrom, isClaimed } from '#shared/sync/units/claim.ts';
import {
  type Done,
  enrolmentCalls,
  GoneReference,
  joining,
  leaving,
  noteHeldRoles,
  type Step,
} from './enrolment-calls.ts';
import {
  claim,
  type EnrolmentChange,
  type EnrolmentFields,
  type PersonEnrolments,
  planEnrolments,
  settle,
  withoutMoved,
} from './enrolment-plan.ts';
import { type CourseStates, courseStatesOf } from './enrolment-state.ts';
import { neededByOthers } from './places-of-others.ts';

/** One person's changes, and what has become of them. */
interface PersonPush {
  item: PushItem<PersonEnrolments>;
  /** What is known of Moodle beforehand. */
  known: CourseStates;
  steps: Step[];
  /** Also what is done without a call. */
  done: EnrolmentChange[];
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
  const of = (kind: EnrolmentChange['kind']) => steps.filter(({ change }) => change.kind === kind);
  const run = async (batch: Step[], call: BulkCall<Step, Done>) => {
    for (const [step, outcome] of await runInBulk(context, batch, call))
      note(people.get(step.item)!, step.change, outcome);
  };
  const isTeacher = (step: Step) => isKnownTeacher(people.get(step.item)!, step);

  await noteHeldRoles(context, of('enrol').filter(isTeacher));
  await run(of('enrol'), give(context));
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

  const results = items.map(async (item): Promise<[string, PushResult]> => {
    const person = people.get(item);
    const result = person ? await resultOf(context, person, dropBy(item)) : { result: 'overtaken' as const };
    return [item.entity.idnumber, result];
  });
  return new Map(await Promise.all(results));
}

/** The steps of one person; undefined where another worker has begun with the same person. */
async function begin(
  { view, instance, clock, force }: PushContext,
  item: PushItem<PersonEnrolments>,
): Promise<PersonPush | undefined> {
  const { entity, mapping, unmet, moved, isBraked } = item;
  const { fields } = entity;
  const known = withoutMoved(courseStatesOf(mapping.extra_data), fields.person, moved);
  if (unmet.has(fields.person)) {
    // Who has no account (any more) is in no course: there is nothing to leave.
    const left = Object.keys(known).map((course): EnrolmentChange => ({ kind: 'drop', course }));
    return { item, known, steps: [], done: isLeaving(fields) ? left : [], forget: [] };
  }
  const isOtherRole = fields.roleid !== undefined && fields.roleid !== mapping.extra_data?.roleid;
  const planned = planEnrolments(fields.courses, known, new Set(unmet.keys()), force || isOtherRole);
  const changes = planned.filter(({ kind }) => !(isBraked && kind === 'drop'));
  if (changes.length > 0) {
    const now = clock.now();
    // A slow Moodle would otherwise get the same enrolments from every worker that meets the person in another unit.
    if (isClaimed(mapping.extra_data ?? {}, now)) return undefined;
    const claimed_until = claimFrom(now);
    const courses = claim(known, changes);
    const extra_data = { ...mapping.extra_data, courses, claimed_until };
    const made_with = await madeWithOf(view, item, courses);
    // Without a hash until all is done: what is made by halves is not what the hash of before stands for.
    if (!(await view.save({ ...mapping, extra_data, made_with, sync_hash: undefined }))) return undefined;
  }
  const mappings = await view.mappings([fields.person, ...changes.flatMap(placesOf)]);
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
      roleid: instance.role_ids[fields.role]!,
    }));
  return { item, known, steps: await Promise.all(steps), done: changes.filter(isLeft), forget: [] };
}

/** The Moodle ids with which the states of a person's courses hold. */
function madeWithOf(
  view: RecordView,
  { entity }: PushItem<PersonEnrolments>,
  states: CourseStates,
): Promise<Record<string, number>> {
  const places = Object.entries(states).flatMap(([course, { groups }]) => [course, ...Object.keys(groups)]);
  return view.moodleIds([entity.fields.person, ...places]);
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
  const isMeant = (change: EnrolmentChange) => change.kind === 'enrol' && change.course === course;
  return !steps.some(({ change }) => isMeant(change)) || done.some(isMeant);
}

function note(person: PersonPush, change: EnrolmentChange, outcome: BulkOutcome<Done>): void {
  if ('done' in outcome) person.done.push(change);
  else {
    person.failure = withReasonOf(person.failure, outcome.failure);
    if (outcome.failure instanceof GoneReference) person.forget.push(outcome.failure.idnumber);
  }
}

async function resultOf(
  { view }: PushContext,
  { item, known, steps, done, forget, ...made }: PersonPush,
  dropBy: 'suspend' | 'unenrol',
): Promise<PushResult> {
  const { entity, mapping, unmet } = item;
  const unenrolled = dropBy === 'unenrol' || unmet.has(entity.fields.person);
  const begun = claim(
    known,
    steps.map(({ change }) => change),
  );
  const courses = settle(begun, done, unenrolled);
  const extraData = { ...mapping.extra_data, courses, claimed_until: undefined };
  const madeWith = await madeWithOf(view, item, courses);
  const failure = made.failure ?? (isLeaving(entity.fields) ? undefined : partlyUnmet([...unmet.values()]));
  if (failure) return { result: 'failed', failure, extraData, madeWith, forget };
  const { roleid } = entity.fields;
  return {
    result: mapping.last_synced_at === undefined ? 'created' : 'updated',
    extraData: { ...extraData, ...(roleid !== undefined && { roleid }) },
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
function isLeaving({ courses }: EnrolmentFields): boolean {
  return Object.keys(courses).length === 0;
}

/** The idnumbers of the course, and of the group, that a change is about. */
function placesOf(change: EnrolmentChange): string[] {
  return 'group' in change ? [change.course, change.group] : [change.course];
}
