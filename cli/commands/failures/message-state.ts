import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import type { Failures } from './read-failures.ts';
import { keyOfMapping, keysOfMessage } from './selection.ts';

/**
 * What a message of PermanentlyFailed still means:
 * - given up: its record waits for a person.
 * - tried again: it has changed, or was tried again, since, and is not in Moodle yet.
 * - arrived: its record has come to Moodle since, or is no longer to come there.
 * - instance gone: its instance is not registered.
 * - crashed: no failure of a record, but a unit that crashed the worker five times, or that a schedule could not send.
 * - stopped: the same, but it has come through a function so often that Lambda takes it for a loop.
 * - unreadable: it holds no work unit.
 */
export type MessageState =
  | 'given up'
  | 'tried again'
  | 'arrived'
  | 'instance gone'
  | 'crashed'
  | 'stopped'
  | 'unreadable';

/** Tells the state of messages. @param failures unfiltered; what is not among their instances is taken to be gone */
export function messageState({
  instances,
  mappings,
  unreadable,
}: Failures): (message: FailedMessage) => MessageState {
  const ids = new Set(instances.map(({ id }) => id));
  const failing = Map.groupBy(mappings, keyOfMapping);
  return (message) => {
    if (!message.unit) return 'unreadable';
    if (!message.record) return message.hasLooped ? 'stopped' : 'crashed';
    // An instance whose row cannot be read may still be there, with all its failures.
    if (!ids.has(message.unit.instance)) return unreadable.length > 0 ? 'given up' : 'instance gone';
    const rows = keysOfMessage(message).flatMap((key) => failing.get(key) ?? []);
    if (rows.some(({ status }) => status === 'permanently_failed')) return 'given up';
    return rows.length > 0 ? 'tried again' : 'arrived';
  };
}

/** Of units that were not worked off, and of which no log tells. @param alarm that goes with them */
export function stoppedText(alarm: string): string {
  return (
    'A stopped unit came round so often that Lambda took it for a loop, and no log tells of it: docs/operations.md says ' +
    `what to do (${alarm}).`
  );
}
