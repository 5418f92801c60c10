import { Command } from 'commander';
import { runs } from '#cli/command.ts';
import { rebuild } from './rebuild.ts';

/** `oec-moodle rebuild-mappings`: after a lost table. */
export function rebuildCommand(): Command {
  const command = new Command('rebuild-mappings')
    .description('Works out lost mappings anew, from the ID numbers in Moodle.')
    .option('--instance <id...>', 'only these Moodles (all that are not disabled unless given)')
    .option('--dry-run', 'only say what would be stored')
    .option('--force', 'also overwrite mappings that lead somewhere')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
For when the mappings table was lost or restored to an older state. Every record without a mapping is looked up in
Moodle by its ID number. Where Moodle holds what the record says, field by field, course by course, it is stored as
synced, and the next sweeps have nothing to do; where it differs, the next sweep pushes the difference. Moodle is only
read. A middle name, which Moodle tells nobody, is written once more.

Pause the Moodle first: while mappings are missing, the sweeps find each record in Moodle and write it once more.

What cannot be told from Moodle: an enrolment that no record asks for may have been made by hand, or have ended while
the mappings were lost. It is listed and left as it is.

Examples:
  oec-moodle instance pause main
  oec-moodle rebuild-mappings --instance main --dry-run
  oec-moodle rebuild-mappings --instance main --yes
  oec-moodle plan --instance main
  oec-moodle instance resume main`,
    );
  return runs(command, rebuild);
}
