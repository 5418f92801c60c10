import { withProgress } from '#cli/output/progress.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import type { FilterOptions } from './choice.ts';
import type { FailureReading, FailureRow, FailureTarget } from './failure-target.ts';

/**
 * What a message of a dead-letter queue still means:
 * - given up: its record waits for a person.
 * - tried again: it has changed, or was tried again, since, and has not arrived yet.
 * - arrived: its record has arrived since, or is no longer to.
 * - instance gone: its instance is not registered.
 * - crashed: no failure of a record, but a unit that crashed its worker five times, or that a schedule could not send.
 * - stopped: the same, but it has come through a function so often that Lambda takes it for a loop.
 * - unreadable: it holds no unit.
 */
export type MessageState =
  | 'given up'
  | 'tried again'
  | 'arrived'
  | 'instance gone'
  | 'crashed'
  | 'stopped'
  | 'unreadable';

/** All messages of the dead-letter queue, the oldest first; they stay where they are. */
export function readMessages<Row extends FailureRow, Unit>({
  deadLetters,
}: Pick<FailureTarget<Row, Unit>, 'deadLetters'>): Promise<FailedMessage<Unit>[]> {
  return withProgress('messages', (progress) =>
    deadLetters.visit(
      async (messages) => ({ remove: [], result: messages }),
      (received) => progress.update(received, received),
    ),
  );
}

/** Tells the state of messages. @param reading unfiltered */
export function messageState<Row extends FailureRow, Unit>(
  { keyOf, keysOf }: Pick<FailureTarget<Row, Unit>, 'keyOf' | 'keysOf'>,
  { rows, unreadable, knows }: FailureReading<Row, Unit>,
): (message: FailedMessage<Unit>) => MessageState {
  const failing = Map.groupBy(rows, keyOf);
  return ({ unit, record, hasLooped }) => {
    if (!unit) return 'unreadable';
    if (!record) return hasLooped ? 'stopped' : 'crashed';
    // An instance whose row cannot be read may still be there, with all its failures.
    if (!knows(unit)) return unreadable.length > 0 ? 'given up' : 'instance gone';
    const found = keysOf(unit).flatMap((key) => failing.get(key) ?? []);
    if (found.some(({ status }) => status === 'permanently_failed')) return 'given up';
    return found.length > 0 ? 'tried again' : 'arrived';
  };
}

/** Whether a message is meant; it knows the code of the last failure, and no class. */
export function isMessageChosen<Row extends FailureRow, Unit>(
  { originOf }: FailureTarget<Row, Unit>,
  { unit, record }: FailedMessage<Unit>,
  { instance, model, status, reason }: FilterOptions,
): boolean {
  const origin = record ?? (unit && originOf(unit));
  return (
    (instance === undefined || origin?.instance === instance) &&
    (model === undefined || origin?.model === model) &&
    (status === undefined || record?.status === status) &&
    (reason === undefined || record?.reason === reason.slice(reason.indexOf('/') + 1))
  );
}

/** Whether a message is of a record with one of these keys. */
export function isOfRecord<Row extends FailureRow, Unit>(
  { keysOf }: FailureTarget<Row, Unit>,
  { unit, record }: FailedMessage<Unit>,
  keys: ReadonlySet<string>,
): boolean {
  return record !== undefined && unit !== undefined && keysOf(unit).some((key) => keys.has(key));
}
