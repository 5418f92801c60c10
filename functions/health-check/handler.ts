import * as z from 'zod';
import { compose } from '#functions/compose.ts';
import { scheduleHandler } from '#functions/handlers.ts';
import { needsCheck } from '#shared/moodle/health/staleness.ts';
import { checkInstance } from './check-instance.ts';
import { healthCheck } from './declaration.ts';
import { publishStates } from './metrics.ts';

const { parts, clock, log, metrics } = compose(healthCheck);

/** `check`: every instance. `ages`: only those that failed or were quiet; the gauges are published by both. */
const eventSchema = z.object({ task: z.enum(['check', 'ages']) });

/** Checks instances and publishes how all of them fare. */
export const handler = scheduleHandler({ log, metrics }, eventSchema, async ({ task }) => {
  const before = await parts.states.list();
  for (const error of before.unreadable) log.error('Instance left out', error);
  const now = clock.now();
  const checked = before.instances.filter(({ instance, state }) =>
    task === 'check'
      ? instance.status !== 'disabled'
      : // A paused instance is checked in its turn only: nobody waits for it.
        instance.status === 'active' && needsCheck(instance, state, now),
  );
  const ports = { ...parts, now: clock.now, log };
  await Promise.all(checked.map(({ instance }) => checkInstance(instance, ports)));
  publishStates(metrics, checked.length > 0 ? await parts.states.list() : before, clock.now());
});
