import { Argument, Command, InvalidArgumentError } from 'commander';
import { runs } from '#cli/command.ts';
import { withFilters } from '#cli/commands/failures/selection.ts';
import { troubledStatuses } from '#shared/odoo/import/attention.ts';
import { importedModels } from '#shared/odoo/import/models.ts';
import { discardImportFailures } from './discard.ts';
import { listImportFailures } from './list.ts';
import { retryImportFailures } from './retry.ts';

/** `oec-moodle erp failures …`: what came from Moodle and is not in the ERP as it should be. */
export function importFailuresCommand(): Command {
  const command = new Command('failures').description(
    'What came from Moodle and is not in the ERP as it should be: why, and what to do about it.',
  );
  addList(command);
  addRetry(command);
  addDiscard(command);
  return command;
}

function addList(command: Command): void {
  runs(
    choosing(command, 'list')
      .description('all of it, and what lies in ErpFailures; exit code 1 where there is anything')
      .option('--limit <number>', 'how many are shown', parseLimit, 100)
      .addHelpText(
        'after',
        `
Status: failed is tried again by itself, permanently_failed is not; conflict waits for a decision, waiting for another
record, invalid for a correction in the records table.

Examples:
  oec-moodle erp failures list --status conflict
  oec-moodle erp failures list --reason deleted-in-erp --json`,
      ),
    listImportFailures,
  );
}

function addRetry(command: Command): void {
  runs(
    named(choosing(command, 'retry'))
      .description('has it tried again at once, from the first attempt on; what was deleted is made again')
      .option('--all', 'all that can be tried')
      .option('--message <id>', 'a unit that crashed erp-import, by its message; can be repeated', collect)
      .addHelpText(
        'after',
        `
What was edited in the ERP stays a conflict until one of the two sides is changed. What is tried again leaves
ErpFailures; should it fail for good once more, it comes back there.

Examples:
  oec-moodle erp failures retry op.result.line moodle_main_item_812_student_3
  oec-moodle erp failures retry --reason missing
  oec-moodle erp failures retry --all`,
      ),
    retryImportFailures,
  );
}

function addDiscard(command: Command): void {
  runs(
    named(choosing(command, 'discard'))
      .description('leaves the ERP as it is: nothing is brought there until the record changes in Moodle')
      .option('--arrived', 'only messages of ErpFailures whose record is in the ERP by now')
      .option('--message <id>', 'a message that is no record’s, or of one that has arrived', collect)
      .option('--all', 'all that can be discarded, and the messages')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        `
What waits for a record is discarded with it, and the messages of both are deleted from ErpFailures.

Examples:
  oec-moodle erp failures discard op.exam moodle_main_item_812
  oec-moodle erp failures discard --reason edited-in-erp
  oec-moodle erp failures discard --arrived`,
      ),
    discardImportFailures,
  );
}

function choosing(command: Command, name: string): Command {
  return withFilters(command.command(name), importedModels, troubledStatuses);
}

function named(command: Command): Command {
  return command
    .addArgument(new Argument('[model]', 'the model of one record').choices(importedModels))
    .argument('[id]', 'its id in the records table');
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 on.');
  return Number(text);
}

function collect(id: string, before: string[] = []): string[] {
  return [...before, id];
}
