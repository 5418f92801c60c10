import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { table } from '#cli/output/table.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { total } from '#shared/sync/health/queue-watch.ts';
import type { Mapping } from '#shared/sync/ledger/mapping.ts';
import { failureData, why } from './failure-text.ts';
import { type MessageState, messageState, stoppedText } from './message-state.ts';
import { readFailures, readMessages } from './read-failures.ts';
import { type FilterOptions, isChosen, isMessageChosen } from './selection.ts';

export interface ListOptions extends FilterOptions {
  /** Rows shown at the most. */
  limit: number;
}

/** How many messages lie in the other dead-letter queues. */
interface OtherQueues {
  pull_failures: number;
  stream_failures: number;
  schedule_failures: number;
}

/** What is not in Moodle as it should be; exit code 1 where there is anything. */
export async function listFailures(context: CommandContext, options: ListOptions): Promise<CommandResult> {
  const deployment = await context.deployment();
  const failures = await readFailures(deployment, options.instance);
  const chosen = failures.mappings.filter((mapping) => isChosen(mapping, options));
  const messages = (await readMessages(deployment)).filter((message) => isMessageChosen(message, options));
  const stateOf = messageState(failures);
  const states = new Map(messages.map((message) => [message, stateOf(message)]));
  const others = await otherQueues(deployment);
  const isAnything =
    chosen.length + messages.length + failures.unreadable.length + sum(Object.values(others)) > 0;
  return {
    data: {
      failures: chosen.slice(0, options.limit).map(failureData),
      total: chosen.length,
      by_status: countBy(chosen, ({ status }) => status),
      messages: [...states].map(([message, state]) => messageData(message, state)),
      other_queues: others,
      unreadable: failures.unreadable,
    },
    text: [
      ...failuresText(chosen, options),
      ...messagesText(states, options),
      ...othersText(others),
      ...failures.unreadable,
    ].join('\n'),
    ...(isAnything && { exitCode: exitCodes.failed }),
  };
}

async function otherQueues({ clients, outputs }: Deployment): Promise<OtherQueues> {
  const depthOf = async (queueUrl: string) => total(await queueDepth(clients.sqs, queueUrl));
  const [pull_failures, stream_failures, schedule_failures] = await Promise.all([
    depthOf(outputs.PullFailuresQueueUrl),
    depthOf(outputs.StreamFailuresQueueUrl),
    depthOf(outputs.ScheduleFailuresQueueUrl),
  ]);
  return { pull_failures, stream_failures, schedule_failures };
}

function failuresText(chosen: Mapping[], { limit }: ListOptions): string[] {
  if (chosen.length === 0) return ['Nothing that was asked for has failed.'];
  const counts = Object.entries(countBy(chosen, ({ status }) => status));
  const shown = table(
    ['instance', 'idnumber', 'status', 'why', 'last failed (UTC)', 'next attempt (UTC)'],
    chosen
      .slice(0, limit)
      .map((mapping) => [
        mapping.instance,
        mapping.idnumber,
        mapping.status,
        why(mapping),
        toTheMinute(mapping.last_failed_at),
        toTheMinute(mapping.next_attempt_at),
      ]),
  );
  return [
    shown,
    ...(chosen.length > limit
      ? [`${limit} of ${chosen.length} are shown: --limit shows more, \`failures export\` writes all.`]
      : []),
    `${counts.map(([status, count]) => `${count} ${status}`).join(', ')}. ` +
      '`oec-moodle failures show INSTANCE IDNUMBER` says why, and what to do.',
  ];
}

function messagesText(states: Map<FailedMessage, MessageState>, { limit }: ListOptions): string[] {
  if (states.size === 0) return [];
  const counts = countBy([...states.values()], (state) => state);
  const odd = [...states].filter(([, state]) => ['crashed', 'stopped', 'unreadable'].includes(state));
  const done = (counts.arrived ?? 0) + (counts['instance gone'] ?? 0);
  return [
    `\nPermanentlyFailed holds ${states.size} messages: ${Object.entries(counts)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}.`,
    ...(done > 0 ? ['`oec-moodle failures discard --arrived` deletes those that are done with.'] : []),
    ...(odd.length > 0 ? [oddText(odd.slice(0, limit))] : []),
  ];
}

/** Messages that are no record's: they have to be looked at one by one. */
function oddText(odd: [FailedMessage, MessageState][]): string {
  const rows = odd.map(([{ id, sent_at, unit }, state]) => [
    id,
    state,
    toTheMinute(sent_at),
    unit
      ? `${unit.instance} ${unit.service} ${unit.ids.slice(0, 5).join(',')}${unit.ids.length > 5 ? ',…' : ''}`
      : '',
  ]);
  return [
    table(['message', 'state', 'since (UTC)', 'records'], rows),
    ...(odd.some(([, state]) => state === 'stopped') ? [stoppedText('PushWorkerLoopsAlarm')] : []),
    'A crashed unit ended its worker five times, or a schedule could not send it: the log of push-worker says why. ' +
      '`oec-moodle failures retry --message ID` sends it once more, `discard --message ID` gives it up.',
  ].join('\n');
}

function othersText({ pull_failures, stream_failures, schedule_failures }: OtherQueues): string[] {
  return [
    ...(pull_failures > 0
      ? [
          `PullFailures holds ${pull_failures}: something of what Moodle holds was not fetched; the next hour asks again.`,
        ]
      : []),
    ...(stream_failures > 0
      ? [
          `StreamFailures holds ${stream_failures}: changes were not turned into work; the hourly sweep finds them.`,
        ]
      : []),
    ...(schedule_failures > 0
      ? [
          `ScheduleFailures holds ${schedule_failures}: regular work could not be started; the next run makes good for it.`,
        ]
      : []),
    ...(pull_failures + stream_failures + schedule_failures > 0
      ? ['docs/operations.md says what to look at before these messages are deleted.']
      : []),
  ];
}

function messageData({ id, sent_at, unit, record }: FailedMessage, state: MessageState) {
  return { message_id: id, state, sent_at, unit: unit ?? null, reason: record?.reason ?? null };
}

function toTheMinute(time: string | undefined): string {
  return time ? time.slice(0, 16).replace('T', ' ') : '';
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
