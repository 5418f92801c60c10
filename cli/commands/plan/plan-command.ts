import { Command, Option } from 'commander';
import { runs } from '#cli/command.ts';
import { pushedModels } from '#shared/models/models.ts';
import { plan } from './plan.ts';

/** `oec-moodle plan`: a dry run. */
export function planCommand(): Command {
  const command = new Command('plan')
    .description('What a push would do in each Moodle now, without doing any of it.')
    .option('--instance <id...>', 'only these Moodles (all that are not disabled unless given)')
    .addOption(
      new Option('--model <model>', 'only records of this model, and what they need first').choices(
        pushedModels,
      ),
    )
    .option(
      '--details',
      'field by field, as Moodle holds it and as it would be; shows names and e-mail addresses',
    )
    .addHelpText(
      'after',
      `
All records are compared with what was pushed, and what differs is worked off by the very code of the push, on a
copy: Moodle is only read, and nothing is written to any table or queue. So the plan also says what would fail, what
the brake would hold, and how many people would get a password by mail. E-mail addresses are shown with --details
only. A push that runs at the same time, and what somebody changes in Moodle until the push, are not foreseen, nor is
what no function of Moodle tells (a capability that is missing for writing only, denied e-mail domains).

Records are counted once each: created, adopted (found in Moodle by ID number or e-mail address), changed, suspended
(accounts), hidden (courses), unchanged (written again, or only noted, with nothing that differs in Moodle), held by
the brake, and failed (not as they should be after the push, also those that failed before).

Exit codes: 0 nothing would change, 2 something would (or is held by the brake), 1 it could not be found out for
every Moodle.

Examples:
  oec-moodle plan
  oec-moodle plan --instance main --details
  oec-moodle plan --model op.student --json`,
    );
  return runs(command, plan);
}
