import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstance } from '#cli/instances.ts';
import { verdict } from '#cli/peer-check.ts';
import { statusFindings } from '#shared/moodle/attendance/status-findings.ts';
import { withFindings } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { waitingIn } from '#shared/moodle/push/moodle-target.ts';
import { pushQueue } from '#shared/store/queues/work-queues.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { breakers } from '#shared/store/tables/shared-limits.ts';
import { releaseAll } from '#shared/sync/units/release.ts';
import { checkSite, findingsText } from './site-check.ts';

/** Checks a Moodle now, stores the result as health-check does, and has what waited for it go on. */
export async function testInstance(
  context: CommandContext,
  _options: object,
  id: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const instance = await chosenInstance(deployment, id);
  const asked = await checkSite(deployment, instance);
  const untold = await statusFindings(instance, deployment.open(pullStates), deployment.now());
  const health = withFindings(asked, untold);
  const { release } = health;
  await deployment.instanceStates.saveHealth(id, health);
  const released = health.status === 'failed' ? undefined : await goOn(deployment, instance);
  return {
    data: { instance: id, health, released: released ?? 0 },
    text: [
      verdict(`${id} (${instance.base_url}${release ? `, Moodle ${release}` : ''})`, health),
      findingsText(health.findings),
      released !== undefined &&
        `It had not been called since it was away; ${released} records that failed for that are queued.`,
    ],
    isBad: health.status === 'failed',
  };
}

/**
 * An instance that is back is called again without waiting for the next probe, as a worker that probes it does.
 *
 * @returns how many records go on; undefined where it was not known to be away
 */
async function goOn(deployment: Deployment, instance: Instance): Promise<number | undefined> {
  const { mappings, open } = deployment;
  if (instance.status !== 'active') return undefined;
  const breaker = open(breakers);
  if (!(await breaker.answered(instance))) return undefined;
  const queue = open(pushQueue);
  const released = await releaseAll(waitingIn(instance.id, mappings), queue);
  await queue.wake(instance.id);
  return released;
}
