import { lastPart } from './account.ts';
import type { Activity } from './activity.ts';
import type { FunctionRuntime } from './function-runtime.ts';
import type { QueueStore } from './queue-store.ts';
import type { DeliverToTarget, ScheduleTarget } from './scheduler-service.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Lambda tries an asynchronous event again after one and then two minutes (Developer Guide, "Asynchronous invocation"). */
const asynchronousRetryDelays = [60_000, 120_000];

/** @returns delivers a schedule's input to its queue or function; what cannot be delivered goes to the schedule's DLQ */
export function targetDelivery(
  queues: QueueStore,
  findFunction: (arn: string) => FunctionRuntime | undefined,
  clock: VirtualClock,
  activity: Activity,
): DeliverToTarget {
  const send = async (arn: string, target: ScheduleTarget): Promise<void> => {
    await queues.send(queues.queue(arn), {
      MessageBody: target.Input ?? '{}',
    });
  };
  const sendToDeadLetters = async (target: ScheduleTarget): Promise<void> => {
    const arn = target.DeadLetterConfig?.Arn;
    if (arn && queues.queues.some(({ name }) => name === lastPart(arn))) await send(arn, target);
  };
  const invoke = async (
    runtime: FunctionRuntime,
    input: string,
    sentAt: number,
    attempt: number,
  ): Promise<void> => {
    const result = await runtime.invoke(JSON.parse(input));
    const { retries, maximumAge } = runtime.asynchronous;
    const delay = asynchronousRetryDelays[attempt];
    if (result.ok || delay === undefined || attempt >= retries) return;
    if (clock.now() + delay - sentAt > maximumAge) return;
    clock.schedule(clock.now() + delay, `asynchronous retry ${runtime.name}`, () => {
      void activity.track(() => invoke(runtime, input, sentAt, attempt + 1));
    });
  };
  return (target) => {
    void activity.track(async () => {
      const runtime = findFunction(target.Arn);
      if (runtime) return invoke(runtime, target.Input ?? '{}', clock.now(), 0);
      return send(target.Arn, target).catch(() => sendToDeadLetters(target));
    });
  };
}
