import { Command, Option } from 'commander';
import { runs } from '#cli/command.ts';
import { timeoutOption } from '#cli/options.ts';
import { pushedModels } from '#shared/models/models.ts';
import { pullNames } from '#shared/moodle/pulls/pull-ports.ts';
import { pullNow } from './pull.ts';
import { pushNow } from './push.ts';

/** `oec-moodle sync …`: now, and not with the next hour. */
export function syncCommand(): Command {
  const command = new Command('sync').description('Pushes or pulls now, without waiting for the next hour.');
  runs(
    command
      .command('push')
      .description('compares the records with what Moodle is known to hold, and pushes what differs')
      .option('--instance <id>', 'only to this Moodle')
      .addOption(
        new Option('--model <model>', 'only what comes of records of this model').choices(pushedModels),
      )
      .option('--no-wait', 'only start it')
      .addOption(timeoutOption())
      .addHelpText(
        'after',
        `
Records that the ERP writes are pushed within seconds by themselves; this finds what was missed, as the
hourly sweeps do. It takes nothing away that the brake holds, and calls no Moodle that is away.

The numbers of messages are SQS's own, which are approximate. Ctrl-C ends the watching, not the push.

Examples:
  oec-moodle sync push
  oec-moodle sync push --instance main --model op.student
  oec-moodle sync push --no-wait`,
      ),
    pushNow,
  );
  runs(
    command
      .command('pull')
      .description('brings home grades, completion and attendance')
      .option('--instance <id>', 'only from this Moodle')
      .option(
        '--course <course>',
        "only of this course: its id in Moodle, its ID number, or its subject's code",
      )
      .addOption(new Option('--what <kind>', 'only this').choices(pullNames))
      .option('--no-wait', 'only start it')
      .addOption(timeoutOption())
      .addHelpText(
        'after',
        `
Without --course the rules of the hourly pull hold: a course in which nothing has changed for two weeks is
asked for every fourth hour only, and of completed courses nobody is asked. With --course everything in it is
asked for. Ctrl-C ends the watching, not the pull.

Examples:
  oec-moodle sync pull --course PHY101
  oec-moodle sync pull --instance main --course 42 --what gradebook`,
      ),
    pullNow,
  );
  return command;
}
