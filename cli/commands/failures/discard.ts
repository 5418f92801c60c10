import type { CommandContext, CommandResult } from '#cli/command.ts';
import { confirmed } from '#cli/confirm.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { chosenInstance } from '#cli/instances/instance-argument.ts';
import { usageError } from '#cli/operator-error.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import { messageState } from './message-state.ts';
import { deadLetters, readFailures, readMessages } from './read-failures.ts';
import { type FilterOptions, hasFilter, isMessageChosen, keyOfMapping, keysOfMessage } from './selection.ts';
import { knownMapping } from './show.ts';

export interface DiscardOptions extends FilterOptions {
  all?: boolean;
  arrived?: boolean;
  message?: string[];
  yes?: boolean;
}

/** Deletes messages of PermanentlyFailed. What they are about stays as it is. */
export async function discardFailures(
  context: CommandContext,
  options: DiscardOptions,
  id: string | undefined,
  idnumber: string | undefined,
): Promise<CommandResult> {
  requireChoice(options, id, idnumber);
  const deployment = await context.deployment();
  const isMeant = await choice(deployment, options, id, idnumber);
  const chosen = (await readMessages(deployment)).filter(isMeant);
  if (chosen.length === 0) {
    const isBad = idnumber !== undefined || options.message !== undefined;
    return {
      data: { discarded: [] },
      text: 'PermanentlyFailed holds no such message.',
      ...(isBad && { exitCode: exitCodes.failed }),
    };
  }
  await confirmed(
    context,
    options,
    `${chosen.length} ${chosen.length === 1 ? 'message' : 'messages'} of PermanentlyFailed would be deleted.`,
  );
  const ids = new Set(chosen.map((message) => message.id));
  const discarded = await deadLetters(deployment).visit(async (messages) => {
    const remove = messages.filter((message) => ids.has(message.id));
    return { remove, result: remove.map((message) => message.id) };
  });
  return {
    data: { discarded },
    text:
      `${discarded.length} messages are deleted. The failures themselves stay as they are: \`failures list\` still ` +
      'shows what is not in Moodle, and it starts over when its record changes.',
  };
}

function requireChoice(options: DiscardOptions, id: string | undefined, idnumber: string | undefined): void {
  if (id !== undefined && idnumber === undefined) {
    throw usageError(`Which failure of ${id}?`, `Add its idnumber, or give \`--instance ${id}\`.`);
  }
  const isChosen = hasFilter(options) || options.all || options.arrived || options.message;
  if (idnumber === undefined && !isChosen) {
    throw usageError(
      'Which messages are to be deleted?',
      'Name INSTANCE IDNUMBER, choose with --message, --arrived, --instance, --model or --reason, or give --all.',
    );
  }
}

/** @returns whether a message is meant; what is given narrows it down together */
async function choice(
  deployment: Deployment,
  options: DiscardOptions,
  id: string | undefined,
  idnumber: string | undefined,
): Promise<(message: FailedMessage) => boolean> {
  const ids = options.message && new Set(options.message);
  let isOne = (_message: FailedMessage) => true;
  if (id !== undefined && idnumber !== undefined) {
    await chosenInstance(deployment, id);
    const key = keyOfMapping(await knownMapping(deployment, id, idnumber));
    isOne = (message) => keysOfMessage(message).includes(key);
  }
  const stateOf = options.arrived ? messageState(await readFailures(deployment, undefined)) : undefined;
  return (message) =>
    isOne(message) &&
    (ids === undefined || ids.has(message.id)) &&
    isMessageChosen(message, options) &&
    (stateOf === undefined || ['arrived', 'instance gone'].includes(stateOf(message)));
}
