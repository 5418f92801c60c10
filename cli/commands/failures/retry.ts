import type { CommandContext, CommandResult } from '#cli/command.ts';
import { noteAction } from '#cli/note-action.ts';
import { inLines, type Lines } from '#cli/output/lines.ts';
import { table } from '#cli/output/table.ts';
import {
  type ChoiceOptions,
  chosenRows,
  type GivenName,
  type LeftAloneData,
  leftAloneData,
  leftAloneText,
  type NameData,
  nameData,
  notedByInstance,
  requireChoice,
  setAside,
} from './choice.ts';
import type { FailureRow, FailureTarget, Retries } from './failure-target.ts';
import { followRetries, type Retried } from './follow.ts';
import { isOfRecord } from './messages.ts';
import { atTarget } from './targets.ts';

export interface RetryOptions extends ChoiceOptions {
  wait?: boolean;
}

/** What trying again is about: what is tried, and what is left alone. */
export interface RetryPlan {
  queued: NameData[];
  left_alone: LeftAloneData[];
}

/** What has become of it. */
export interface RetryData extends RetryPlan {
  units: number;
  messages_removed: number;
  /** Ids of messages. */
  crashed_units_sent: string[];
  messages_not_found: string[];
  outcomes?: (NameData & Omit<Retried<never>, 'row'>)[];
}

/** What would be tried again; nothing is changed. */
export function planRetry(
  context: CommandContext,
  options: RetryOptions,
  ...name: GivenName
): Promise<RetryPlan> {
  requireChoice(options, name);
  return atTarget(context, options, async (target) => {
    const { hopeful, leftAlone } = await meantRetries(target, await target.retries(), options, name);
    return {
      queued: hopeful.map((row) => nameData(target, row)),
      left_alone: leftAloneData(target, leftAlone),
    };
  });
}

async function meantRetries<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  retries: Retries<Row, Unit>,
  options: RetryOptions,
  name: GivenName,
) {
  return setAside(await chosenRows(target, options, name), retries.whyNot);
}

/** Has failures tried again at once. */
export function retryFailures(
  context: CommandContext,
  options: RetryOptions,
  ...name: GivenName
): Promise<CommandResult<RetryData>> {
  requireChoice(options, name);
  return atTarget(context, options, async (target, deployment) => {
    const retries = await target.retries();
    const { hopeful, leftAlone } = await meantRetries(target, retries, options, name);
    await noteAction(deployment, `${target.command} retry`, notedByInstance(target, hopeful));
    const { units, removed, crashed } = await queueAgain(target, retries, hopeful, options);
    const missing = (options.message ?? []).filter((message) => !crashed.includes(message));
    const outcomes = options.wait ? await followRetries(target, hopeful) : undefined;
    const named = (row: (typeof hopeful)[number]) => nameData(target, row);
    return {
      data: {
        queued: hopeful.map(named),
        units,
        messages_removed: removed,
        crashed_units_sent: crashed,
        messages_not_found: missing,
        left_alone: leftAloneData(target, leftAlone),
        ...(outcomes && { outcomes: outcomes.map(({ row, ...came }) => ({ ...named(row), ...came })) }),
      },
      text: [
        queuedText(target, hopeful, removed),
        crashed.length > 0 && `${crashed.length} units that crashed the worker are sent once more.`,
        missing.map(
          (message) =>
            `${target.queueName} holds no unit of an active instance under ${message} that can be sent as it is ` +
            `(\`${target.command} list\` shows all); of a record, name that.`,
        ),
        leftAloneText(leftAlone, target.labelOf),
        outcomes && outcomesText(target, outcomes),
      ],
      isBad:
        missing.length > 0 ||
        (name[1] !== undefined && leftAlone.length > 0) ||
        outcomes?.some(({ outcome }) => outcome !== 'arrived' && outcome !== 'no longer wanted'),
    };
  });
}

/**
 * Queues the failures, and then takes their messages out of the dead-letter queue: what fails for the last time again
 * sends a new one. So nothing lies there of what has arrived.
 */
function queueAgain<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  retries: Retries<Row, Unit>,
  hopeful: Row[],
  { all, message = [], instance, model, status, reason }: RetryOptions,
): Promise<{ units: number; removed: number; crashed: string[] }> {
  const keys = new Set(hopeful.map(target.keyOf));
  // Nothing says of a unit that crashed the worker which failure it is: it goes with `--all`, or by its message.
  const isEverything = all === true && !model && !status && !reason;
  const isMeant = (id: string, unit: Unit, isOfNoRecord: boolean) =>
    message.includes(id) ||
    (isEverything && isOfNoRecord && (instance === undefined || target.originOf(unit).instance === instance));
  return target.deadLetters.visit(async (messages) => {
    const crashed = messages.filter(
      (each) =>
        each.unit !== undefined &&
        retries.maySend(each, each.unit) &&
        isMeant(each.id, each.unit, each.record === undefined),
    );
    const units = await retries.start(hopeful);
    await retries.sendAgain(crashed.map(({ unit }) => unit!));
    const own = messages.filter((each) => isOfRecord(target, each, keys));
    const remove = [...new Set([...own, ...crashed])];
    return { remove, result: { units, removed: remove.length, crashed: crashed.map(({ id }) => id) } };
  });
}

function queuedText<Row extends FailureRow, Unit>(
  { queueName, labelOf }: FailureTarget<Row, Unit>,
  hopeful: readonly Row[],
  removed: number,
): string {
  const [only] = hopeful;
  const messages = removed > 0 ? ` ${removed} messages were taken out of ${queueName}.` : '';
  if (!only) return `No failure was queued.${messages}`;
  const what = hopeful.length === 1 ? `${labelOf(only)} is` : `${hopeful.length} failures are`;
  return `${what} tried again now; what fails again is tried after 5 min, 30 min, 4 h and 24 h.${messages}`;
}

function outcomesText<Row extends FailureRow, Unit>(
  { there, labelOf }: FailureTarget<Row, Unit>,
  outcomes: readonly Retried<Row>[],
): Lines {
  if (outcomes.length === 0) return [];
  const others = outcomes.filter(({ outcome }) => outcome !== 'arrived');
  const rows = others.map(({ row, outcome, reason, advice }) => [
    row.instance,
    labelOf(row),
    outcome,
    inLines([reason ?? '', advice ?? '']),
  ]);
  return [
    `${outcomes.length - others.length} of ${outcomes.length} are in ${there} now.`,
    others.length > 0 && table(['instance', 'failure', 'what came of it', 'why, and what to do'], rows),
  ];
}
