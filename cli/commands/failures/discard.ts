import type { CommandContext, CommandResult } from '#cli/command.ts';
import { confirmed } from '#cli/prompts.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import {
  type ChoiceOptions,
  chosenRows,
  type GivenName,
  hasFilter,
  leftAloneText,
  nameData,
  requireChoice,
  setAside,
} from './choice.ts';
import type { FailureRow, FailureTarget, Settling } from './failure-target.ts';
import { isMessageChosen, isOfRecord, messageState, readMessages } from './messages.ts';
import { atTarget } from './targets.ts';

export interface DiscardOptions extends ChoiceOptions {
  arrived?: boolean;
  yes?: boolean;
}

/** Gives failures up: those of the ERP are settled as it has them, of those of Moodle only messages are deleted. */
export function discardFailures(
  context: CommandContext,
  options: DiscardOptions,
  ...name: GivenName
): Promise<CommandResult> {
  requireChoice(options, name, { more: '--arrived, ', canNarrow: options.target === 'moodle' });
  return atTarget(context, options, (target) =>
    target.settling
      ? settleRecords(context, target, target.settling, options, name)
      : discardMessages(context, target, options, name),
  );
}

/** Deletes messages of the dead-letter queue; what is given narrows them down together. */
async function discardMessages<Row extends FailureRow, Unit>(
  context: CommandContext,
  target: FailureTarget<Row, Unit>,
  options: DiscardOptions,
  [first, second]: GivenName,
): Promise<CommandResult> {
  const { queueName, command, there, keysOf, keyOf } = target;
  const isNamed = first !== undefined && second !== undefined;
  const key = isNamed ? keyOf(await target.find([first, second])) : undefined;
  const stateOf = options.arrived ? messageState(target, await target.read(undefined)) : undefined;
  const isMeant = (message: FailedMessage<Unit>) =>
    (key === undefined || (message.unit !== undefined && keysOf(message.unit).includes(key))) &&
    (options.message?.includes(message.id) ?? true) &&
    isMessageChosen(target, message, options) &&
    (stateOf === undefined || ['arrived', 'instance gone'].includes(stateOf(message)));
  const ids = new Set((await readMessages(target)).filter(isMeant).map(({ id }) => id));
  if (ids.size === 0) {
    return {
      data: { discarded: [] },
      text: `${queueName} holds no such message.`,
      isBad: isNamed || options.message !== undefined,
    };
  }
  const messages = ids.size === 1 ? 'message' : 'messages';
  await confirmed(context, options, `${ids.size} ${messages} of ${queueName} would be deleted.`);
  const discarded = await target.deadLetters.visit(async (all) => {
    const remove = all.filter(({ id }) => ids.has(id));
    return { remove, result: remove.map(({ id }) => id) };
  });
  return {
    data: { discarded },
    text:
      `${discarded.length} messages are deleted. The failures themselves stay as they are: \`${command} list\` still ` +
      `shows what is not in ${there}, and it starts over when its record changes.`,
  };
}

/** Leaves the ERP as it is for records from Moodle, and deletes what lies of them in the dead-letter queue. */
async function settleRecords<Row extends FailureRow, Unit>(
  context: CommandContext,
  target: FailureTarget<Row, Unit>,
  settling: Settling<Row>,
  options: DiscardOptions,
  name: GivenName,
): Promise<CommandResult> {
  const { here, queueName, labelOf } = target;
  const { hopeful, leftAlone } = setAside(await chosenRows(target, options, name), settling.whyNot);
  const reading = await target.read(undefined);
  const rows = settling.withWaiting(hopeful, reading.rows);
  const stateOf = messageState(target, reading);
  const isDoneWith = (message: FailedMessage<Unit>) => {
    const state = stateOf(message);
    // Its record still waits for a decision.
    if (state === 'given up' || state === 'tried again') return false;
    const isNamed = (options.all && !hasFilter(options)) || options.message?.includes(message.id);
    return isNamed || (options.arrived && state === 'arrived');
  };
  const ends = new Set((await readMessages(target)).filter(isDoneWith).map(({ id }) => id));
  const missing = (options.message ?? []).filter((id) => !ends.has(id));
  const stays = `The ERP stays as it is for them until they change in ${here}.`;
  if (rows.length + ends.size > 0) {
    const waiting = rows.length - hopeful.length;
    const also = waiting > 0 ? `, ${waiting} of them since they wait for another` : '';
    const records =
      rows.length > 0 ? `Records from ${here} to discard: ${rows.length}${also}. ${stays} ` : '';
    const messages = ends.size > 0 ? `Other messages of ${queueName} to delete: ${ends.size}.` : '';
    await confirmed(context, options, (records + messages).trim());
  }
  const { settled, removed } = await target.deadLetters.visit(async (messages) => {
    const done = await settling.settle(rows);
    const keys = new Set(done.map(target.keyOf));
    const remove = messages.filter((message) => ends.has(message.id) || isOfRecord(target, message, keys));
    return { remove, result: { settled: done, removed: remove.length } };
  });
  return {
    data: {
      discarded: settled.map((row) => nameData(target, row)),
      messages_removed: removed,
      messages_not_found: missing,
      changed_meanwhile: rows.length - settled.length,
      left_alone: leftAlone.map(({ row, why }) => ({ ...nameData(target, row), why })),
    },
    text: [
      settled.length + removed === 0
        ? 'Nothing was discarded.'
        : `Discarded records: ${settled.length}. ${stays} Messages deleted from ${queueName}: ${removed}.`,
      settled.length < rows.length &&
        `${rows.length - settled.length} have changed meanwhile, and stay as they are.`,
      missing.map(
        (id) => `${queueName} holds no message under ${id} that is done with; of a record, name that.`,
      ),
      leftAloneText(leftAlone, labelOf),
    ],
    isBad: missing.length > 0 || (name[1] !== undefined && settled.length === 0),
  };
}
