import { partlyUnmet } from '#shared/moodle/failures.ts';
import { type BulkCall, runInBulk } from '#shared/moodle/push/bulk.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import { neededByOthers } from '#shared/moodle/structure/places-of-others.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { claimFrom, isClaimed } from '#shared/sync/units/claim.ts';
import {
  type Done,
  enrolment,
  GoneReference,
  joining,
  leaving,
  noteHeldRoles,
  type Step,
  unenrolment,
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

/** What has become of one person's changes. */
interface Progress {
  /** What is believed of Moodle beforehand. */
  known: CourseStates;
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
): Promise<Map<string, PushResult>> {
  const results = new Map<string, PushResult>();
  const progress = new Map<PushItem<PersonEnrolments>, Progress>();
  const steps: Step[] = [];
  const plans = await Promise.all(items.map(async (item) => ({ item, planned: await plan(item) })));
  for (const { item, planned } of plans) {
    if (!planned) results.set(item.entity.idnumber, { result: 'overtaken' });
    else {
      progress.set(item, { known: planned.known, done: planned.done, forget: [] });
      steps.push(...planned.steps);
    }
  }
  await noteHeldRoles(context, of('enrol').filter(isKnownTeacher));
  await run(of('enrol'), enrolment(context, false));
  await run(of('join').filter(isEnrolled), joining(context));
  const kept = await neededByOthers(context.view, [...of('leave'), ...of('drop')]);
  for (const { item, change } of kept) progress.get(item)!.done.push(change);
  const ending = (kind: 'leave' | 'drop') => of(kind).filter((step) => !kept.has(step));
  await run(ending('leave'), leaving(context));
  const drops = ending('drop');
  const suspended = drops.filter(({ item }) => dropBy(item) === 'suspend');
  await noteHeldRoles(context, suspended.filter(isKnownTeacher));
  await run(suspended, enrolment(context, true));
  await run(
    drops.filter(({ item }) => dropBy(item) === 'unenrol'),
    unenrolment(context),
  );
  for (const [item, made] of progress) results.set(item.entity.idnumber, await resultOf(item, made));
  return results;

  /**
   * The steps of one person, and what is done without a call; undefined where another worker has begun with the same
   * person.
   */
  async function plan(
    item: PushItem<PersonEnrolments>,
  ): Promise<(Pick<Progress, 'known' | 'done'> & { steps: Step[] }) | undefined> {
    const { entity, mapping, unmet, moved, isBraked } = item;
    const fields = entity.fields;
    const known = withoutMoved(courseStatesOf(mapping.extra_data), fields.person, moved);
    if (unmet.has(fields.person)) {
      // Who has no account (any more) is in no course: there is nothing to leave.
      const left = Object.keys(known).map((course): EnrolmentChange => ({ kind: 'drop', course }));
      return { known, steps: [], done: isLeaving(fields) ? left : [] };
    }
    const planned = planEnrolments(fields.courses, known, new Set(unmet.keys()), context.force);
    const changes = planned.filter(({ kind }) => !(isBraked && kind === 'drop'));
    if (changes.length > 0) {
      const now = context.clock.now();
      // A slow Moodle would otherwise get the same enrolments from every worker that meets the person in another unit.
      if (isClaimed(mapping.extra_data ?? {}, now)) return undefined;
      const claimed_until = claimFrom(now);
      const courses = claim(known, changes);
      const extra_data = { ...mapping.extra_data, courses, claimed_until };
      const made_with = await madeWithOf(item, courses);
      // Without a hash until all is done: what is made by halves is not what the hash of before stands for.
      if (!(await context.view.save({ ...mapping, extra_data, made_with, sync_hash: undefined })))
        return undefined;
    }
    const { view, instance } = context;
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
        roleid: instance.role_ids[fields.role],
      }));
    return { known, steps: await Promise.all(steps), done: changes.filter(isLeft) };
  }

  /** The Moodle ids with which the states of a person's courses hold. */
  function madeWithOf(
    { entity }: PushItem<PersonEnrolments>,
    states: CourseStates,
  ): Promise<Record<string, number>> {
    const { person } = entity.fields;
    const places = Object.entries(states).flatMap(([course, { groups }]) => [course, ...Object.keys(groups)]);
    return context.view.moodleIds([person, ...places]);
  }

  /**
   * A teacher who is known to have been in the course: somebody may have changed the role. Of students it is not worth
   * a call; where the role is in doubt, the link's own is meant.
   */
  function isKnownTeacher({ item, change }: Step): boolean {
    const { role } = item.entity.fields;
    const state = progress.get(item)!.known[change.course]?.state;
    return role === 'teacher' && (state === 'active' || state === 'suspended');
  }

  function of(kind: EnrolmentChange['kind']): Step[] {
    return steps.filter(({ change }) => change.kind === kind);
  }

  /** Joining a group needs the enrolment: where that has just failed, Moodle would refuse the whole call. */
  function isEnrolled({ item, change }: Step): boolean {
    const needed = of('enrol').some((step) => step.item === item && step.change.course === change.course);
    return (
      !needed ||
      progress.get(item)!.done.some(({ kind, course }) => kind === 'enrol' && course === change.course)
    );
  }

  async function run(batch: Step[], call: BulkCall<Step, Done>): Promise<void> {
    for (const [{ item, change }, outcome] of await runInBulk(context, batch, call)) {
      const made = progress.get(item)!;
      if ('done' in outcome) made.done.push(change);
      else {
        const { failure } = outcome;
        made.failure = withReasonOf(made.failure, failure);
        if (failure instanceof GoneReference) made.forget.push(failure.idnumber);
      }
    }
  }

  async function resultOf(item: PushItem<PersonEnrolments>, made: Progress): Promise<PushResult> {
    const { mapping, unmet } = item;
    const { person } = item.entity.fields;
    const unenrolled = dropBy(item) === 'unenrol' || unmet.has(person);
    const begun = claim(
      made.known,
      steps.flatMap((step) => (step.item === item ? [step.change] : [])),
    );
    const courses = settle(begun, made.done, unenrolled);
    const extraData = { ...mapping.extra_data, courses, claimed_until: undefined };
    const madeWith = await madeWithOf(item, courses);
    const isSettled = isLeaving(item.entity.fields);
    const failure = made.failure ?? (isSettled ? undefined : partlyUnmet([...unmet.values()]));
    if (failure) return { result: 'failed', failure, extraData, madeWith, forget: made.forget };
    return { result: mapping.last_synced_at === undefined ? 'created' : 'updated', extraData, madeWith };
  }
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
