import { type FilterOptions, hasFilter, isChosen } from '#cli/commands/failures/selection.ts';
import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import { withProgress } from '#cli/output/progress.ts';
import { listTroubled } from '#shared/odoo/import/attention.ts';
import { type ErpMapping, importKey } from '#shared/odoo/import/mapping.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import type { ErpMappingStore } from '#shared/odoo/import/ports.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { type ErpMessage, erpFailures } from '#shared/store/erp/erp-queue.ts';
import type { FailedMessage, FailureQueue } from '#shared/store/queues/permanent-failures.ts';

/** A message of ErpFailures. */
export type ImportMessage = FailedMessage<ErpMessage>;

/**
 * What a message still means:
 * - given up: its record waits for a person.
 * - tried again: it has changed, or was tried again, since, and is not in the ERP yet.
 * - arrived: its record is in the ERP, or is no longer to come there.
 * - crashed: no failure of a record, but a unit or a sweep that crashed erp-import five times, or that a schedule could
 *   not send.
 * - stopped: the same, but it has come through a function so often that Lambda takes it for a loop.
 * - unreadable: it holds no work.
 */
export type ImportMessageState =
  | 'given up'
  | 'tried again'
  | 'arrived'
  | 'crashed'
  | 'stopped'
  | 'unreadable';

export interface ChoiceOptions extends FilterOptions {
  all?: boolean;
  message?: string[];
}

/** What the commands about the import's failures work with. */
export interface ImportFailureParts {
  mappings: ErpMappingStore;
  deadLetters: FailureQueue<ErpMapping, ErpMessage>;
}

export function partsOf({ clients }: Deployment, { outputs }: ErpDeployment): ImportFailureParts {
  return {
    mappings: erpMappingsStore(clients.documents, outputs.ErpMappingsTableName),
    deadLetters: erpFailures(clients.sqs, outputs.ErpFailuresQueueUrl),
  };
}

/** All messages of ErpFailures, the oldest first; they stay where they are. */
export function readImportMessages({ deadLetters }: ImportFailureParts): Promise<ImportMessage[]> {
  return withProgress('messages', (progress) =>
    deadLetters.visit(
      async (messages) => ({ remove: [], result: messages }),
      (received) => progress.update(received, received),
    ),
  );
}

/** Tells the state of messages. @param troubled all records that are not in the ERP as they should be */
export function importMessageState(
  troubled: readonly ErpMapping[],
): (message: ImportMessage) => ImportMessageState {
  const statuses = new Map(troubled.map((row) => [importKey(row), row.status]));
  return (message) => {
    if (!message.unit) return 'unreadable';
    if (!message.record) return message.hasLooped ? 'stopped' : 'crashed';
    const found = keysOfImportMessage(message).flatMap((key) => statuses.get(key) ?? []);
    if (found.includes('permanently_failed')) return 'given up';
    return found.length > 0 ? 'tried again' : 'arrived';
  };
}

/** The keys of the records that a message is about. */
export function keysOfImportMessage({ unit, record }: ImportMessage): string[] {
  if (!record || !unit || 'sweep' in unit) return [];
  return unit.ids.map((id) => importKey({ model: unit.model, id }));
}

/** @throws OperatorError where nothing says which records are meant, or it is said twice */
export function requireChoice(
  options: ChoiceOptions & { arrived?: boolean },
  model: ImportedModel | undefined,
  id: string | undefined,
): void {
  if (model !== undefined && id === undefined) {
    throw usageError(`Which ${model}?`, `Add its id, or give \`--model ${model}\`.`);
  }
  const isChosenBy = hasFilter(options) || options.all || options.message || options.arrived;
  if (id !== undefined && isChosenBy) {
    throw usageError('One record is named, and others are chosen too.', 'Do one after the other.');
  }
  if (id === undefined && !isChosenBy) {
    throw usageError(
      'Which records are meant?',
      'Name MODEL ID, choose with --instance, --model, --status or --reason, or give --all.',
    );
  }
}

/** The records that are meant. @throws OperatorError where one is named that the import does not know */
export async function chosenImports(
  { mappings }: ImportFailureParts,
  options: ChoiceOptions,
  model: ImportedModel | undefined,
  id: string | undefined,
): Promise<ErpMapping[]> {
  if (model !== undefined && id !== undefined) {
    const row = (await mappings.getMany(model, [id])).get(id);
    if (row) return [row];
    throw new OperatorError(
      `The import knows nothing of ${model} ${id}.`,
      'An id is that of the record in the records table, such as moodle_main_item_812; `oec-moodle erp failures list` ' +
        'shows those that failed.',
    );
  }
  if (!hasFilter(options) && !options.all) return [];
  return (await listTroubled(mappings)).filter((row) => isChosen(row, options));
}

/** Whether `--all` means everything, and not all of some kind. */
export function isEverything({ all, instance, model, status, reason }: ChoiceOptions): boolean {
  return all === true && !hasFilter({ instance, model, status, reason } as FilterOptions);
}

/** A record that is left alone, and why. */
export interface LeftAlone {
  model: ImportedModel;
  id: string;
  why: string;
}

/** Sets aside what is left alone. @param whyNot undefined for a record of which it makes sense */
export function setAside(
  rows: readonly ErpMapping[],
  whyNot: (row: ErpMapping) => string | undefined,
): { hopeful: ErpMapping[]; leftAlone: LeftAlone[] } {
  const reasons = rows.map((row) => [row, whyNot(row)] as const);
  return {
    hopeful: reasons.flatMap(([row, why]) => (why === undefined ? [row] : [])),
    leftAlone: reasons.flatMap(([{ model, id }, why]) => (why === undefined ? [] : [{ model, id, why }])),
  };
}

export function leftAloneText(leftAlone: readonly LeftAlone[]): string[] {
  return [...Map.groupBy(leftAlone, ({ why }) => why)].map(([why, rows]) => {
    const names = rows.slice(0, 5).map(({ model, id }) => `${model} ${id}`);
    const others = rows.length > 5 ? ` and ${rows.length - 5} others` : '';
    return `Left alone: ${names.join(', ')}${others}: ${why}.`;
  });
}
