import { stringify } from 'csv-stringify/sync';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import { printable } from '#cli/output/printable.ts';
import { writePrivateFile } from '#cli/output/private-file.ts';
import { failureData } from './failure-text.ts';
import { readFailures } from './read-failures.ts';
import { type FilterOptions, isChosen } from './selection.ts';

const columns = [
  'instance',
  'model',
  'record_id',
  'idnumber',
  'status',
  'class',
  'code',
  'field',
  'reason',
  'advice',
  'waits_for',
  'attempts',
  'first_failed_at',
  'last_failed_at',
  'next_attempt_at',
  'last_synced_at',
  'moodle_id',
] as const;

/** Writes failures as CSV, with all columns; `-` is standard output. */
export async function exportFailures(
  context: CommandContext,
  options: FilterOptions & { json?: boolean },
  file: string,
): Promise<CommandResult> {
  const { mappings, unreadable } = await readFailures(await context.deployment(), options.instance);
  const rows = mappings
    .filter((mapping) => isChosen(mapping, options))
    .map((mapping) => ({ ...failureData(mapping), waits_for: (mapping.failure?.waits_for ?? []).join(' ') }));
  for (const problem of unreadable) console.error(printable(problem));
  // A text that begins with = or @ would be a formula to a spreadsheet.
  const csv = stringify(rows, { header: true, columns: [...columns], escape_formulas: true });
  if (file === '-') return { data: { failures: rows }, text: csv.trimEnd() };
  await writePrivateFile(file, csv);
  return { data: { file, failures: rows.length }, text: `${rows.length} failures are in ${file}.` };
}
