import { Command, Option } from 'commander';
import { runs } from '#cli/command.ts';
import { collect, parseLimit } from '#cli/options.ts';
import { withFilters } from './choice.ts';
import { discardFailures } from './discard.ts';
import { exportFailures } from './export.ts';
import { listFailures } from './list.ts';
import { retryFailures } from './retry.ts';
import { showFailure } from './show.ts';
import { type TargetOptions, targets } from './targets.ts';

/**
 * `oec-moodle failures …`: what is not in Moodle, or not in the ERP, as it should be.
 *
 * @param target the one that is meant unless another is named; that of the ERP is `oec-moodle erp failures …`
 */
export function failuresCommand(target: TargetOptions['target'] = 'moodle'): Command {
  const command = new Command('failures')
    .description('What did not arrive in Moodle, or in the ERP, as it should: why, and what to do about it.')
    .addOption(
      new Option('--target <target>', 'where it did not arrive')
        .choices(Object.keys(targets))
        .default(target),
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
Status: failed is tried again by itself, permanently_failed is not; invalid waits for a correction, conflict for a
decision, waiting for another record, held for \`brake release\`.

Examples:
  oec-moodle failures list --instance main --status permanently_failed
  oec-moodle failures list --reason unreachable
  oec-moodle failures list --model op.student --limit 1000
  oec-moodle failures list --target erp --status conflict
  oec-moodle erp failures list --status conflict                     (the same)`,
      ),
    listFailures,
  );
  runs(named(command, 'show', true).description('everything about one failure, with advice'), showFailure);
  runs(
    withFilters(command.command('export'))
      .description('writes failures as CSV, for a registrar to work through')
      .argument('<file>', 'the file; - is standard output'),
    exportFailures,
  );
}

function addDoing(command: Command): void {
  runs(
    withFilters(named(command, 'retry'))
      .description('has failures tried again at once, from the first attempt on')
      .option('--all', 'all that can be tried')
      .option('--message <id>', 'a unit that crashed its worker, by its message; can be repeated', collect)
      .option(
        '--wait',
        'wait until something has come of it, and tell what; exit code 1 where not all arrived',
      )
      .addHelpText(
        'after',
        `
What is held by the brake or invalid in itself is left alone, and named. What is tried again leaves the dead-letter
queue; should it fail for good once more, it comes back there. What was deleted in the ERP is made again; what was
edited there stays a conflict until one of the two sides is changed.

Examples:
  oec-moodle failures retry main oec_student_26 --wait
  oec-moodle failures retry --instance main --reason shortnametaken
  oec-moodle failures retry --all
  oec-moodle failures retry --target erp op.result.line moodle_main_item_812_student_3`,
      ),
    retryFailures,
  );
  runs(
    withFilters(named(command, 'discard'))
      .description('gives failures up: their messages are deleted, and the ERP is left as it is')
      .option('--arrived', 'messages whose record has arrived since')
      .option('--message <id>', 'one message; can be repeated', collect)
      .option('--all', 'all that can be discarded')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        `
Of Moodle, messages of PermanentlyFailed are deleted; the failures themselves stay as they are. With --target erp the ERP
stays as it is: nothing is brought there until the record changes in Moodle. What waits for a record is discarded with
it, and the messages of both are deleted from ErpFailures.

Examples:
  oec-moodle failures discard --arrived
  oec-moodle failures discard --target erp op.exam moodle_main_item_812
  oec-moodle failures discard --target erp --reason edited-in-erp`,
      ),
    discardFailures,
  );
}

/** A command about one failure, which it names, or about several. */
function named(command: Command, name: string, isRequired = false): Command {
  const argument = (word: string) => (isRequired ? `<${word}>` : `[${word}]`);
  return command
    .command(name)
    .argument(argument('instance'), 'the Moodle; with --target erp the model')
    .argument(argument('idnumber'), 'such as oec_student_26; with --target erp the id in the records table');
}
