import { Argument, Command } from 'commander';
import { runs } from '#cli/command.ts';
import { wordOption } from '#cli/options.ts';
import { brakes } from '#shared/moodle/brakes.ts';
import { releaseBrakeOf } from './release.ts';
import { showBrakes } from './show.ts';

/** `oec-moodle brake …`: what keeps a mistake in the ERP from emptying a Moodle. */
export function brakeCommand(): Command {
  const command = new Command('brake').description(
    'The brake: stops a sync that would suspend, hide or unenrol unusually much, or take back unusually many marks, until you say that it is meant.',
  );
  runs(
    command
      .command('show')
      .description('how the brakes stand, and what they hold; exit code 1 where one is on')
      .argument('[instance]', 'one Moodle only'),
    showBrakes,
  );
  runs(
    command
      .command('release')
      .description(
        'says that it is meant: what is held is suspended, hidden, unenrolled or taken back at once',
      )
      .argument('<instance>', 'the Moodle')
      .addArgument(new Argument('<service>', 'of what').choices(brakes))
      .addOption(wordOption())
      .option(
        '--keep',
        'of marks: says that it is not meant: what is held stays in the ERP, and the brake is off',
      )
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        `
It can be released beforehand, too: before the end of a term, say, when thousands of enrolments end.

Of marks: grades and attendance that were pulled and are empty in Moodle now, after a course was reset, say. Of imported-marks:
those that would be deleted in OpenEduCat. A word about marks is word enough for both.

Examples:
  oec-moodle brake show
  oec-moodle brake release main enrolments --for 2h
  oec-moodle brake release main marks --keep`,
      ),
    releaseBrakeOf,
  );
  return command;
}
