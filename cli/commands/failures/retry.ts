import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { chosenInstance } from '#cli/instances/instance-argument.ts';
import { usageError } from '#cli/operator-error.ts';
import { table } from '#cli/output/table.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { pushQueue } from '#shared/store/queues/push-queue.ts';
import type { Mapping } from '#shared/sync/ledger/mapping.ts';
import { startOver, whyHopeless } from '#shared/sync/units/start-over.ts';
import { hopelessText } from './failure-text.ts';
import { followRetries, type Retried } from './follow.ts';
import { deadLetters, readFailures } from './read-failures.ts';
import { type FilterOptions, hasFilter, isChosen, keyOfMapping, keysOfMessage } from './selection.ts';
import { knownMapping } from './show.ts';

export interface RetryOptions extends FilterOptions {
  all?: boolean;
  message?: string[];
  wait?: boolean;
}

/** A failure that is not tried again, and why. */
interface LeftAlone {
  instance: string;
  idnumber: string;
  why: string;
}

/** Has failures tried again at once. */
export async function retryFailures(
  context: CommandContext,
  options: RetryOptions,
  id: string | undefined,
  idnumber: string | undefined,
): Promise<CommandResult> {
  requireChoice(options, id, idnumber);
  const deployment = await context.deployment();
  const statuses = await statusesOf(deployment);
  const { hopeful, leftAlone } = sorted(await chosenMappings(deployment, options, id, idnumber), statuses);
  const { units, removed, crashed } = await queue(deployment, hopeful, statuses, options);
  const missing = (options.message ?? []).filter((message) => !crashed.includes(message));
  const outcomes = options.wait ? await followRetries(deployment, hopeful) : undefined;
  const isBad =
    missing.length > 0 ||
    (idnumber !== undefined && leftAlone.length > 0) ||
    outcomes?.some(({ outcome }) => outcome !== 'arrived' && outcome !== 'no longer wanted');
  return {
    data: {
      queued: hopeful.map((mapping) => ({ instance: mapping.instance, idnumber: mapping.idnumber })),
      units,
      messages_removed: removed,
      crashed_units_sent: crashed,
      messages_not_found: missing,
      left_alone: leftAlone,
      ...(outcomes && { outcomes }),
    },
    text: [
      queuedText(hopeful, removed),
      ...(crashed.length > 0 ? [`${crashed.length} units that crashed the worker are sent once more.`] : []),
      ...missing.map(
        (message) =>
          `PermanentlyFailed holds no unit of an active instance under ${message} (\`failures list\` shows all).`,
      ),
      ...leftAloneText(leftAlone),
      ...(outcomes ? outcomesText(outcomes) : []),
    ].join('\n'),
    ...(isBad && { exitCode: exitCodes.failed }),
  };
}

function requireChoice(options: RetryOptions, id: string | undefined, idnumber: string | undefined): void {
  if (id !== undefined && idnumber === undefined) {
    throw usageError(
      `Which failure of ${id}?`,
      `Add its idnumber, or give \`--instance ${id}\` to try all of it again.`,
    );
  }
  const isFiltered = hasFilter(options);
  if (idnumber !== undefined && (isFiltered || options.all || options.message)) {
    throw usageError('One failure is named, and others are chosen too.', 'Do one after the other.');
  }
  if (idnumber === undefined && !isFiltered && !options.all && !options.message) {
    throw usageError(
      'What is to be tried again?',
      'Name INSTANCE IDNUMBER, choose with --instance, --model, --status or --reason, or give --all.',
    );
  }
}

async function chosenMappings(
  deployment: Deployment,
  options: RetryOptions,
  id: string | undefined,
  idnumber: string | undefined,
): Promise<Mapping[]> {
  if (id !== undefined && idnumber !== undefined) {
    await chosenInstance(deployment, id);
    return [await knownMapping(deployment, id, idnumber)];
  }
  if (!hasFilter(options) && !options.all) return [];
  const { mappings } = await readFailures(deployment, options.instance);
  return mappings.filter((mapping) => isChosen(mapping, options));
}

/** The status of each instance that can be read. */
async function statusesOf({ instances }: Deployment): Promise<Map<string, Instance['status']>> {
  return new Map((await instances.list()).instances.map(({ id, status }) => [id, status]));
}

/** Sets aside what is of no use to try. */
function sorted(
  mappings: Mapping[],
  statuses: Map<string, Instance['status']>,
): { hopeful: Mapping[]; leftAlone: LeftAlone[] } {
  const hopeful: Mapping[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const mapping of mappings) {
    const { instance, idnumber } = mapping;
    const hopeless = whyHopeless(mapping);
    const status = statuses.get(instance);
    if (hopeless) leftAlone.push({ instance, idnumber, why: hopelessText[hopeless] });
    else if (status !== 'active') {
      const why = `${instance} is ${status}: \`oec-moodle instance resume ${instance}\` first`;
      leftAlone.push({ instance, idnumber, why });
    } else hopeful.push(mapping);
  }
  return { hopeful, leftAlone };
}

/**
 * Queues the failures, and then takes their messages out of PermanentlyFailed: what fails for the last time again
 * sends a new one. So nothing lies there of what has arrived.
 */
async function queue(
  deployment: Deployment,
  hopeful: Mapping[],
  statuses: Map<string, Instance['status']>,
  options: RetryOptions,
): Promise<{ units: number; removed: number; crashed: string[] }> {
  const { clients, outputs, mappings, now } = deployment;
  const ports = { mappings, queue: pushQueue(clients.sqs, outputs.PushQueueUrl), now };
  const keys = new Set(hopeful.map(keyOfMapping));
  const wanted = new Set(options.message);
  // Nothing says of a unit that crashed the worker which failure it is: it goes with `--all`, or by its message.
  const isEverything = options.all === true && !options.model && !options.status && !options.reason;
  return deadLetters(deployment).visit(async (messages) => {
    const crashed = messages.filter(
      ({ id, unit, record }) =>
        unit !== undefined &&
        // A worker drops the units of any other instance.
        statuses.get(unit.instance) === 'active' &&
        (wanted.has(id) ||
          (isEverything &&
            record === undefined &&
            (options.instance === undefined || unit.instance === options.instance))),
    );
    let units = 0;
    for (const [instance, rows] of Map.groupBy(hopeful, (mapping) => mapping.instance)) {
      units += (await startOver(instance, rows, ports)).length;
    }
    // What such a unit has written to Moodle before it ended its worker is unknown.
    await ports.queue.send(
      crashed.map(({ unit }) => ({
        instance: unit!.instance,
        service: unit!.service,
        ids: unit!.ids,
        force: true,
      })),
    );
    const own = messages.filter(
      (message) => message.record && keysOfMessage(message).some((key) => keys.has(key)),
    );
    const remove = [...new Set([...own, ...crashed])];
    return { remove, result: { units, removed: remove.length, crashed: crashed.map(({ id }) => id) } };
  });
}

function queuedText(hopeful: Mapping[], removed: number): string {
  const [only] = hopeful;
  const what = hopeful.length === 1 ? `${only!.idnumber} is` : `${hopeful.length} failures are`;
  const messages = removed > 0 ? ` ${removed} messages were taken out of PermanentlyFailed.` : '';
  if (hopeful.length === 0) return `No failure was queued.${messages}`;
  return `${what} tried again now; what fails again is tried after 5 min, 30 min, 4 h and 24 h.${messages}`;
}

function leftAloneText(leftAlone: LeftAlone[]): string[] {
  return [...Map.groupBy(leftAlone, ({ why }) => why)].map(([why, rows]) => {
    const names = rows.slice(0, 5).map(({ idnumber }) => idnumber);
    return `Left alone: ${names.join(', ')}${rows.length > 5 ? ` and ${rows.length - 5} others` : ''}: ${why}.`;
  });
}

function outcomesText(outcomes: Retried[]): string[] {
  if (outcomes.length === 0) return [];
  const arrived = outcomes.filter(({ outcome }) => outcome === 'arrived').length;
  const others = outcomes.filter(({ outcome }) => outcome !== 'arrived');
  const shown = table(
    ['instance', 'idnumber', 'what came of it', 'why, and what to do'],
    others.map(({ instance, idnumber, outcome, reason, advice }) => [
      instance,
      idnumber,
      outcome,
      [reason, advice].filter(Boolean).join('\n'),
    ]),
  );
  return [`${arrived} of ${outcomes.length} are in Moodle now.`, ...(others.length > 0 ? [shown] : [])];
}
