import { Command, Option } from 'commander';
import { type CommandContext, type CommandResult, runs } from '#cli/command.ts';
import { writePrivateFile } from '#cli/output/private-file.ts';
import { withCount } from '#cli/output/progress.ts';
import { collectReport } from './collect-report.ts';
import type { Report } from './report.ts';
import { reportCsv } from './report-csv.ts';
import { reportHtml } from './report-html.ts';
import { reportText } from './report-text.ts';

const formats = { text: reportText, csv: reportCsv, html: reportHtml } satisfies Record<
  string,
  (report: Report) => string
>;

interface ReportOptions {
  instance?: string[];
  format: keyof typeof formats;
  output?: string;
  brief?: boolean;
}

/** `oec-moodle report`: how the link fares, for all Moodles or some. */
export function reportCommand(): Command {
  const command = new Command('report')
    .description(
      'How every Moodle fares: health, records by state, failures by reason, queues, the last day.',
    )
    .option('--instance <id...>', 'only these Moodles')
    .addOption(
      new Option('--format <format>', 'how it is written').choices(Object.keys(formats)).default('text'),
    )
    .option('--brief', 'only what is not as it should be: quick, however many records have arrived')
    .option('--output <file>', 'write it into a file (standard output unless given)')
    .addHelpText(
      'after',
      `
It reads tables, queues and CloudWatch, and calls no Moodle. Times are in UTC. It holds no names and no e-mail
addresses: records are named by their idnumber.

text  tables for the terminal
csv   a line for each figure: instance, section, name, value
html  one page with charts, for a browser or a printer; it needs no network and no JavaScript

With --json the report is printed as JSON, whatever the format; with --output too, the file still gets the format.

Calls of Moodle are counted for all Moodles together; those of health checks are not among them.

Examples:
  oec-moodle report
  oec-moodle report --instance main law
  oec-moodle report --format html --output report.html
  oec-moodle report --format csv | grep failures
  oec-moodle report --json | jq '.instances[].failures'`,
    );
  return runs(command, makeReport);
}

/** Makes the report, and writes it where it is to be. */
export async function makeReport(
  context: CommandContext,
  { instance = [], format, output, brief }: ReportOptions,
): Promise<CommandResult<Report>> {
  const deployment = await context.deployment();
  const report = await withCount('mappings read', (onRow) =>
    collectReport(deployment, instance, onRow, brief),
  );
  const text = formats[format](report);
  const isWhole = report.problems.length === 0 && report.unreadable.length === 0;
  if (output === undefined) return { data: report, text: text.trimEnd(), isBad: !isWhole };
  await writePrivateFile(output, text.endsWith('\n') ? text : `${text}\n`);
  return { data: report, text: [`The report is in ${output}.`, report.problems], isBad: !isWhole };
}
