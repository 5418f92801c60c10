import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { allLeftOut, type LeftOutInstance, readyInstances, sayLeftOut } from '#cli/instances.ts';
import { table } from '#cli/output/table.ts';
import { exitCodeOf, sayEnd, type WatchEnd, watchQueues } from '#cli/watch/watch-queues.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { type PullName, pullNames } from '#shared/moodle/pulls/pull-ports.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { total } from '#shared/store/queues/queue-watch.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { namedCourses } from './named-courses.ts';
import { planPulls } from './plan-pulls.ts';

export interface PullOptions {
  instance?: string;
  course?: string;
  what?: PullName;
  wait: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Pulls now what the schedules pull each hour, and follows it until it is done. */
export async function pullNow(context: CommandContext, options: PullOptions): Promise<CommandResult> {
  const deployment = await context.deployment();
  const wanted = options.what === undefined ? pullNames : [options.what];
  const { ready, leftOut } = await wantingInstances(deployment, wanted, options.instance);
  if (ready.length === 0) throw allLeftOut(leftOut);
  const since = new Date(deployment.now()).toISOString();
  const failedBefore = await failedTasks(deployment);
  const isWanted =
    options.course === undefined ? undefined : await namedCourses(deployment.records, options.course);
  const planned = await planPulls(deployment, ready, wanted, isWanted);
  const tasks = planned.reduce((sum, pull) => sum + pull.tasks, 0);
  const result = { since, planned, left_out: leftOut };
  const notes = sayLeftOut(leftOut);
  if (!options.wait || tasks === 0) {
    const none = 'There is nothing to ask for: no such course is in use in Moodle.';
    return {
      data: result,
      text: [tasks > 0 ? `${tasks} tasks are queued.` : none, notes],
      isBad: leftOut.length > 0,
    };
  }
  const { end, left } = await watchPull(deployment, options.timeout);
  const pulled = await countPulled(deployment, ready, since);
  const givenUp = Math.max(0, (await failedTasks(deployment)) - failedBefore);
  const endCode = exitCodeOf(end);
  const hasFailed = leftOut.length > 0 || givenUp > 0;
  return {
    data: { ...result, end, left, pulled, failed: givenUp },
    text: [
      sayPulled(pulled, end),
      sayEnd(end, left),
      notes,
      givenUp > 0 && `Tasks that failed for the last time, and lie in the queue PullFailures: ${givenUp}.`,
    ],
    exitCode: endCode === exitCodes.done && hasFailed ? exitCodes.failed : endCode,
  };
}

/** The instances that can be pulled from now and want any of it. */
async function wantingInstances(
  deployment: Deployment,
  wanted: readonly PullName[],
  named: string | undefined,
): Promise<{ ready: Instance[]; leftOut: LeftOutInstance[] }> {
  const { ready, leftOut } = await readyInstances(deployment, named);
  const wants = (instance: Instance) => wanted.some((name) => pullServices[name].isWanted(instance));
  const unwilling = ready
    .filter((instance) => !wants(instance))
    .map(({ id }) => ({
      instance: id,
      reason: `The settings of the instance ${id} do not want ${wanted.join(', ')} from Moodle.`,
      advice: 'Its setting sync_attendance_from decides that.',
    }));
  return { ready: ready.filter(wants), leftOut: [...leftOut, ...unwilling] };
}

function watchPull({ clients, outputs }: Deployment, timeout: number) {
  return watchQueues(
    { depth: () => queueDepth(clients.sqs, outputs.PullQueueUrl), explained: async () => 0 },
    timeout,
  );
}

async function failedTasks({ clients, outputs }: Deployment): Promise<number> {
  return total(await queueDepth(clients.sqs, outputs.PullFailuresQueueUrl));
}

/** How many records of each model were written since a time. */
async function countPulled({ open }: Deployment, instances: Instance[], since: string) {
  const { pulledSince } = open(recordsStore);
  return Promise.all(
    instances.map(async ({ id }) => {
      const records: Record<string, number> = {};
      for await (const { model } of pulledSince(id, since)) {
        records[String(model)] = (records[String(model)] ?? 0) + 1;
      }
      return { instance: id, records };
    }),
  );
}

/** Nothing is said of what has not come yet. */
function sayPulled(pulled: { instance: string; records: Record<string, number> }[], end: WatchEnd): string[] {
  const rows = pulled.flatMap(({ instance, records }) =>
    Object.entries(records)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([model, count]) => [instance, model, count]),
  );
  if (rows.length > 0) return [table(['instance', 'model', 'records'], rows)];
  return end === 'done' ? ['Nothing has changed in Moodle.'] : [];
}
