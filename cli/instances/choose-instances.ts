import type { Deployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { allInstances, requireKnown } from './instance-argument.ts';

/**
 * The instances that a command is about: those named, else all that are not disabled, in the order of their names.
 *
 * @returns also what is wrong with rows that cannot be read, as far as they may be meant
 * @throws OperatorError where one that was named is not registered, or there is none at all
 */
export async function chooseInstances(
  deployment: Pick<Deployment, 'instances'>,
  ids: readonly string[] | undefined,
): Promise<{ instances: Instance[]; unreadable: string[] }> {
  const { instances, unreadable } = await allInstances(deployment);
  const known = instances.map(({ id }) => id);
  if (ids === undefined) {
    const enabled = instances.filter(({ status }) => status !== 'disabled');
    if (enabled.length === 0 && unreadable.length === 0) {
      throw new OperatorError(
        'No Moodle is registered, or all are disabled.',
        'Register one with `oec-moodle instance add`.',
      );
    }
    return { instances: enabled, unreadable: unreadable.map(({ message }) => message) };
  }
  const missing = ids.filter((id) => !known.includes(id));
  if (missing.length > 0) {
    const about = unreadable.filter(({ instance }) => missing.includes(instance));
    if (about[0]) throw new OperatorError(about[0].message, 'Correct it with `oec-moodle instance set`.');
    requireKnown(missing, known);
  }
  return { instances: instances.filter(({ id }) => ids.includes(id)), unreadable: [] };
}
