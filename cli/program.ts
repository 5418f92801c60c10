import { Command, Option } from 'commander';
import { adoptCommand } from './commands/adopt/adopt-command.ts';
import { brakeCommand } from './commands/brake/brake-command.ts';
import { doctorCommand } from './commands/doctor/doctor-command.ts';
import { driftCommand } from './commands/drift/drift-command.ts';
import { erpCommand } from './commands/erp/erp-command.ts';
import { explainCommand } from './commands/explain/explain-command.ts';
import { failuresCommand } from './commands/failures/failures-command.ts';
import { instanceCommand } from './commands/instance/instance-command.ts';
import { personCommand } from './commands/person/person-command.ts';
import { planCommand } from './commands/plan/plan-command.ts';
import { rebuildCommand } from './commands/rebuild-mappings/rebuild-command.ts';
import { recordsCommand } from './commands/records/records-command.ts';
import { reportCommand } from './commands/report/report-command.ts';
import { syncCommand } from './commands/sync/sync-command.ts';
import { consoleCommand } from './console/console-command.ts';

/** The whole command, with the help that teaches it. */
export function program(): Command {
  const root = new Command('oec-moodle')
    .description('Looks after oec-moodle-sync: registers Moodles, shows what would happen and what failed.')
    .addOption(
      new Option('--stack <name>', 'the CloudFormation stack (the only one of the account unless given)').env(
        'OEC_MOODLE_STACK',
      ),
    )
    .option('--region <region>', 'its AWS region')
    .option('--profile <profile>', 'the AWS profile to use')
    .option('--local', 'the embedded cloud of `npm start -- --serve` in place of AWS')
    .option('--json', 'print JSON for programs in place of tables for people')
    .addHelpText(
      'after',
      `
Exit codes:
  0   done, nothing is wrong
  1   something failed, or needs a person
  2   plan: a sync would change something; drift: Moodle holds something else
  64  the command line is wrong

Your own AWS credentials are used, as the AWS CLI uses them; nothing is opened to the internet.`,
    )
    .addCommand(instanceCommand())
    .addCommand(erpCommand())
    .addCommand(planCommand())
    .addCommand(driftCommand())
    .addCommand(rebuildCommand())
    .addCommand(adoptCommand())
    .addCommand(recordsCommand())
    .addCommand(syncCommand())
    .addCommand(explainCommand())
    .addCommand(failuresCommand())
    .addCommand(personCommand())
    .addCommand(brakeCommand())
    .addCommand(reportCommand())
    .addCommand(doctorCommand())
    .addCommand(consoleCommand());
  return prepared(root);
}

/** What all commands have in common: Commander throws in place of ending the process, and help shows all options. */
function prepared(command: Command): Command {
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(oec-moodle --help tells what there is)');
  for (const child of command.commands) prepared(child);
  return command;
}
