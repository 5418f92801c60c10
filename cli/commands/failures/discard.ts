import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { noteAction, ofNoInstance } from '#cli/note-action.ts';
import { confirmed } from '#cli/prompts.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import {
  type ChoiceOptions,
  chosenRows,
  type GivenName,
  hasFilter,
  type LeftAlone,
  type LeftAloneData,
  leftAloneData,
  leftAloneText,
  type NameData,
  nameData,
  notedByInstance,
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

/** What giving up is about. */
export type DiscardPlan =
  | { kind: 'messages'; queue: string; messages: number }
  | {
      kind: 'records';
      queue: string;
      discarded: NameData[];
      /** How many of them since they wait for another. */
      waiting: number;
      /** Other messages that are deleted. */
      messages: number;
      left_alone: LeftAloneData[];
    };

/** What has become of it. */
export type DiscardData =
  | { discarded: string[] }
  | {
      discarded: NameData[];
      messages_removed: number;
      /** Ids of messages. */
      messages_not_found: string[];
      changed_meanwhile: number;
      left_alone: LeftAloneData[];
    };

/** What would be given up; nothing is changed. */
export function planDiscard(
  context: CommandContext,
  options: DiscardOptions,
  ...name: GivenName
): Promise<DiscardPlan> {
  requireDiscardChoice(options, name);
  return atTarget(context, options, async (target) => {
    const queue = target.queueName;
    if (!target.settling) {
      return {
        kind: 'messages',
        queue,
        messages: (await meantMessages(target, options, name)).messages.length,
      };
    }
    const { rows, waiting, ends, leftAlone } = await meantRecords(target, target.settling, options, name);
    return {
      ...{ kind: 'records', queue, waiting, messages: ends.size },
      discarded: rows.map((row) => nameData(target, row)),
      left_alone: leftAloneData(target, leftAlone),
    };
  });
}

/** Gives failures up: those of the ERP are settled as it has them, of those of Moodle only messages are deleted. */
export function discardFailures(
  context: CommandContext,
  options: DiscardOptions,
  ...name: GivenName
): Promise<CommandResult<DiscardData>> {
  requireDiscardChoice(options, name);
  return atTarget(context, options, (target, deployment): Promise<CommandResult<DiscardData>> => {
    const { settling } = target;
    return settling
      ? settleRecords({ context, deployment, target, settling }, options, name)
      : discardMessages({ context, deployment, target }, options, name);
  });
}

function requireDiscardChoice(options: DiscardOptions, name: GivenName): void {
  requireChoice(options, name, { more: '--arrived, ', canNarrow: options.target === 'moodle' });
}

/** What a discard works with. */
interface Desk<Row extends FailureRow, Unit> {
  context: CommandContext;
  deployment: Deployment;
  target: FailureTarget<Row, Unit>;
}

/** The messages of the dead-letter queue that are meant; what is given narrows them down together. */
async function meantMessages<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  options: DiscardOptions,
  name: GivenName,
): Promise<{ messages: FailedMessage<Unit>[]; named: Row[] | undefined }> {
  const isNamed = name[1] !== undefined || options.names !== undefined;
  const named = isNamed ? await chosenRows(target, options, name) : undefined;
  const keys = new Set(named?.map(target.keyOf));
  const stateOf = options.arrived ? messageState(target, await target.read({})) : undefined;
  const isMeant = (message: FailedMessage<Unit>) =>
    (!named || (message.unit !== undefined && target.keysOf(message.unit).some((key) => keys.has(key)))) &&
    (options.message?.includes(message.id) ?? true) &&
    isMessageChosen(target, message, options) &&
    (stateOf === undefined || ['arrived', 'instance gone'].includes(stateOf(message)));
  return { messages: (await readMessages(target)).filter(isMeant), named };
}

async function discardMessages<Row extends FailureRow, Unit>(
  { context, deployment, target }: Desk<Row, Unit>,
  options: DiscardOptions,
  name: GivenName,
): Promise<CommandResult<DiscardData>> {
  const { queueName, command, there } = target;
  const { messages: meant, named } = await meantMessages(target, options, name);
  const ids = new Set(meant.map(({ id }) => id));
  if (ids.size === 0) {
    return {
      data: { discarded: [] },
      text: `${queueName} holds no such message.`,
      isBad: name[1] !== undefined || options.message !== undefined,
    };
  }
  const messages = ids.size === 1 ? 'message' : 'messages';
  await confirmed(context, options, `${ids.size} ${messages} of ${queueName} would be deleted.`);
  const noted = named ? notedByInstance(target, named) : notedMessages(target, meant);
  await noteAction(deployment, `${command} discard`, noted);
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

/** What the operators' log calls messages, by instance: what they would try, or their ids where that is unknown. */
function notedMessages<Row extends FailureRow, Unit>(
  { keysOf, originOf }: FailureTarget<Row, Unit>,
  messages: readonly FailedMessage<Unit>[],
): Map<string, string[]> {
  const instanceOf = ({ record, unit }: FailedMessage<Unit>) =>
    record?.instance ?? (unit && originOf(unit).instance) ?? ofNoInstance;
  const groups = Map.groupBy(messages, instanceOf);
  return new Map(
    [...groups].map(([instance, own]) => [
      instance,
      own.flatMap(({ id, unit }) => (unit ? keysOf(unit) : [id])),
    ]),
  );
}

/** The records that are meant, and the messages that nothing is to be decided of any more. */
async function meantRecords<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  settling: Settling<Row>,
  options: DiscardOptions,
  name: GivenName,
): Promise<{
  rows: Row[];
  waiting: number;
  leftAlone: LeftAlone<Row>[];
  ends: Map<string, FailedMessage<Unit>>;
}> {
  const { hopeful, leftAlone } = setAside(await chosenRows(target, options, name), settling.whyNot);
  const reading = await target.read({});
  const rows = settling.withWaiting(hopeful, reading.rows);
  const stateOf = messageState(target, reading);
  const isDoneWith = (message: FailedMessage<Unit>) => {
    const state = stateOf(message);
    // Its record still waits for a decision.
    if (state === 'given up' || state === 'tried again') return false;
    const isNamed = (options.all && !hasFilter(options)) || options.message?.includes(message.id);
    return isNamed || (options.arrived && state === 'arrived');
  };
  const ends = new Map(
    (await readMessages(target)).filter(isDoneWith).map((message) => [message.id, message]),
  );
  return { rows, waiting: rows.length - hopeful.length, leftAlone, ends };
}

/** Leaves the ERP as it is for records from Moodle, and deletes what lies of them in the dead-letter queue. */
async function settleRecords<Row extends FailureRow, Unit>(
  { context, deployment, target, settling }: Desk<Row, Unit> & { settling: Settling<Row> },
  options: DiscardOptions,
  name: GivenName,
): Promise<CommandResult<DiscardData>> {
  const { here, queueName, labelOf, command } = target;
  const { rows, waiting, leftAlone, ends } = await meantRecords(target, settling, options, name);
  const missing = (options.message ?? []).filter((id) => !ends.has(id));
  const stays = `The ERP stays as it is for them until they change in ${here}.`;
  if (rows.length + ends.size > 0) {
    const also = waiting > 0 ? `, ${waiting} of them since they wait for another` : '';
    const records =
      rows.length > 0 ? `Records from ${here} to discard: ${rows.length}${also}. ${stays} ` : '';
    const messages = ends.size > 0 ? `Other messages of ${queueName} to delete: ${ends.size}.` : '';
    await confirmed(context, options, (records + messages).trim());
    const noted = rows.length > 0 ? notedByInstance(target, rows) : notedMessages(target, [...ends.values()]);
    await noteAction(deployment, `${command} discard`, noted);
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
      left_alone: leftAloneData(target, leftAlone),
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
