import { availabilityOf } from '#shared/moodle/instance/availability.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { MoodleAwayError } from '#shared/operate/plan/dry-run.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';
import type { WatchedInstance } from '#shared/store/tables/instance-states.ts';
import type { InstanceRowError, InstanceSettings } from '#shared/store/tables/instances-store.ts';
import type { Deployment } from './connection/deployment.ts';
import { OperatorError } from './operator-error.ts';

type Instances = Pick<Deployment, 'instances'>;

/** Why nothing could be found out about an instance, and what to do. */
export interface InstanceProblem {
  reason: string;
  advice: string;
}

/** An instance that is left out, as sentences. */
export type LeftOutInstance = InstanceProblem & { instance: string };

/**
 * The instances that an operator names, or all of them, in the order of their names.
 *
 * @returns also what is wrong with the rows that cannot be read
 * @throws OperatorError where one that is named is not registered, or cannot be read
 */
export async function chosenInstances(
  { instances }: Instances,
  ids: readonly string[] = [],
): Promise<{ instances: Instance[]; unreadable: string[] }> {
  const { instances: readable, unreadable } = await instances.list();
  requireKnown(ids, [...readable.map(({ id }) => id), ...unreadable.map(({ instance }) => instance)]);
  const sorted = readable.toSorted((a, b) => a.id.localeCompare(b.id));
  if (ids.length === 0) return { instances: sorted, unreadable: unreadable.map(({ message }) => message) };
  const cause = unreadable.find(({ instance }) => ids.includes(instance));
  if (cause) {
    const advice = `Correct it with \`oec-moodle instance set ${cause.instance} key=value\`.`;
    throw new OperatorError(cause.message, advice, { cause });
  }
  return { instances: sorted.filter(({ id }) => ids.includes(id)), unreadable: [] };
}

/** The instance that an operator names. @throws OperatorError as above */
export async function chosenInstance(deployment: Instances, id: string): Promise<Instance> {
  return (await chosenInstances(deployment, [id])).instances[0]!;
}

/** The settings of an instance as they were written, also where they cannot be read. @throws OperatorError without any */
export async function writtenSettings({ instances }: Instances, id: string): Promise<InstanceSettings> {
  const settings = await instances.settings(id);
  if (!settings) throw unknownAmong([id], await instances.ids());
  return { ...settings, id };
}

/** Those named, else all that are not disabled. @throws OperatorError as above, and where there is none */
export async function chooseInstances(
  deployment: Instances,
  ids: readonly string[] | undefined,
): Promise<{ instances: Instance[]; unreadable: string[] }> {
  const { instances, unreadable } = await chosenInstances(deployment, ids);
  const enabled = ids ? instances : instances.filter(({ status }) => status !== 'disabled');
  if (enabled.length + unreadable.length > 0) return { instances: enabled, unreadable };
  throw new OperatorError(
    'No Moodle is registered, or all are disabled.',
    'Register one with `oec-moodle instance add`.',
  );
}

/** The instances that are meant, whatever their status; `leftOut` has those whose settings cannot be read. */
export async function namedInstances(
  deployment: Instances,
  id?: string,
): Promise<{ found: Instance[]; leftOut: LeftOutInstance[] }> {
  if (id !== undefined) return { found: [await chosenInstance(deployment, id)], leftOut: [] };
  const { instances, unreadable } = await deployment.instances.list();
  const leftOut = unreadable.map(({ instance, message }) => ({
    instance,
    reason: message,
    advice: 'Correct its settings with `oec-moodle instance set`.',
  }));
  return { found: instances.toSorted((a, b) => a.id.localeCompare(b.id)), leftOut };
}

/**
 * The instances that can be synced now, and those that cannot: paused, away, or with settings that cannot be read. A
 * disabled one is told of only where it is asked for, or where there is no other: it is left out on purpose.
 *
 * @param id only this one
 * @throws OperatorError when there is none of this name, or none at all
 */
export async function readyInstances(
  { instances }: Instances,
  id?: string,
): Promise<{ ready: Instance[]; leftOut: LeftOutInstance[] }> {
  const { found, leftOut } = await namedInstances({ instances }, id);
  if (found.length + leftOut.length === 0) throw noneRegistered();
  const ready: Instance[] = [];
  for (const instance of id === undefined ? withoutDisabled(found) : found) {
    const availability = availabilityOf(instance, await instances.getBreaker(instance.id));
    if (availability.kind === 'ready') ready.push(instance);
    else leftOut.push({ instance: instance.id, reason: availability.reason, advice: availability.advice });
  }
  return { ready, leftOut };
}

/** The instances that are in use, or all where none is. */
export function withoutDisabled(instances: Instance[]): Instance[] {
  const inUse = instances.filter(({ status }) => status !== 'disabled');
  return inUse.length > 0 ? inUse : instances;
}

/**
 * The instances that are asked for, by id, and how they fare.
 *
 * @param ids the instances to tell of; all of them where there is none
 * @returns also those of them whose settings cannot be read, and all instances that can be, asked for or not
 * @throws OperatorError where one of them is not registered
 */
export async function watchedInstances(
  { instanceStates }: Pick<Deployment, 'instanceStates'>,
  ids: readonly string[],
): Promise<{ chosen: WatchedInstance[]; unreadable: InstanceRowError[]; all: Instance[] }> {
  const { instances, unreadable } = await instanceStates.list();
  const all = instances.map(({ instance }) => instance);
  requireKnown(ids, [...all.map(({ id }) => id), ...unreadable.map(({ instance }) => instance)]);
  const isAsked = (id: string) => ids.length === 0 || ids.includes(id);
  return {
    chosen: instances
      .filter(({ instance }) => isAsked(instance.id))
      .toSorted((a, b) => (a.instance.id < b.instance.id ? -1 : 1)),
    unreadable: unreadable.filter(({ instance }) => isAsked(instance)),
    all,
  };
}

/** Refuses ids that are not registered. @param known those that are @throws OperatorError naming both */
function requireKnown(ids: readonly string[], known: readonly string[]): void {
  const strangers = ids.filter((id) => !known.includes(id));
  if (strangers.length > 0) throw unknownAmong(strangers, known);
}

function unknownAmong(strangers: readonly string[], known: readonly string[]): OperatorError {
  return new OperatorError(
    `There is no instance ${strangers.join(', ')}.`,
    known.length > 0 ? `There is ${known.toSorted().join(', ')}.` : adviceToRegister,
  );
}

const adviceToRegister = '`oec-moodle instance add` registers one.';

/** There is no Moodle to do anything with. */
export function noneRegistered(): OperatorError {
  return new OperatorError('No Moodle is registered.', adviceToRegister);
}

/** A sentence each on what is left out. */
export function sayLeftOut(leftOut: LeftOutInstance[]): string[] {
  return leftOut.map(({ reason, advice }) => `${reason} ${advice}`);
}

/** There is no instance left to do anything in. */
export function allLeftOut(leftOut: LeftOutInstance[]): OperatorError {
  return new OperatorError(
    leftOut.map(({ reason }) => reason).join('\n'),
    leftOut.map(({ advice }) => advice).join('\n'),
  );
}

/** What keeps an instance's Moodle from being read. @throws the error itself where it is about something else */
export function problemOf(error: unknown): InstanceProblem {
  if (error instanceof MoodleAwayError) {
    const { reason, advice } = error.failure;
    return { reason, advice };
  }
  if (error instanceof TokenError) {
    return { reason: error.message, advice: 'Store it with `oec-moodle instance set`.' };
  }
  throw error;
}
