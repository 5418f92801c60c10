import { Command } from 'commander';
import { runs } from '#cli/command.ts';
import { drift } from './drift.ts';

/** `oec-moodle drift`: what Moodle holds otherwise than the link has left it. */
export function driftCommand(): Command {
  const command = new Command('drift')
    .description('Compares what each Moodle really holds with what was pushed, and lists what differs.')
    .option('--instance <id...>', 'only these Moodles (all that are not disabled unless given)')
    .option(
      '--repair',
      'have it pushed again: what is missing, and what was changed where the instance says so',
    )
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Categories, courses, groups and accounts, and who is enrolled and in which group, with two reading calls for each course
and a few for all the rest. It is done by itself once a day; this does it now. Without --repair nothing is changed in
Moodle: what was found is noted, so that explain and report show it and plan foresees it, and goes with the next
sync push or the daily comparison.

What is missing is pushed again. What somebody has changed is repaired or kept as the setting hand_changes of the
instance says. Where unusually much is missing (the setting brake says how much that is), nothing of it is pushed by
itself: the Moodle may have been restored from a backup. --repair pushes that as well.

Categories, courses and groups that Moodle has more than once with one ID number are listed with what each holds. The
one that the record is linked to stays its counterpart; nothing is merged or deleted, people settle that in Moodle.

Names and e-mail addresses are shown where they differ.

Exit codes: 0 nothing differs, or it was queued to be repaired, 2 something differs, 1 it could not be found out for
every Moodle.

Examples:
  oec-moodle drift
  oec-moodle drift --instance main --repair`,
    );
  return runs(command, drift);
}
