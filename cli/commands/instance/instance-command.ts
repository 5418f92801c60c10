import { Command } from 'commander';
import { runs } from '#cli/command.ts';
import { listInstances } from './list.ts';

/** `oec-moodle instance …`: the Moodles. */
export function instanceCommand(): Command {
  const command = new Command('instance').description('The Moodles that records are pushed to.');
  runs(command.command('list').description('all Moodles, and how they fare'), listInstances);
  return command;
}
