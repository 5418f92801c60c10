import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { InterceptedCall, Interceptor, LoggedCall } from '#local/moodle/simulated-moodle.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { isWrite, type Kit } from '../kit.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** The visibility timeout of PushQueue and a little more: what a killed worker had comes back. */
export const untilRedelivered = 31 * minute;

/** `[first, …, last]`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/**
 * Writes or deletes many records at the same moment, so that the stream function gets them in one batch: what
 * comes in several batches is announced to the brake in several parts.
 */
export async function inOneGo<T>(items: T[], write: (part: T[]) => Promise<void>): Promise<void> {
  const size = 25;
  const parts = range(1, Math.ceil(items.length / size)).map((part) =>
    items.slice((part - 1) * size, part * size),
  );
  await Promise.all(parts.map(write));
}

/** How often each web service function was called, for assertion messages. */
export function countByFunction(calls: Pick<LoggedCall, 'function'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of calls) counts[call.function] = (counts[call.function] ?? 0) + 1;
  return counts;
}

/** Names of the writing functions that were called. */
export function writesOf(calls: LoggedCall[]): string[] {
  return calls.filter(isWrite).map((call) => call.function);
}

/** Sends a work unit to the push queue, as record-stream does. */
export async function sendUnit(kit: Kit, unit: Omit<WorkUnit, 'instance'>): Promise<void> {
  await kit.cloud.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: kit.cloud.resource('PushQueueUrl'),
      MessageGroupId: 'demo',
      MessageBody: JSON.stringify({ instance: 'demo', ...unit }),
    }),
  );
}

/** A place where calls wait until they are let go. */
export class Gate {
  readonly #arrivals: (() => void)[] = [];
  readonly #waiting: { count: number; resolve: () => void }[] = [];
  #arrived = 0;
  #isOpen = false;

  /** Waits to be let go. */
  pass(): Promise<void> {
    this.#arrived += 1;
    for (const { count, resolve } of this.#waiting) if (this.#arrived >= count) resolve();
    if (this.#isOpen) return Promise.resolve();
    return new Promise((resolve) => this.#arrivals.push(resolve));
  }

  /** Resolves when so many calls have come in all. */
  arrived(count: number): Promise<void> {
    if (this.#arrived >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Lets all calls go, those that are still to come too. */
  open(): void {
    this.#isOpen = true;
    for (const resolve of this.#arrivals) resolve();
  }

  /** Lets the call that came as number `index` (from 0) go. */
  release(index: number): void {
    this.#arrivals[index]?.();
  }
}

/** Holds the first `count` calls of a function until all of them have come: the workers meet there. */
export function meeting(functionName: string, count: number): Interceptor {
  const gate = new Gate();
  void gate.arrived(count).then(() => {
    for (const index of range(0, count - 1)) gate.release(index);
  });
  let seen = 0;
  return async (call, proceed) => {
    if (call.function !== functionName) return proceed();
    seen += 1;
    if (seen <= count) await gate.pass();
    return proceed();
  };
}

/**
 * Kills all workers at the first call that `matches`: before Moodle has done anything, or after it has done all.
 * `killed` resolves when they are gone: at once with false where there was no such call.
 */
export function killAtFirst(
  kit: Kit,
  when: 'before' | 'after',
  matches: (call: InterceptedCall) => boolean,
): { interceptor: Interceptor; killed: () => Promise<boolean> } {
  let killing: Promise<void> | undefined;
  const interceptor: Interceptor = async (call, proceed) => {
    if (killing || !matches(call)) return proceed();
    const { promise, resolve } = Promise.withResolvers<void>();
    killing = promise;
    if (when === 'after') await proceed();
    await killWorkers(kit);
    resolve();
    return { kind: 'reset' };
  };
  return { interceptor, killed: async () => (await killing?.then(() => true)) ?? false };
}

/** Kills as many environments of push-worker as there can be; their messages stay in flight. */
async function killWorkers(kit: Kit): Promise<void> {
  kit.expectErrors(/Runtime\.ExitError/);
  for (let left = 4; left > 0 && (await kit.cloud.killFunction('push-worker')); left -= 1);
}

/** What lies in PermanentlyFailed: the message attributes as plain texts. */
export async function permanentlyFailed(kit: Kit): Promise<Record<string, string>[]> {
  const messages = await kit.cloud.queueMessages(kit.cloud.resource('PermanentlyFailedQueueUrl'));
  return messages.map(({ messageAttributes }) =>
    Object.fromEntries(
      Object.entries(messageAttributes).map(([name, { StringValue }]) => [name, StringValue ?? '']),
    ),
  );
}
