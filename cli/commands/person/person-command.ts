import { Argument, Command } from 'commander';
import { runs } from '#cli/command.ts';
import { erasePerson } from './erase.ts';
import { exportPerson } from './export.ts';
import { findPeople } from './find.ts';
import { showMarks } from './marks.ts';

const who = () =>
  new Argument('<idnumber>', "the person's ID number in Moodle: oec_student_26, oec_faculty_4");

/** `oec-moodle person …`: what is held of somebody, for the requests of people (docs/data-protection.md). */
export function personCommand(): Command {
  const command = new Command('person').description(
    'Who somebody is, and what is held of them: for a request to see it, or to erase it.',
  );
  runs(
    command
      .command('find')
      .description('whose an id, a number or an e-mail address is')
      .argument('<who>', 'the id in the ERP, a registration, roll or employee number, or an e-mail address')
      .option('--number', 'a number, though there is an id like it')
      .option('--all', 'go on after the first match')
      .addHelpText('after', findHelp),
    findPeople,
  );
  runs(
    command
      .command('marks')
      .description(
        'grades, attendance and completion of a student that came from Moodle, and their way into the ERP',
      )
      .argument('<idnumber>', "the student's ID number in Moodle: oec_student_26"),
    showMarks,
  );
  runs(
    command
      .command('export')
      .description('all that the tables hold of a person, and where Moodle and the ERP hold more')
      .addArgument(who())
      .option('--output <file>', 'write it as JSON into a file, which only you can read')
      .addHelpText('after', exportHelp),
    exportPerson,
  );
  runs(
    command
      .command('erase')
      .description('deletes it, once the ERP has deleted the record')
      .addArgument(who())
      .option('--dry-run', 'only say what would be deleted, and what stands in the way')
      .option('--anyway', 'also where the account in Moodle has not been suspended')
      .option('--yes', 'do not ask')
      .addHelpText('after', eraseHelp),
    erasePerson,
  );
  return command;
}

const findHelp = `
Ids and addresses are looked up. Numbers (gr_no, id_number, roll_number, emp_id) have no index: the records of the people
are read through up to the first match, a minute where there are hundreds of thousands. The exit code is 1 where there is
nobody.

Examples:
  oec-moodle person find GR-1026
  oec-moodle person find someone@your.university`;

const exportHelp = `
Without --output only what there is, and how much, is printed; with --json everything. It holds names, addresses and
marks: give it to nobody but the person. It reads through all marks and attendance: minutes where there are millions.

Somebody with several records (a student who teaches, say) has an export of each; it names the others of the account.

Examples:
  oec-moodle person export oec_student_26
  oec-moodle person export oec_student_26 --output person.json`;

const eraseHelp = `
The ERP comes first: delete the person there, wait until the export has noticed (an hour at most) and Moodle has
suspended the account. Until then it refuses, since everything would come back, or the account stay open. Then marks,
attendance, mappings, links and memories of the person are deleted from every table, for good. Erasing twice is
harmless.

What it cannot delete is named: the account in each Moodle with its contents, what the ERP keeps, backups of the tables.

Examples:
  oec-moodle person erase oec_student_26 --dry-run
  oec-moodle person erase oec_student_26`;
