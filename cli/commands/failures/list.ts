import type { CommandContext, CommandResult } from '#cli/command.ts';
import { inLines, type Lines } from '#cli/output/lines.ts';
import { table, wrapped } from '#cli/output/table.ts';
import { minuteOf } from '#cli/output/words.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { total } from '#shared/store/queues/queue-watch.ts';
import { type FilterOptions, isChosen } from './choice.ts';
import { type FailureRow, type FailureTarget, nameOf } from './failure-target.ts';
import { failureData, why } from './failure-text.ts';
import { isMessageChosen, type MessageState, messageState, readMessages } from './messages.ts';
import { atTarget } from './targets.ts';

export interface ListOptions extends FilterOptions {
  /** Rows shown at the most. */
  limit: number;
}

/** What is not there as it should be; exit code 1 where there is anything. */
export function listFailures(context: CommandContext, options: ListOptions): Promise<CommandResult> {
  return atTarget(context, options, async (target, { clients }) => {
    const reading = await target.read(options.instance);
    const { unreadable } = reading;
    const chosen = reading.rows.filter((row) => isChosen(row, options));
    const stateOf = messageState(target, reading);
    const messages = (await readMessages(target))
      .filter((message) => isMessageChosen(target, message, options))
      .map((message) => ({ message, state: stateOf(message) }));
    const others = await Promise.all(
      Object.entries(target.otherQueues).map(async ([key, queue]) => {
        return { ...queue, key, depth: total(await queueDepth(clients.sqs, queue.url)) };
      }),
    );
    const lying = others.filter(({ depth }) => depth > 0);
    return {
      data: {
        failures: chosen.slice(0, options.limit).map((row) => failureData(target, row)),
        total: chosen.length,
        by_status: countBy(chosen.map(({ status }) => status)),
        messages: messages.map(({ message: { id, sent_at, unit, record }, state }) => {
          return { message_id: id, state, sent_at, unit: unit ?? null, reason: record?.reason ?? null };
        }),
        other_queues: Object.fromEntries(others.map(({ key, depth }) => [key, depth])),
        unreadable,
      },
      text: [
        failuresText(target, chosen, options),
        messagesText(target, messages, options),
        lying.map(({ name, depth, meaning }) => `${name} holds ${depth}: ${meaning}.`),
        lying.length > 0 && 'docs/operations.md says what to look at before these messages are deleted.',
        unreadable,
      ],
      isBad: chosen.length + messages.length + unreadable.length + lying.length > 0,
    };
  });
}

function failuresText<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  chosen: readonly Row[],
  { limit }: ListOptions,
): Lines {
  if (chosen.length === 0) return 'Nothing that was asked for has failed.';
  const { command, nameParts, settling, there } = target;
  const minute = (time: string | undefined) => minuteOf(time ?? '');
  const rows = chosen
    .slice(0, limit)
    .map((row) => [
      inLines(nameOf(target, row)),
      row.status,
      wrapped(row.failure ? `${row.failure.code}: ${row.failure.reason}` : why(row), 44),
      wrapped(row.failure?.advice ?? '', 40),
      inLines([minute(row.last_failed_at), row.next_attempt_at && `again ${minute(row.next_attempt_at)}`]),
    ]);
  return [
    table(['failure', 'status', 'why', 'what to do', 'failed (UTC)'], rows),
    chosen.length > limit &&
      `${limit} of ${chosen.length} are shown: --limit shows more, \`${command} export\` writes all.`,
    `${countsText(chosen.map(({ status }) => status))}. \`oec-moodle ${command} show ${nameParts.join(' ').toUpperCase()}\` ` +
      `tells everything of one, \`retry\` tries it again${settling ? `, \`discard\` leaves ${there} as it is` : ''}.`,
  ];
}

function messagesText<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  messages: readonly { message: FailedMessage<Unit>; state: MessageState }[],
  { limit }: ListOptions,
): Lines {
  if (messages.length === 0) return [];
  const { queueName, command, worker, loopsAlarm, workOf } = target;
  const states = messages.map(({ state }) => state);
  // They are no record's, and have to be looked at one by one.
  const odd = messages.filter(({ state }) => ['crashed', 'stopped', 'unreadable'].includes(state));
  const rows = odd
    .slice(0, limit)
    .map(({ message: { id, sent_at, unit }, state }) => [
      id,
      state,
      minuteOf(sent_at),
      unit ? workOf(unit) : '',
    ]);
  return [
    `\n${queueName} holds ${messages.length} messages: ${countsText(states)}.`,
    (states.includes('arrived') || states.includes('instance gone')) &&
      `\`oec-moodle ${command} discard --arrived\` deletes those that are done with.`,
    odd.length > 0 && table(['message', 'state', 'since (UTC)', 'work'], rows),
    states.includes('stopped') &&
      'A stopped unit came round so often that Lambda took it for a loop, and no log tells of it: ' +
        `docs/operations.md says what to do (${loopsAlarm}).`,
    odd.length > 0 &&
      `A crashed unit ended ${worker} five times, or a schedule could not send it: the log of ${worker} says why. ` +
        `\`oec-moodle ${command} retry --message ID\` sends it once more, \`discard --message ID\` gives it up.`,
  ];
}

function countBy(keys: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
}

function countsText(keys: readonly string[]): string {
  return Object.entries(countBy(keys))
    .map(([key, count]) => `${count} ${key}`)
    .join(', ');
}
