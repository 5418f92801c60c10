import { Argument, Command } from 'commander';
import { runs } from '#cli/command.ts';
import { pushedModels } from '#shared/models/models.ts';
import { addInstance } from './add.ts';
import { settingsHelp } from './assignments.ts';
import { listInstances } from './list.ts';
import { removeInstance } from './remove.ts';
import { setInstance } from './set.ts';
import { showInstance } from './show.ts';
import { tokenFileHelp } from './site-check.ts';
import { changeStatus } from './status.ts';
import { testInstance } from './test.ts';
import { tryInstance } from './try.ts';

/** `oec-moodle instance …`: the Moodles. */
export function instanceCommand(): Command {
  const command = new Command('instance').description('The Moodles that records are pushed to.');
  runs(command.command('list').description('all Moodles, and how they fare'), listInstances);
  runs(
    command
      .command('show')
      .description('one Moodle: settings, health, breaker, brakes, and how its records stand')
      .argument('<id>', 'the instance'),
    showInstance,
  );
  addChanges(command);
  addStates(command);
  return command;
}

function addChanges(command: Command): void {
  runs(
    command
      .command('add')
      .description('registers a Moodle, once it has been checked; asks for what is missing')
      .argument('[id]', 'a name of your choice: lower-case letters, digits and hyphens')
      .argument('[settings...]', 'key=value, as for `instance set`')
      .option('--url <address>', "the Moodle's address as in its wwwroot: https, or http on this machine")
      .option('--token-file <file>', tokenFileHelp)
      .option('--paused', 'push nothing before `instance resume`')
      .option('--force', 'save it although the check failed, say because only AWS reaches it')
      .option('--yes', 'replace the token that its secret holds already')
      .addHelpText(
        'after',
        `
The token is asked for, or read from a file; it is stored in Secrets Manager and shown nowhere.
docs/moodle-setup.md says how to prepare the Moodle and its token.

Examples:
  oec-moodle instance add
  oec-moodle instance add main --url https://moodle.example.org --token-file token.txt --paused
  pass moodle/token | oec-moodle instance add law --url https://law.example.org --token-file - scope.departments=3,4
${settingsHelp()}`,
      ),
    addInstance,
  );
  runs(
    command
      .command('set')
      .description('changes settings of a Moodle, or its token')
      .argument('<id>', 'the instance')
      .argument('[settings...]', 'key=value')
      .option('--token-file <file>', `a new token: ${tokenFileHelp}`)
      .option('--yes', 'a new base_url is the same site, or a whole copy of its database')
      .option('--force', 'save it although the check failed')
      .addHelpText(
        'after',
        `
Examples:
  oec-moodle instance set main new_accounts.password=random
  oec-moodle instance set main scope.departments=1,2 field_ownership.user.email=create
  oec-moodle instance set main brake.share=           (its default again)
  oec-moodle instance set main --token-file new-token.txt
${settingsHelp()}`,
      ),
    setInstance,
  );
  runs(
    command
      .command('try')
      .description('shows what one record would become under changed settings, before they are saved')
      .argument('<id>', 'the instance')
      .addArgument(new Argument('<model>', 'such as op.student').choices(pushedModels))
      .argument('<record>', "the record's id in the ERP")
      .argument('[settings...]', 'key=value, as for `instance set`')
      .addHelpText(
        'after',
        `
Nothing is written anywhere; shows names and e-mail addresses.

Example:
  oec-moodle instance try main op.student 26 field_ownership.user.email=create`,
      ),
    tryInstance,
  );
}

function addStates(command: Command): void {
  const state = (name: string, description: string) =>
    command.command(name).description(description).argument('<id>', 'the instance');
  runs(
    state('test', 'checks a Moodle now, and says what to do about each finding; exit code 1 when it failed'),
    testInstance,
  );
  runs(state('pause', 'has changes wait; nothing is lost'), changeStatus('paused'));
  runs(
    state('resume', 'goes on after `pause` or `disable`; what has changed is pushed at once'),
    changeStatus('active'),
  );
  runs(
    state('disable', 'leaves a Moodle out of every sync; what is in it stays').option('--yes', 'do not ask'),
    changeStatus('disabled'),
  );
  runs(
    state('remove', 'forgets a disabled Moodle; nothing in it is touched')
      .option('--with-token', 'delete the secret with its token as well (it can be restored for 30 days)')
      .option('--with-mappings', 'delete what is known of its records as well, for good')
      .option('--yes', 'do not ask'),
    removeInstance,
  );
}
