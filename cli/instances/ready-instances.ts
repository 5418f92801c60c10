import type { Deployment } from '#cli/connection/deployment.ts';
import { allInstances, chosenInstance } from '#cli/instances/instance-argument.ts';
import { OperatorError } from '#cli/operator-error.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { standingOf } from '#shared/moodle/instance/instance-standing.ts';

/** An instance that is left out, as sentences. */
export interface LeftOutInstance {
  instance: string;
  reason: string;
  advice: string;
}

/**
 * The instances that can be synced now, and those that cannot: paused, away, or with settings that cannot be read. A
 * disabled one is told of only where it is asked for, or where there is no other: it is left out on purpose.
 *
 * @param id only this one
 * @throws OperatorError when there is none of this name, or none at all
 */
export async function readyInstances(
  { instances }: Pick<Deployment, 'instances'>,
  id?: string,
): Promise<{ ready: Instance[]; leftOut: LeftOutInstance[] }> {
  const { found, leftOut } = await namedInstances({ instances }, id);
  if (found.length + leftOut.length === 0) throw noneRegistered();
  const ready: Instance[] = [];
  for (const instance of id === undefined ? withoutDisabled(found) : found) {
    const standing = standingOf(instance, await instances.getBreaker(instance.id));
    if (standing.kind === 'ready') ready.push(instance);
    else leftOut.push({ instance: instance.id, reason: standing.reason, advice: standing.advice });
  }
  return { ready, leftOut };
}

/** The instances that are in use, or all where none is. */
export function withoutDisabled(instances: Instance[]): Instance[] {
  const inUse = instances.filter(({ status }) => status !== 'disabled');
  return inUse.length > 0 ? inUse : instances;
}

/** The instances that are meant, whatever their status; `leftOut` has those whose settings cannot be read. */
export async function namedInstances(
  { instances }: Pick<Deployment, 'instances'>,
  id?: string,
): Promise<{ found: Instance[]; leftOut: LeftOutInstance[] }> {
  if (id !== undefined) return { found: [await chosenInstance({ instances }, id)], leftOut: [] };
  const { instances: found, unreadable } = await allInstances({ instances });
  const leftOut = unreadable.map((error) => ({
    instance: error.instance,
    reason: error.message,
    advice: adviceOnSettings,
  }));
  return { found, leftOut };
}

const adviceOnSettings = 'Correct its settings with `oec-moodle instance set`.';
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
