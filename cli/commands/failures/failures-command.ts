import { Command, InvalidArgumentError } from 'commander';
import { runs } from '#cli/command.ts';
import { discardFailures } from './discard.ts';
import { exportFailures } from './export.ts';
import { listFailures } from './list.ts';
import { retryFailures } from './retry.ts';
import { withFilters } from './selection.ts';
import { showFailure } from './show.ts';

/** `oec-moodle failures …`: what is not in Moodle as it should be. */
export function failuresCommand(): Command {
  const command = new Command('failures').description(
    'What is not in Moodle as it should be: why, and what to do about it.',
  );
  addReading(command);
  addDoing(command);
  return command;
}

function addReading(command: Command): void {
  runs(
    withFilters(command.command('list'))
      .description(
        'all failures, and what lies in the dead-letter queues; exit code 1 where there is anything',
      )
      .option('--limit <number>', 'how many are shown', parseLimit, 100)
      .addHelpText(
        'after',
        `
Status: failed is tried again by itself, permanently_failed is not; invalid and conflict wait for a correction,
waiting for another record, held for \`brake release\`.

Examples:
  oec-moodle failures list --instance main --status permanently_failed
  oec-moodle failures list --reason unreachable
  oec-moodle failures list --model op.student --limit 1000`,
      ),
    listFailures,
  );
  runs(
    command
      .command('show')
      .description('everything about one failure, with advice')
      .argument('<instance>', 'the Moodle')
      .argument('<idnumber>', 'such as oec_student_26'),
    showFailure,
  );
  runs(
    withFilters(command.command('export'))
      .description('writes failures as CSV, for a registrar to work through')
      .argument('<file>', 'the file; - is standard output'),
    exportFailures,
  );
}

function addDoing(command: Command): void {
  runs(
    withFilters(command.command('retry'))
      .description('has failures tried again at once, from the first attempt on')
      .argument('[instance]', 'the Moodle')
      .argument('[idnumber]', 'such as oec_student_26')
      .option('--all', 'all that can be tried')
      .option('--message <id>', 'a unit that crashed the worker, by its message; can be repeated', collect)
      .option(
        '--wait',
        'wait until something has come of it, and tell what; exit code 1 where not all arrived',
      )
      .addHelpText(
        'after',
        `
What is held by the brake or invalid in itself is left alone, and named. What is tried again leaves the dead-letter
queue PermanentlyFailed; should it fail for good once more, it comes back there.

Examples:
  oec-moodle failures retry main oec_student_26 --wait
  oec-moodle failures retry --instance main --reason shortnametaken
  oec-moodle failures retry --all`,
      ),
    retryFailures,
  );
  runs(
    withFilters(command.command('discard'))
      .description('deletes messages of PermanentlyFailed; the failures themselves stay as they are')
      .argument('[instance]', 'the Moodle')
      .argument('[idnumber]', 'such as oec_student_26')
      .option('--arrived', 'those whose record has arrived since')
      .option('--message <id>', 'one message; can be repeated', collect)
      .option('--all', 'all messages')
      .option('--yes', 'do not ask'),
    discardFailures,
  );
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 on.');
  return Number(text);
}

function collect(id: string, before: string[] = []): string[] {
  return [...before, id];
}
