import type { CommandContext, CommandResult } from '#cli/command.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { allLeftOut, type LeftOutInstance, readyInstances, sayLeftOut } from '#cli/instances.ts';
import { noteAction } from '#cli/note-action.ts';
import { exitCodeOfPush, type FollowedPush, followPush, sayPush } from '#cli/watch/follow-push.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { SweepName } from '#shared/models/services.ts';
import { repairNoted } from '#shared/moodle/drift/repair.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { sweepsOf } from '#shared/moodle/sweep/sweep-part.ts';
import { pushQueue, sweepQueue } from '#shared/store/queues/work-queues.ts';

export interface PushOptions {
  instance?: string;
  model?: PushedModel;
  wait: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** What was begun, and what came of it where it was followed. */
export type PushedNow = {
  /** ISO 8601 in UTC. */
  since: string;
  sweeps: { instance: string; sweep: SweepName }[];
  left_out: LeftOutInstance[];
} & Partial<FollowedPush>;

/** Sweeps now what the schedules sweep each hour, and follows the push until it is done. */
export async function pushNow(
  context: CommandContext,
  options: PushOptions,
): Promise<CommandResult<PushedNow>> {
  const deployment = await context.deployment();
  const { ready, leftOut } = await readyInstances(deployment, options.instance);
  const parts: ReturnType<typeof sweepsOf> = [];
  for (const instance of ready) {
    const own = sweepsOf(instance, options.model);
    // Attendance is all that an instance may not take from the ERP.
    if (own.length === 0) leftOut.push(withoutAttendance(instance));
    parts.push(...own);
  }
  if (parts.length === 0) throw allLeftOut(leftOut);
  const since = new Date(deployment.now()).toISOString();
  // Of all records at once, and so of none by name.
  await noteAction(deployment, 'sync push', new Map(parts.map(({ instance }) => [instance, []])));
  const queue = deployment.open(pushQueue);
  for (const { id } of ready) await repairNoted(id, ['push'], { mappings: deployment.mappings, queue });
  await deployment.open(sweepQueue).send(parts);
  const sweeps = parts.map(({ sweep, instance }) => ({ instance, sweep }));
  if (!options.wait) {
    return {
      data: { since, sweeps, left_out: leftOut },
      text: [`${parts.length} sweeps are queued.`, sayLeftOut(leftOut)],
      isBad: leftOut.length > 0,
    };
  }
  const swept = [...new Set(parts.map(({ instance }) => instance))];
  const push = await followPush(deployment, swept, since, options.timeout);
  // A breaker that has opened meanwhile is the reason why something is left.
  const { leftOut: now } = await readyInstances(deployment, options.instance);
  leftOut.push(...now.filter(({ instance }) => swept.includes(instance)));
  const exitCode = exitCodeOfPush(push);
  return {
    data: { since, sweeps, ...push, left_out: leftOut },
    text: [sayPush(push), sayLeftOut(leftOut)],
    exitCode: exitCode === exitCodes.done && leftOut.length > 0 ? exitCodes.failed : exitCode,
  };
}

function withoutAttendance({ id }: Instance): LeftOutInstance {
  return {
    instance: id,
    reason: `The instance ${id} takes attendance in Moodle: none is pushed there.`,
    advice: 'Its setting sync_attendance_from decides that.',
  };
}
