import { stringify } from 'csv-stringify/sync';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import { printable } from '#cli/output/printable.ts';
import { writePrivateFile } from '#cli/output/private-file.ts';
import { type FilterOptions, isChosen } from './choice.ts';
import { attemptColumns, failureData } from './failure-text.ts';
import { atTarget } from './targets.ts';

/** Writes failures as CSV, with all columns; `-` is standard output. */
export function exportFailures(
  context: CommandContext,
  options: FilterOptions,
  file: string,
): Promise<CommandResult> {
  return atTarget(context, options, async (target) => {
    const { rows, unreadable } = await target.read(options);
    const failures = rows
      .filter((row) => isChosen(row, options))
      .map((row) => ({
        ...failureData(target, row),
        waits_for: (row.failure?.waits_for ?? []).join(' '),
      }));
    for (const problem of unreadable) console.error(printable(problem));
    const columns = [...target.identity, ...attemptColumns, target.counterpart];
    // A text that begins with = or @ would be a formula to a spreadsheet.
    const csv = stringify(failures, { header: true, columns, escape_formulas: true });
    if (file === '-') return { data: { failures }, text: csv.trimEnd() };
    await writePrivateFile(file, csv);
    return {
      data: { file, failures: failures.length },
      text: `${failures.length} failures are in ${file}.`,
    };
  });
}
