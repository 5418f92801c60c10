import { Argument, Command } from 'commander';
import { runs } from '#cli/command.ts';
import { failuresCommand } from '#cli/commands/failures/failures-command.ts';
import { wordOption } from '#cli/options.ts';
import { pushedModels } from '#shared/models/models.ts';
import { connectErp, disconnectErp } from './connect.ts';
import { acceptErp, releaseErp } from './give-word.ts';
import { showErp, testErp } from './show.ts';

/** `oec-moodle erp …`: the OpenEduCat that the link reads and writes by itself. */
export function erpCommand(): Command {
  const command = new Command('erp').description(
    'The ERP: an OpenEduCat that is read and written by configuration alone (docs/openeducat-setup.md).',
  );
  addConnection(command);
  addStanding(command);
  command.addCommand(failuresCommand('erp'));
  return command;
}

function addConnection(command: Command): void {
  runs(
    command
      .command('connect')
      .description('connects an OpenEduCat, once it has been checked; asks for what is missing')
      .option('--url <address>', "Odoo's address: https, or http on this machine")
      .option('--db <name>', 'its database')
      .option('--user <login>', 'the login of the user whose key it is')
      .option('--key-file <file>', 'file with the API key; - reads it from standard input')
      .option('--language <code>', 'the language that the registrar works in: en_US unless given')
      .option(
        '--time-zone <name>',
        "the school's, such as America/Bogota: that of the user in Odoo unless given",
      )
      .option('--yes', 'another address or database is the same one moved, or a whole copy of it')
      .option('--force', 'connect it although the check failed, say because only AWS reaches it')
      .addHelpText(
        'after',
        `
The key is asked for, or read from a file; it is stored in Secrets Manager and shown nowhere.
docs/openeducat-setup.md says how to make the user, its access rights and the key.

Examples:
  oec-moodle erp connect
  oec-moodle erp connect --url https://erp.example.org --db school --user oec-sync --key-file key.txt
  pass erp/key | oec-moodle erp connect --url https://erp.example.org --db school --user oec-sync --key-file - --language fr_FR`,
      ),
    connectErp,
  );
  runs(
    command
      .command('test')
      .description('checks the ERP now, and says what to do about each finding; exit code 1 when it failed')
      .addHelpText(
        'after',
        `
Nothing is changed. The ERP is asked from this machine.

Examples:
  oec-moodle erp test
  oec-moodle erp test --json | jq '.check.findings[] | select(.severity == "failed")'`,
      ),
    testErp,
  );
  runs(
    command
      .command('disconnect')
      .description('reads and writes the ERP no more; nothing is deleted anywhere')
      .option('--yes', 'do not ask'),
    disconnectErp,
  );
}

function addStanding(command: Command): void {
  runs(
    command
      .command('show')
      .description(
        'where it is connected, how far the export is, what failed in the import, and what was found',
      )
      .addHelpText(
        'after',
        `
It reads the tables and calls no ERP. The key is never shown.

Examples:
  oec-moodle erp show
  oec-moodle erp show --json | jq '.export.models[] | select(.held)'`,
      ),
    showErp,
  );
  runs(
    wordCommand(command, 'release')
      .description(
        'says that it is meant: what is gone from the ERP is deleted here, though it is unusually much',
      )
      .addHelpText(
        'after',
        `
Examples:
  oec-moodle erp release op.student.course --for 2h`,
      ),
    releaseErp,
  );
  runs(
    wordCommand(command, 'accept')
      .description('says that the ERP is right, though it has older records, or others under the same ids')
      .addHelpText(
        'after',
        `
After a backup was restored, say. \`erp show\` names the records that it is about.

Examples:
  oec-moodle erp accept op.student --for 30m`,
      ),
    acceptErp,
  );
}

/** A command by which the operator gives the word for a model and for some time. */
function wordCommand(command: Command, name: string): Command {
  return command
    .command(name)
    .addArgument(new Argument('<model>', 'records of which model').choices(pushedModels))
    .addOption(wordOption())
    .option('--yes', 'do not ask');
}
