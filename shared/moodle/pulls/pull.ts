import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { BreakerStore } from '#shared/sync/limits/breaker.ts';
import type { Log } from '#shared/sync/ports.ts';
import type { PlanPorts, PullService, PullSession, PullTask } from './pull-service.ts';

/** A task that waited so long is left to the plan that was made since, in milliseconds: two plans may overlap. */
const outdatedAfter = 2 * 60 * 60_000;

/** Sends tasks to PullQueue. */
export interface PullTaskQueue {
  send(tasks: PullTask[]): Promise<void>;
}

/** Queues what one service has to do in one instance. @returns how many tasks that are */
export async function planPull(
  service: PullService,
  instance: Instance,
  ports: PlanPorts & { instances: Pick<BreakerStore, 'getBreaker'>; queue: PullTaskQueue; log: Log },
): Promise<number> {
  if (instance.status !== 'active' || !service.isWanted(instance)) return 0;
  const { opened_at } = await ports.instances.getBreaker(instance.id);
  if (opened_at !== undefined) {
    ports.log.info('Pull left out: the instance is away', { instance: instance.id, pull: service.name });
    return 0;
  }
  let tasks = 0;
  for await (const content of service.plan(instance, ports)) {
    const planned_at = ports.clock.now();
    await ports.queue.send([{ ...content, pull: service.name, instance: instance.id, planned_at }]);
    tasks += 1;
  }
  ports.log.info('Pull planned', { instance: instance.id, pull: service.name, tasks });
  return tasks;
}

/** What working off a task needs, besides what it is about. */
export type PullPorts = Omit<PullSession, 'instance' | 'client'> & {
  instances: Pick<BreakerStore, 'getBreaker'>;
  queue: PullTaskQueue;
};

/**
 * Works off one task, and queues what is left of it when time has run out. Nothing is asked of an instance that is
 * away: the next plan finds what changed meanwhile. A pull never opens the breaker, for a slow report is no outage.
 *
 * @param isRedelivered whether it has failed before: then it is tried to the end, so that an operator hears of it
 */
export async function runPull(
  service: PullService,
  task: PullTask,
  instance: Instance,
  client: MoodleClient,
  ports: PullPorts,
  isRedelivered: boolean,
): Promise<void> {
  const { log, clock } = ports;
  const about = { instance: instance.id, pull: service.name };
  if (!isRedelivered && clock.now() - task.planned_at > outdatedAfter) {
    log.warn('Task left to a later plan: it waited too long', about);
    return;
  }
  const { opened_at } = await ports.instances.getBreaker(instance.id);
  if (opened_at !== undefined) {
    log.info('Task left out: the instance is away', about);
    return;
  }
  const rest = await service.run(task, { ...ports, instance, client });
  if (rest) await ports.queue.send([{ ...rest, ...pick(task) }]);
  log.info('Task worked off', { ...about, calls: client.statistics.calls, isDone: rest === undefined });
}

function pick({ pull, instance, planned_at }: PullTask) {
  return { pull, instance, planned_at };
}
