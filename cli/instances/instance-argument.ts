import type { Deployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { InstanceRowError } from '#shared/store/tables/instances-store.ts';

/**
 * The instance that an operator names.
 *
 * @throws OperatorError when there is none with this id, or its settings cannot be read
 */
export async function chosenInstance(
  { instances }: Pick<Deployment, 'instances'>,
  id: string,
): Promise<Instance> {
  try {
    const instance = await instances.get(id);
    if (instance) return instance;
  } catch (cause) {
    if (!(cause instanceof InstanceRowError)) throw cause;
    throw new OperatorError(cause.message, `Correct it with \`oec-moodle instance set ${id} key=value\`.`, {
      cause,
    });
  }
  throw await unknownInstance(instances, id);
}

/**
 * The instance that an operator names, or all of them.
 *
 * @returns all that can be read, by id, and what is wrong with the others
 * @throws OperatorError when the one that is named cannot be used
 */
export async function chosenInstances(
  deployment: Deployment,
  id: string | undefined,
): Promise<{ instances: Instance[]; unreadable: string[] }> {
  if (id !== undefined) return { instances: [await chosenInstance(deployment, id)], unreadable: [] };
  const { instances, unreadable } = await allInstances(deployment);
  return { instances, unreadable: unreadable.map(({ message }) => message) };
}

/** All instances by id, and those whose settings cannot be read. */
export async function allInstances(
  deployment: Pick<Deployment, 'instances'>,
): Promise<{ instances: Instance[]; unreadable: InstanceRowError[] }> {
  const { instances, unreadable } = await deployment.instances.list();
  return { instances: instances.toSorted((a, b) => a.id.localeCompare(b.id)), unreadable };
}

/**
 * Refuses ids of instances that are not registered.
 *
 * @param known the ids of those that are
 * @throws OperatorError naming both
 */
export function requireKnown(ids: readonly string[], known: readonly string[]): void {
  const strangers = ids.filter((id) => !known.includes(id));
  if (strangers.length > 0) throw unknownAmong(strangers, known);
}

/** Says which instances there are. */
export async function unknownInstance(
  instances: Deployment['instances'],
  id: string,
): Promise<OperatorError> {
  const known = (await instances.list()).instances.map((instance) => instance.id);
  return unknownAmong([id], known);
}

function unknownAmong(strangers: readonly string[], known: readonly string[]): OperatorError {
  return new OperatorError(
    `There is no instance ${strangers.join(', ')}.`,
    known.length > 0
      ? `There is ${known.toSorted().join(', ')}.`
      : '`oec-moodle instance add` registers one.',
  );
}
