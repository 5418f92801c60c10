import { Command } from 'commander';
import { runs } from '#cli/command.ts';
import { adopt } from './adopt.ts';

/** `oec-moodle adopt`: the first connection to a Moodle that has lived for years. */
export function adoptCommand(): Command {
  const command = new Command('adopt')
    .description(
      'Matches what a Moodle has already (accounts, categories, courses, groups) with the ERP’s records, ' +
        'so that nothing is made a second time. Without --apply it only looks.',
    )
    .requiredOption('--instance <id>', 'the Moodle')
    .option(
      '--report <file>',
      'write the gap report as CSV: a line for each record and for what is only in Moodle',
    )
    .option('--apply', 'adopt what is certain; on a terminal, ask about what is not')
    .option('--from <file>', 'take decisions from a reviewed report (checked only, unless with --apply)')
    .option('--details', 'list everything, with e-mail addresses')
    .addHelpText(
      'after',
      `
What it takes for certain: the link's own ID number; an e-mail address together with the name or with a
number of an earlier system. Where nothing else speaks against it also: such a number with the name, an
e-mail address with the first name, a category by its name and place, a course by its name and the
program's category, a group by its name. A person's name alone, an e-mail address alone or a number alone
is never enough: such a record is shown as ambiguous, and nothing is pushed for it until somebody decides.

In Moodle only ID numbers are written. The number that was there before is kept in the mapping
(extra_data.idnumber_before) and in the report. Names and addresses stay as they are until the next push
overwrites those that the ERP owns: the report's column “overwrites” names them, and the setting
field_ownership of the instance keeps them.

A report, and the questions on a terminal, show people's e-mail addresses: that is what tells them apart.
Fill in the column “decision” and hand the file back with --from:
  match 812   it is what Moodle has under this id
  new         Moodle has nothing for it: the next push makes it
  skip        leave it for later: nothing is pushed for it until then
Lines without a decision are treated as without --from. A line that no longer fits is named, and its record left
alone: nothing is pushed for it until then.

What is decided by questions, here or on the page “Adopt” of oec-moodle console, is kept in the stack with who has
decided and when, until it is carried out: begin today, go on tomorrow, several people at once. --apply carries out
all of it. A report shows it in the columns “decided” and “decision”; a line that differs from what somebody has
decided since the report was written is not applied.

Pause the instance before its records are loaded, and resume it afterwards:
  oec-moodle instance pause main
  oec-moodle adopt --instance main --report gap.csv
  oec-moodle adopt --instance main --from gap.csv --apply
  oec-moodle instance resume main

The exit code is 1 while anything is ambiguous, in conflict or went wrong. All of it may be run again.`,
    );
  return runs(command, adopt);
}
