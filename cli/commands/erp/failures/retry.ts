import type { CommandContext, CommandResult } from '#cli/command.ts';
import { requireConnection, requireErp } from '#cli/erp/erp-side.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { retryImports } from '#shared/odoo/import/attention.ts';
import { type ErpMapping, importKey } from '#shared/odoo/import/mapping.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import { type ErpMessage, erpQueue } from '#shared/store/erp/erp-queue.ts';
import type { UnitQueue } from '#shared/store/queues/unit-queue.ts';
import {
  type ChoiceOptions,
  chosenImports,
  type ImportFailureParts,
  type ImportMessage,
  isEverything,
  keysOfImportMessage,
  leftAloneText,
  partsOf,
  requireChoice,
  setAside,
} from './read.ts';

/** Has what came from Moodle tried again at once. */
export async function retryImportFailures(
  context: CommandContext,
  options: ChoiceOptions,
  model: ImportedModel | undefined,
  id: string | undefined,
): Promise<CommandResult> {
  requireChoice(options, model, id);
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  // Without one, erp-import leaves units out.
  await requireConnection(erp);
  const parts = partsOf(deployment, erp);
  const { hopeful, leftAlone } = setAside(await chosenImports(parts, options, model, id), whyHopeless);
  const queue = erpQueue(deployment.clients.sqs, erp.outputs.ErpQueueUrl);
  const { units, removed, crashed } = await queueAgain(hopeful, options, {
    ...parts,
    queue,
    now: deployment.now,
  });
  const missing = (options.message ?? []).filter((message) => !crashed.includes(message));
  return {
    data: {
      queued: hopeful.map((row) => ({ model: row.model, id: row.id })),
      units,
      messages_removed: removed,
      crashed_units_sent: crashed,
      messages_not_found: missing,
      left_alone: leftAlone,
    },
    text: [
      queuedText(hopeful, removed),
      ...(crashed.length > 0
        ? [`Units that crashed erp-import and are sent once more: ${crashed.length}.`]
        : []),
      ...missing.map(
        (message) =>
          `ErpFailures holds no crashed unit under ${message} (\`erp failures list\` shows all); of a record, name that.`,
      ),
      ...leftAloneText(leftAlone),
    ].join('\n'),
    ...((missing.length > 0 || (id !== undefined && leftAlone.length > 0)) && {
      exitCode: exitCodes.failed,
    }),
  };
}

function whyHopeless({ status, failure }: ErpMapping): string | undefined {
  if (status === 'synced' || !failure) return 'nothing is wrong with it';
  if (status === 'invalid') return 'it is tried as soon as it is corrected in the records table';
  return undefined;
}

/**
 * Queues the records, and then takes their messages out of ErpFailures: what fails for the last time again sends a new
 * one. So nothing lies there of what has arrived.
 */
async function queueAgain(
  hopeful: readonly ErpMapping[],
  options: ChoiceOptions,
  ports: ImportFailureParts & { queue: UnitQueue<ErpMessage>; now(): number },
): Promise<{ units: number; removed: number; crashed: string[] }> {
  const keys = new Set(hopeful.map(importKey));
  const isAgain = ({ id, unit, record }: ImportMessage) =>
    unit !== undefined &&
    record === undefined &&
    (isEverything(options) || options.message?.includes(id) === true);
  return ports.deadLetters.visit(async (messages) => {
    const units = await retryImports(hopeful, ports);
    const crashed = messages.filter(isAgain);
    await ports.queue.send(crashed.map(({ unit }) => withoutRetry(unit!)));
    const own = messages.filter((message) => keysOfImportMessage(message).some((key) => keys.has(key)));
    const remove = [...own, ...crashed];
    return {
      remove,
      result: { units: units.length, removed: remove.length, crashed: crashed.map(({ id }) => id) },
    };
  });
}

/** The records may have failed otherwise since: whatever is wrong with them, they are tried. */
function withoutRetry(unit: ErpMessage): ErpMessage {
  return 'sweep' in unit ? unit : { model: unit.model, ids: unit.ids };
}

function queuedText(hopeful: readonly ErpMapping[], removed: number): string {
  const [only] = hopeful;
  const what =
    hopeful.length === 1 ? `${only!.model} ${only!.id} is` : `${hopeful.length} records from Moodle are`;
  const messages = removed > 0 ? ` Messages taken out of ErpFailures: ${removed}.` : '';
  if (hopeful.length === 0) return `No record was queued.${messages}`;
  return `${what} tried again now; what fails again is tried after 5 min, 30 min, 4 h and 24 h.${messages}`;
}
