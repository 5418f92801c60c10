import type { CommandContext, CommandResult } from '#cli/command.ts';
import { reasonOf } from '#cli/commands/report/count-rows.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { inLines, type Lines } from '#cli/output/lines.ts';
import { table, wrapped } from '#cli/output/table.ts';
import { minuteOf } from '#cli/output/words.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { total } from '#shared/store/queues/queue-watch.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import { type FilterOptions, isChosen } from './choice.ts';
import { type FailureReading, type FailureRow, type FailureTarget, nameOf } from './failure-target.ts';
import { type FailureData, failureData, why } from './failure-text.ts';
import { isMessageChosen, type MessageState, messageState, readMessages } from './messages.ts';
import { failureStatuses } from './moodle-failures.ts';
import { atTarget, type TargetOptions } from './targets.ts';

export interface ListOptions extends FilterOptions {
  /** Rows shown at the most. */
  limit: number;
}

/** Failures for one cause. */
export type CauseData = ReturnType<typeof reasonOf> & {
  /** The most urgent one that one of them has. */
  status: RowStatus;
  count: number;
};

/** What is not there as it should be. */
export interface FailuresData {
  failures: FailureData[];
  total: number;
  by_status: Record<string, number>;
  /** The most urgent ones first. */
  by_cause: CauseData[];
  unreadable: string[];
}

/** A message of a dead-letter queue, and what it still means. */
export interface MessageData<Unit = unknown> {
  message_id: string;
  state: MessageState;
  sent_at: string;
  unit: Unit | null;
  reason: string | null;
}

/** What is not there as it should be, without what lies in queues. @param options `offset`: so many are skipped */
export function findFailures(
  context: CommandContext,
  options: ListOptions & { offset?: number },
): Promise<FailuresData> {
  return atTarget(context, options, async (target) =>
    failuresData(target, await target.read(options), options),
  );
}

/** What the dead-letter queue holds, the oldest first; `work` says for people what it is about. */
export function findMessages(
  context: CommandContext,
  options: FilterOptions,
): Promise<(MessageData & { work: string })[]> {
  return atTarget(context, options, async (target) => {
    const messages = await chosenMessages(target, await target.read({}), options);
    return messages.map((each) => {
      const { unit } = each.message;
      return { ...messageData(each), work: unit === undefined ? '' : target.workOf(unit) };
    });
  });
}

/** How much lies in the dead-letter queues: in that of records, and in the others with what that means. */
export function findQueues(context: CommandContext, options: TargetOptions) {
  return atTarget(context, options, async (target, deployment) => {
    const own = total(await queueDepth(deployment.clients.sqs, target.queueUrl));
    return { name: target.queueName, depth: own, others: await otherQueues(target, deployment) };
  });
}

/** What is not there as it should be; exit code 1 where there is anything. */
export function listFailures(context: CommandContext, options: ListOptions): Promise<CommandResult> {
  return atTarget(context, options, async (target, deployment) => {
    const reading = await target.read({ instance: options.instance });
    const { unreadable } = reading;
    const chosen = reading.rows.filter((row) => isChosen(row, options));
    const messages = await chosenMessages(target, reading, options);
    const others = await otherQueues(target, deployment);
    const lying = others.filter(({ depth }) => depth > 0);
    return {
      data: {
        ...failuresData(target, reading, options),
        messages: messages.map(messageData),
        other_queues: Object.fromEntries(others.map(({ key, depth }) => [key, depth])),
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

function failuresData<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  { rows, unreadable }: FailureReading<Row, Unit>,
  { limit, offset = 0, ...options }: ListOptions & { offset?: number },
): FailuresData {
  const chosen = rows.filter((row) => isChosen(row, options));
  return {
    failures: chosen.slice(offset, offset + limit).map((row) => failureData(target, row)),
    total: chosen.length,
    by_status: countBy(chosen.map(({ status }) => status)),
    by_cause: causesOf(chosen),
    unreadable,
  };
}

function causesOf(rows: readonly FailureRow[]): CauseData[] {
  const causes = new Map<string, CauseData>();
  for (const row of rows) {
    const { class: failureClass, code, advice } = reasonOf(row);
    const key = `${failureClass} ${code}`;
    const cause = causes.get(key) ?? { class: failureClass, code, advice, status: row.status, count: 0 };
    causes.set(key, cause);
    cause.count += 1;
    if (urgencyOf(row) < urgencyOf(cause)) cause.status = row.status;
  }
  return [...causes.values()].toSorted((a, b) => urgencyOf(a) - urgencyOf(b) || b.count - a.count);
}

function urgencyOf({ status }: { status: RowStatus }): number {
  return (failureStatuses as readonly RowStatus[]).indexOf(status);
}

interface StatedMessage<Unit> {
  message: FailedMessage<Unit>;
  state: MessageState;
}

/** @param reading of everything that the messages may be of */
async function chosenMessages<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  reading: FailureReading<Row, Unit>,
  options: FilterOptions,
): Promise<StatedMessage<Unit>[]> {
  const stateOf = messageState(target, reading);
  return (await readMessages(target))
    .filter((message) => isMessageChosen(target, message, options))
    .map((message) => ({ message, state: stateOf(message) }));
}

function messageData<Unit>({
  message: { id, sent_at, unit, record },
  state,
}: StatedMessage<Unit>): MessageData<Unit> {
  return { message_id: id, state, sent_at, unit: unit ?? null, reason: record?.reason ?? null };
}

function otherQueues<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  { clients }: Deployment,
) {
  return Promise.all(
    Object.entries(target.otherQueues).map(async ([key, { name, url, meaning }]) => {
      return { name, meaning, key, depth: total(await queueDepth(clients.sqs, url)) };
    }),
  );
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
  messages: readonly StatedMessage<Unit>[],
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
