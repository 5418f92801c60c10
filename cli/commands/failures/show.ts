import type { CommandContext, CommandResult } from '#cli/command.ts';
import { factLines } from '#cli/output/lines.ts';
import type { OperatorAction } from '#shared/store/tables/operator-log.ts';
import type { FailureRow, FailureTarget, Name } from './failure-target.ts';
import { type FailureData, failureData, nextStep, why } from './failure-text.ts';
import { readMessages } from './messages.ts';
import { atTarget, type TargetOptions } from './targets.ts';

/** One entity, and what it has to do with others. */
export type ShownFailure = FailureData & {
  left_out: string[];
  related: FailureData[];
};

/** Everything that the tables know about one entity, and what operators have had done to it, the newest first. */
export function findFailure(
  context: CommandContext,
  options: TargetOptions,
  ...name: [string, string]
): Promise<{ failure: ShownFailure; actions: OperatorAction[] }> {
  return atTarget(context, options, async (target, { operatorLog }) => {
    const { row, shown } = await readFailure(target, name);
    return {
      failure: shown,
      actions: await operatorLog.list(row.instance, { record: target.notedAs(row) }),
    };
  });
}

async function readFailure<Row extends FailureRow, Unit>(target: FailureTarget<Row, Unit>, name: Name) {
  const row = await target.find(name);
  const names = target.relativesOf(row);
  const rowsOf = async (all: Name[]) => (await target.rowsOf(all)).filter((each) => each !== undefined);
  const waitsFor = await rowsOf(names.waitsFor);
  const leftOut = await rowsOf(names.leftOut);
  const shown: ShownFailure = {
    ...failureData(target, row),
    left_out: names.leftOut.map(([, idnumber]) => idnumber),
    related: [...waitsFor, ...leftOut].map((each) => failureData(target, each)),
  };
  return { row, waitsFor, leftOut, shown };
}

/** Everything about one entity, with advice. */
export function showFailure(
  context: CommandContext,
  options: TargetOptions,
  ...name: [string, string]
): Promise<CommandResult> {
  return atTarget(context, options, async (target) => {
    const { row, waitsFor, leftOut, shown } = await readFailure(target, name);
    const key = target.keyOf(row);
    const messages = (await readMessages(target)).filter(
      ({ unit }) => unit && target.keysOf(unit).includes(key),
    );
    const next = nextStep(target, row, waitsFor[0]);
    return {
      data: {
        ...shown,
        next_step: next,
        messages: messages.map((message) => ({ message_id: message.id, sent_at: message.sent_at })),
      },
      text: [
        factLines(factsOf(target, row)),
        row.failure && [`Reason: ${row.failure.reason}`, `Advice: ${row.failure.advice}`],
        `Next:   ${next}`,
        waitsFor.map((each) => `It waits for: ${standingText(target, each)}`),
        leftOut.map((each) => `Left out of it: ${standingText(target, each)}`),
        messages.map(
          ({ id, sent_at }) => `${target.queueName} holds a message of it since ${sent_at} (${id}).`,
        ),
      ],
    };
  });
}

function factsOf<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  row: Row,
): [string, string][] {
  const { there } = target;
  const rows: [string, string][] = [
    ...target.identity.map((field) => [field, String(row[field])] as [string, string]),
    ['status', row.status],
    ['why', why(row)],
    ['field', row.failure?.field ?? ''],
    ['failed attempts', String(row.attempts)],
    ['first failed (UTC)', row.first_failed_at ?? ''],
    ['last failed (UTC)', row.last_failed_at ?? ''],
    ['next attempt (UTC)', row.next_attempt_at ?? ''],
    [`last brought to ${there} (UTC)`, row.last_synced_at ?? 'never'],
    [`id in ${there}`, String(row[target.counterpart] ?? 'none')],
  ];
  return rows.filter(([, value]) => value !== '');
}

function standingText<Row extends FailureRow, Unit>({ labelOf }: FailureTarget<Row, Unit>, row: Row): string {
  return `${labelOf(row)}, ${row.status}${row.failure ? `: ${row.failure.reason}` : ''}`;
}
