import type { CommandContext, CommandResult } from '#cli/command.ts';
import { confirmed } from '#cli/confirm.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstance } from '#cli/instances.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { sweepsOf } from '#shared/moodle/sweep/sweep-part.ts';
import { sweepQueue } from '#shared/store/queues/sweep-queue.ts';

/** Has changes wait. */
export async function pauseInstance(
  context: CommandContext,
  _options: object,
  id: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const before = await changeStatus(deployment, await chosenInstance(deployment, id), 'paused');
  return statusResult(
    id,
    before,
    'paused',
    `Nothing is pushed to it or pulled from it any more; changes wait. A unit that is being worked off is finished, ` +
      `which can take five minutes. \`oec-moodle instance resume ${id}\` goes on.`,
  );
}

/**
 * Goes on: sweeps compare everything at once, since what came while the instance was disabled lies nowhere, and have let in
 * what has waited.
 */
export async function resumeInstance(
  context: CommandContext,
  _options: object,
  id: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { clients, outputs } = deployment;
  const instance = await chosenInstance(deployment, id);
  const before = await changeStatus(deployment, instance, 'active');
  if (before !== 'active') {
    await sweepQueue(clients.sqs, outputs.SweepQueueUrl).send(sweepsOf(instance));
  }
  return statusResult(
    id,
    before,
    'active',
    'All records are being compared with what was pushed, and what has changed is pushed now. Pulls come with the ' +
      'next hour.',
  );
}

/** Leaves an instance out, until it is resumed. */
export async function disableInstance(
  context: CommandContext,
  options: { yes?: boolean },
  id: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const instance = await chosenInstance(deployment, id);
  if (instance.status !== 'disabled') {
    await confirmed(context, options, `${id} (${instance.base_url}) would be left out of every sync.`);
  }
  const before = await changeStatus(deployment, instance, 'disabled');
  return statusResult(
    id,
    before,
    'disabled',
    `Nothing is pushed to it, pulled from it or checked any more. What is in Moodle stays as it is. \`oec-moodle ` +
      `instance resume ${id}\` brings it up to date again; \`instance remove ${id}\` forgets it.`,
  );
}

/** @returns the status until now */
async function changeStatus(
  { instances }: Deployment,
  instance: Instance,
  status: Instance['status'],
): Promise<Instance['status']> {
  const settings = await instances.settings(instance.id);
  if (settings && instance.status !== status) await instances.put({ ...settings, id: instance.id, status });
  return instance.status;
}

function statusResult(
  id: string,
  before: Instance['status'],
  status: Instance['status'],
  consequence: string,
): CommandResult {
  const isChanged = before !== status;
  return {
    data: { instance: id, before, status },
    text: isChanged ? `${id} is ${status} now. ${consequence}` : `${id} was ${status} already.`,
  };
}
