import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { clockOf, silentLog } from '#cli/engine-ports.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { allLeftOut, readyInstances, sayLeftOut } from '#cli/instances/ready-instances.ts';
import { table } from '#cli/output/table.ts';
import { exitCodeOf, sayEnd } from '#cli/watch/watch-end.ts';
import { watchQueues } from '#cli/watch/watch-queues.ts';
import type { Instance } from '#shared/engine/instance.ts';
import { onlyCourses } from '#shared/engine/only-courses.ts';
import { planPull } from '#shared/engine/pull.ts';
import { type PullName, pullNames } from '#shared/engine/pull-service.ts';
import { total } from '#shared/engine/queue-watch.ts';
import { pullServices } from '#shared/services/pull-services.ts';
import { pullQueue } from '#shared/store/pull-queue.ts';
import { pullStates } from '#shared/store/pull-states.ts';
import { pulledSince } from '#shared/store/pulled-since.ts';
import { queueDepth } from '#shared/store/queue-depth.ts';
import { namedCourses } from './named-courses.ts';

export interface PullOptions {
  instance?: string;
  course?: string;
  what?: PullName;
  wait: boolean;
  /** Milliseconds. */
  timeout: number;
}

interface PlannedPull {
  instance: string;
  pull: PullName;
  tasks: number;
}

/** Assignments are known once the gradebook was pulled: they come last. */
const rounds: readonly PullName[][] = [['gradebook', 'completion', 'attendance'], ['assessments']];

/** Pulls now what the schedules pull each hour, and follows it until it is done. */
export async function pullNow(context: CommandContext, options: PullOptions): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { ready: able, leftOut } = await readyInstances(deployment, options.instance);
  const wanted = options.what === undefined ? pullNames : [options.what];
  const ready = able.filter((instance) => wanted.some((name) => pullServices[name].isWanted(instance)));
  for (const { id } of able.filter((instance) => !ready.includes(instance))) {
    leftOut.push({
      instance: id,
      reason: `The settings of the instance ${id} do not want ${wanted.join(', ')} from Moodle.`,
      advice: 'Its setting sync_attendance_from decides that.',
    });
  }
  if (ready.length === 0) throw allLeftOut(leftOut);
  const planned: PlannedPull[] = [];
  const since = new Date().toISOString();
  const failedBefore = await failedTasks(deployment);
  let watched: Awaited<ReturnType<typeof watchPull>> | undefined;
  for (const round of options.wait ? rounds : [rounds.flat()]) {
    const names = round.filter((name) => wanted.includes(name));
    const tasks = await plan(deployment, ready, names, options.course);
    planned.push(...tasks);
    if (!options.wait || !tasks.some((task) => task.tasks > 0)) continue;
    watched = await watchPull(deployment, options.timeout);
    if (watched.end !== 'done') break;
  }
  const isPlanned = planned.some(({ tasks }) => tasks > 0);
  const notes = [
    ...(isPlanned
      ? []
      : ['There is nothing to ask for: no such course is in use in Moodle, or nobody is in it.']),
    ...sayLeftOut(leftOut),
  ];
  const failed = leftOut.length > 0 && { exitCode: exitCodes.failed };
  if (!watched) {
    const queued = planned.reduce((sum, { tasks }) => sum + tasks, 0);
    return {
      data: { since, planned, left_out: leftOut },
      text: [...(isPlanned ? [`${queued} tasks are queued.`] : []), ...notes].join('\n'),
      ...failed,
    };
  }
  const came = await countPulled(deployment, ready, since);
  const givenUp = Math.max(0, (await failedTasks(deployment)) - failedBefore);
  if (givenUp > 0)
    notes.push(`${givenUp} tasks failed for the last time: they lie in the queue PullFailures.`);
  const endCode = exitCodeOf(watched.end);
  const hasFailed = leftOut.length > 0 || givenUp > 0;
  return {
    data: {
      since,
      planned,
      end: watched.end,
      left: watched.left,
      pulled: came,
      left_out: leftOut,
      failed: givenUp,
    },
    text: [pulledTable(came), ...sayEnd(watched.end, watched.left), ...notes].join('\n'),
    exitCode: endCode === exitCodes.done && hasFailed ? exitCodes.failed : endCode,
  };
}

async function plan(
  deployment: Deployment,
  ready: Instance[],
  names: PullName[],
  course: string | undefined,
): Promise<PlannedPull[]> {
  const { clients, outputs, instances, mappings, records, now } = deployment;
  const ports = {
    mappings: course === undefined ? mappings : onlyCourses(mappings, await namedCourses(records, course)),
    states: pullStates(clients.documents, outputs.MappingsTableName, now),
    // What a whole instance is asked for follows the schedules' rules: a full pull can cost a Moodle half an hour.
    isByHand: course !== undefined,
    instances,
    queue: pullQueue(clients.sqs, outputs.PullQueueUrl),
    clock: clockOf(deployment),
    log: silentLog,
  };
  const planned: PlannedPull[] = [];
  for (const instance of ready) {
    for (const pull of names) {
      planned.push({
        instance: instance.id,
        pull,
        tasks: await planPull(pullServices[pull], instance, ports),
      });
    }
  }
  return planned;
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
async function countPulled({ clients, outputs }: Deployment, instances: Instance[], since: string) {
  return Promise.all(
    instances.map(async ({ id }) => {
      const records: Record<string, number> = {};
      for await (const { model } of pulledSince(clients.documents, outputs.RecordsTableName, id, since)) {
        records[String(model)] = (records[String(model)] ?? 0) + 1;
      }
      return { instance: id, records };
    }),
  );
}

function pulledTable(pulled: { instance: string; records: Record<string, number> }[]): string {
  const rows = pulled.flatMap(({ instance, records }) =>
    Object.entries(records)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([model, count]) => [instance, model, count]),
  );
  if (rows.length === 0) return 'Nothing has changed in Moodle.';
  return table(['instance', 'model', { title: 'records', isNumber: true }], rows);
}
