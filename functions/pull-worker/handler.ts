import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { compose } from '#functions/compose.ts';
import { type Delivery, queueHandler } from '#functions/handlers.ts';
import { moodleClients } from '#functions/moodle-clients.ts';
import { reserveForCourse } from '#functions/reserves.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { runPull } from '#shared/moodle/pulls/pull.ts';
import { type PullCount, type PullTask, pullTaskSchema } from '#shared/moodle/pulls/pull-service.ts';
import { pullWorker } from './declaration.ts';

const { parts, clock, log, metrics } = compose(pullWorker);
const clientOf = moodleClients(parts.tokens, { log, metrics });

/** Works off pull tasks. One that fails comes back, and is in PullFailures after the last time. */
export const handler = queueHandler(
  { log, metrics },
  { schema: pullTaskSchema, failed: 'Task not worked off', work: workOff },
);

async function workOff(task: PullTask, { id, receiveCount, remaining }: Delivery): Promise<void> {
  log.appendKeys({ task: id, pull: task.pull });
  const instance = await parts.instances.get(task.instance);
  if (instance?.status !== 'active') return;
  metrics.addMetadata('instance', instance.id);
  const client = await clientOf(instance, remaining);
  const ports = {
    ...parts,
    clock,
    log,
    count: (name: PullCount, count: number) => metrics.addMetric(name, MetricUnit.Count, count),
    hasTime: () => remaining() > reserveForCourse,
  };
  await runPull(pullServices[task.pull], task, instance, client, ports, receiveCount > 1);
}
