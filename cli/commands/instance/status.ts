import type { CommandContext, CommandResult } from '#cli/command.ts';
import { chosenInstance } from '#cli/instances.ts';
import { noteAction } from '#cli/note-action.ts';
import { confirmed } from '#cli/prompts.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { sweepsOf } from '#shared/moodle/sweep/sweep-part.ts';
import { sweepQueue } from '#shared/store/queues/work-queues.ts';

/** What follows from a status, for people. */
const consequences: Record<Instance['status'], (id: string) => string> = {
  paused: (id) =>
    'Nothing is pushed to it or pulled from it any more; changes wait. A unit that is being worked off is finished, ' +
    `which can take five minutes. \`oec-moodle instance resume ${id}\` goes on.`,
  active: () =>
    'All records are being compared with what was pushed, and what has changed is pushed now. Pulls come with the ' +
    'next hour.',
  disabled: (id) =>
    'Nothing is pushed to it, pulled from it or checked any more. What is in Moodle stays as it is. `oec-moodle ' +
    `instance resume ${id}\` brings it up to date again; \`instance remove ${id}\` forgets it.`,
};

/** The command that has changes wait in an instance, that goes on, or that leaves it out until it is resumed. */
export function changeStatus(status: Instance['status']) {
  return async (context: CommandContext, options: { yes?: boolean }, id: string): Promise<CommandResult> => {
    const deployment = await context.deployment();
    const instance = await chosenInstance(deployment, id);
    const result = { instance: id, before: instance.status, status };
    if (instance.status === status) return { data: result, text: `${id} was ${status} already.` };
    if (status === 'disabled') {
      await confirmed(context, options, `${id} (${instance.base_url}) would be left out of every sync.`);
    }
    const command = { paused: 'pause', active: 'resume', disabled: 'disable' }[status];
    await noteAction(deployment, `instance ${command}`, new Map([[id, []]]));
    const settings = await deployment.instances.settings(id);
    if (settings) await deployment.instances.put({ ...settings, id, status });
    // What came while it was disabled lies nowhere; and sweeps have let in what has waited.
    if (status === 'active') {
      const { open } = deployment;
      await open(sweepQueue).send(sweepsOf(instance));
    }
    return { data: result, text: `${id} is ${status} now. ${consequences[status](id)}` };
  };
}
