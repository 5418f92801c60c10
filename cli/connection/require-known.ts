import { OperatorError } from '#cli/operator-error.ts';

/**
 * Refuses ids of instances that are not registered.
 *
 * @param known the ids of those that are
 * @throws OperatorError naming both
 */
export function requireKnown(ids: readonly string[], known: readonly string[]): void {
  const strangers = ids.filter((id) => !known.includes(id));
  if (strangers.length === 0) return;
  throw new OperatorError(
    `There is no instance ${strangers.join(', ')}.`,
    known.length > 0 ? `There is ${known.toSorted().join(', ')}.` : 'No Moodle is registered.',
  );
}
