import type { CommandContext, CommandResult } from '#cli/command.ts';
import { confirmed } from '#cli/confirm.ts';
import { requireErp } from '#cli/erp/erp-side.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import {
  discardImports,
  listTroubled,
  type Undecided,
  whyUndecided,
  withWaiting,
} from '#shared/odoo/import/attention.ts';
import { type ErpMapping, importKey } from '#shared/odoo/import/mapping.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import {
  type ChoiceOptions,
  chosenImports,
  type ImportFailureParts,
  type ImportMessage,
  importMessageState,
  isEverything,
  keysOfImportMessage,
  leftAloneText,
  partsOf,
  readImportMessages,
  requireChoice,
  setAside,
} from './read.ts';

export interface DiscardOptions extends ChoiceOptions {
  arrived?: boolean;
  yes?: boolean;
}

const undecidedText: Record<Undecided, string> = {
  synced: 'nothing is wrong with it',
  unreadable: 'it cannot be read: correct it in the records table',
  erp: 'the ERP was away, or refuses the link: it is brought as soon as that is over',
};

/** Leaves the ERP as it is for records from Moodle, and deletes what lies of them in ErpFailures. */
export async function discardImportFailures(
  context: CommandContext,
  options: DiscardOptions,
  model: ImportedModel | undefined,
  id: string | undefined,
): Promise<CommandResult> {
  requireChoice(options, model, id);
  const deployment = await context.deployment();
  const parts = partsOf(deployment, requireErp(deployment));
  const { hopeful, leftAlone } = setAside(await chosenImports(parts, options, model, id), (row) => {
    const undecided = whyUndecided(row);
    return undecided && undecidedText[undecided];
  });
  const troubled = await listTroubled(parts.mappings);
  const rows = withWaiting(hopeful, troubled);
  const ends = await endedMessages(parts, options, troubled);
  const missing = (options.message ?? []).filter((message) => !ends.has(message));
  if (rows.length + ends.size > 0) await confirmed(context, options, question(rows, hopeful, ends));
  const { discarded, messages } = await discard(parts, rows, ends);
  const isBad = missing.length > 0 || (id !== undefined && discarded.length === 0);
  return {
    data: {
      discarded: discarded.map((row) => ({ model: row.model, id: row.id })),
      messages_removed: messages,
      messages_not_found: missing,
      changed_meanwhile: rows.length - discarded.length,
      left_alone: leftAlone,
    },
    text: [
      discardedText(discarded.length, messages),
      ...(discarded.length < rows.length
        ? [`${rows.length - discarded.length} have changed meanwhile, and stay as they are.`]
        : []),
      ...missing.map(
        (message) =>
          `ErpFailures holds no message under ${message} that is done with; of a record, name that.`,
      ),
      ...leftAloneText(leftAlone),
    ].join('\n'),
    ...(isBad && { exitCode: exitCodes.failed }),
  };
}

/** The ids of the messages to delete that are of no record which still waits for a decision. */
async function endedMessages(
  parts: ImportFailureParts,
  options: DiscardOptions,
  troubled: readonly ErpMapping[],
): Promise<Set<string>> {
  const stateOf = importMessageState(troubled);
  const isMeant = (message: ImportMessage) => {
    const state = stateOf(message);
    if (state === 'given up' || state === 'tried again') return false;
    const isNamed = isEverything(options) || options.message?.includes(message.id) === true;
    return isNamed || (options.arrived === true && state === 'arrived');
  };
  return new Set((await readImportMessages(parts)).filter(isMeant).map((message) => message.id));
}

async function discard(
  { mappings, deadLetters }: ImportFailureParts,
  rows: readonly ErpMapping[],
  ends: ReadonlySet<string>,
): Promise<{ discarded: ErpMapping[]; messages: number }> {
  return deadLetters.visit(async (messages) => {
    const discarded = await discardImports(rows, mappings);
    const keys = new Set(discarded.map(importKey));
    const remove = messages.filter(
      (message) => ends.has(message.id) || keysOfImportMessage(message).some((key) => keys.has(key)),
    );
    return { remove, result: { discarded, messages: remove.length } };
  });
}

function question(
  rows: readonly ErpMapping[],
  chosen: readonly ErpMapping[],
  ends: ReadonlySet<string>,
): string {
  const waiting = rows.length - chosen.length;
  const also = waiting > 0 ? `, ${waiting} of them since they wait for another` : '';
  return [
    ...(rows.length > 0
      ? [
          `Records from Moodle to discard: ${rows.length}${also}. The ERP stays as it is for them until they change ` +
            'in Moodle.',
        ]
      : []),
    ...(ends.size > 0 ? [`Other messages of ErpFailures to delete: ${ends.size}.`] : []),
  ].join(' ');
}

function discardedText(records: number, messages: number): string {
  if (records + messages === 0) return 'Nothing was discarded.';
  return (
    `Discarded records: ${records}. The ERP stays as it is for them until they change in Moodle. ` +
    `Messages deleted from ErpFailures: ${messages}.`
  );
}
