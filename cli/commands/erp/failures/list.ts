import type { CommandContext, CommandResult } from '#cli/command.ts';
import { attemptData } from '#cli/commands/failures/failure-text.ts';
import { stoppedText } from '#cli/commands/failures/message-state.ts';
import { type FilterOptions, isChosen } from '#cli/commands/failures/selection.ts';
import { requireErp } from '#cli/erp/erp-side.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { table } from '#cli/output/table.ts';
import { minuteOf } from '#cli/output/words.ts';
import { wrapped } from '#cli/output/wrapped.ts';
import { listTroubled } from '#shared/odoo/import/attention.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { total } from '#shared/sync/health/queue-watch.ts';
import {
  type ImportMessage,
  type ImportMessageState,
  importMessageState,
  partsOf,
  readImportMessages,
} from './read.ts';

export interface ListOptions extends FilterOptions {
  /** Rows shown at the most. */
  limit: number;
}

/** What came from Moodle and is not in the ERP as it should be; exit code 1 where there is anything. */
export async function listImportFailures(
  context: CommandContext,
  options: ListOptions,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const parts = partsOf(deployment, erp);
  const troubled = await listTroubled(parts.mappings);
  const chosen = troubled.filter((row) => isChosen(row, options));
  const stateOf = importMessageState(troubled);
  const messages = (await readImportMessages(parts))
    .filter((message) => isMessageChosen(message, options))
    .map((message) => ({ message, state: stateOf(message) }));
  const streamFailures = total(
    await queueDepth(deployment.clients.sqs, erp.outputs.ErpStreamFailuresQueueUrl),
  );
  return {
    data: {
      failures: chosen.slice(0, options.limit).map(failureData),
      total: chosen.length,
      by_status: countBy(chosen.map(({ status }) => status)),
      messages: messages.map(({ message, state }) => messageData(message, state)),
      other_queues: { erp_stream_failures: streamFailures },
    },
    text: [
      ...failuresText(chosen, options),
      ...messagesText(messages, options),
      ...(streamFailures > 0
        ? [
            `ErpStreamFailures holds ${streamFailures}: what was pulled was not queued for the ERP; the hourly sweep ` +
              'of the import finds it.',
          ]
        : []),
    ].join('\n'),
    ...(chosen.length + messages.length + streamFailures > 0 && { exitCode: exitCodes.failed }),
  };
}

/** Whether a message is meant; it knows the code of the last failure, and no class. */
function isMessageChosen(
  { unit, record }: ImportMessage,
  { instance, model, status, reason }: FilterOptions,
): boolean {
  const of = record?.model ?? (unit && 'model' in unit ? unit.model : undefined);
  return (
    (instance === undefined || record?.instance === instance) &&
    (model === undefined || of === model) &&
    (status === undefined || record?.status === status) &&
    (reason === undefined || record?.reason === reason)
  );
}

/** A failure as programs get it. */
function failureData(row: ErpMapping) {
  const { model, id, instance, erp_id = null } = row;
  return { model, id, instance, ...attemptData(row), erp_id };
}

function messageData({ id, sent_at, unit, record }: ImportMessage, state: ImportMessageState) {
  return { message_id: id, state, sent_at, unit: unit ?? null, reason: record?.reason ?? null };
}

function failuresText(chosen: readonly ErpMapping[], { limit }: ListOptions): string[] {
  if (chosen.length === 0) return ['Nothing that was asked for has failed.'];
  const rows = chosen
    .slice(0, limit)
    .map(({ model, id, status, failure, last_failed_at = '', next_attempt_at }) => [
      `${model}\n${id}`,
      status,
      wrapped(failure ? `${failure.code}: ${failure.reason}` : '', 44),
      wrapped(failure?.advice ?? '', 40),
      `${minuteOf(last_failed_at)}${next_attempt_at ? `\nagain ${minuteOf(next_attempt_at)}` : ''}`,
    ]);
  const counts = Object.entries(countBy(chosen.map(({ status }) => status)));
  return [
    table(['from Moodle', 'status', 'why', 'what to do', 'failed (UTC)'], rows),
    ...(chosen.length > limit ? [`${limit} of ${chosen.length} are shown: --limit shows more.`] : []),
    `${counts.map(([status, count]) => `${count} ${status}`).join(', ')}. ` +
      '`oec-moodle erp failures retry MODEL ID` tries one again, `discard MODEL ID` leaves the ERP as it is.',
  ];
}

function messagesText(
  messages: readonly { message: ImportMessage; state: ImportMessageState }[],
  { limit }: ListOptions,
): string[] {
  if (messages.length === 0) return [];
  const counts = countBy(messages.map(({ state }) => state));
  const odd = messages.filter(({ message: { record } }) => record === undefined).slice(0, limit);
  return [
    `ErpFailures holds ${messages.length} ${messages.length === 1 ? 'message' : 'messages'}: ${Object.entries(
      counts,
    )
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}.`,
    ...(counts.arrived
      ? ['`oec-moodle erp failures discard --arrived` deletes those that are done with.']
      : []),
    ...(odd.length > 0
      ? [
          table(
            ['message', 'state', 'since (UTC)', 'work'],
            odd.map(({ message, state }) => [message.id, state, minuteOf(message.sent_at), workOf(message)]),
          ),
          ...(odd.some(({ state }) => state === 'stopped') ? [stoppedText('ErpImportLoopsAlarm')] : []),
          'A crashed unit ended erp-import five times, or a schedule could not send it: the log of erp-import says ' +
            'why. `oec-moodle erp failures retry --message ID` sends it once more, `discard --message ID` gives it up.',
        ]
      : []),
  ];
}

function workOf({ unit }: ImportMessage): string {
  if (!unit) return '';
  if ('sweep' in unit) return 'the sweep of the import';
  return `${unit.model} ${unit.ids.slice(0, 3).join(', ')}${unit.ids.length > 3 ? ', …' : ''}`;
}

function countBy(keys: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
}
