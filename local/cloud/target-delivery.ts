import type { Activity } from './activity.ts';
import type { FunctionRuntime } from './functions/function-runtime.ts';
import type { SqsService } from './queues/sqs-service.ts';
import type { DeliverToTarget, ScheduleTarget } from './services/scheduler-service.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Lambda tries an asynchronous event again after one and then two minutes (Developer Guide, "Asynchronous invocation"). */
const asynchronousRetryDelays = [60_000, 120_000];

/** @returns delivers a schedule's input to its queue or function; what cannot be delivered goes to the schedule's DLQ */
export function targetDelivery(
  sqs: SqsService,
  findFunction: (arn: string) => FunctionRuntime | undefined,
  clock: VirtualClock,
  activity: Activity,
): DeliverToTarget {
  const send = ({ Arn, Input, DeadLetterConfig }: ScheduleTarget): void => {
    const queue = sqs.find(Arn) ?? sqs.find(DeadLetterConfig?.Arn);
    queue?.send({ body: Input ?? '{}' });
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
      send(target);
    });
  };
}
