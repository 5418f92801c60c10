import { Argument, Command, Option } from 'commander';
import { runs } from '#cli/command.ts';
import { timeoutOption } from '#cli/options.ts';
import { pushedModels } from '#shared/models/models.ts';
import { pulledModels } from '#shared/moodle/pulls/pull-ports.ts';
import { loadFile } from './load.ts';
import { showRecord } from './show.ts';

/** `oec-moodle records …`: what the ERP has written. */
export function recordsCommand(): Command {
  const command = new Command('records').description("The ERP's records.");
  runs(
    command
      .command('load')
      .description('checks a file of records line by line, and writes the good ones as the ERP would')
      .argument('<file>', 'JSON lines, or a CSV of one model; - for standard input')
      .addOption(
        new Option('--model <model>', 'the file is a CSV with records of this model').choices(pushedModels),
      )
      .option('--strict', 'write nothing where any line is bad')
      .option('--dry-run', 'only check')
      .option('--wait', 'follow the push until it is done')
      .addOption(timeoutOption())
      .addHelpText('after', loadHelp),
    loadFile,
  );
  runs(
    command
      .command('show')
      .description('a record, what is wrong with it, and what became of it in each Moodle')
      .addArgument(new Argument('<model>', 'such as op.student').choices(allModels))
      .argument('<id>', "the record's id in the ERP")
      .option('--instance <id>', 'only in this Moodle')
      .option('--details', 'with e-mail address and telephone, and with what would be pushed now')
      .option('--history', 'with what operators have had done to it')
      .addHelpText('after', showHelp),
    showRecord,
  );
  return command;
}

const allModels = [...new Set<string>([...pushedModels, ...pulledModels])];

const showHelp = `
"now" compares what the ERP says with what Moodle took last. The exit code is 1 where the record has problems
or is not synced. \`oec-moodle explain\` goes on from here for a person and a course.

Examples:
  oec-moodle records show op.student 26
  oec-moodle records show op.subject 70 --instance main --details`;

const loadHelp = `
JSON lines: an object a line with "model", "id" and the fields as Odoo's read() gives them
(docs/data-contract.md). Of two lines with one record the later counts.

CSV: open the list in Odoo, select all records, Action, Export. Leave "I want to update data" unticked, choose
CSV, and add
  - the field ID,
  - of everything the record refers to the field ID: Course/ID, Batch/ID, Subject(s)/ID
  - all fields of docs/data-contract.md: a field without a column counts as empty, and an empty Active as false.
With "I want to update data" ticked, the external ids do as far as Odoo has made them up (__export__.…).
Headings are field names or Odoo's English ones. To have archived records in it, filter by Active first.

A record that is in the table with the same content is left alone. What the link wrote to a record (completion,
stamps) stays. The exit code is 1 where a line is bad; lines are named, and never quoted.

Examples:
  oec-moodle records load university.jsonl --dry-run
  oec-moodle records load op.student.csv --model op.student --wait
  my-export | oec-moodle records load - --strict`;
