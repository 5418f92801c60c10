import type { CommandResult } from '#cli/command.ts';
import { type ExitCode, exitCodes } from '#cli/exit-codes.ts';
import { exitCodeOfPush, sayPush } from '#cli/watch/follow-push.ts';
import type { Columns } from '#shared/operate/files/columns.ts';
import type { CheckedRecords } from './check-records.ts';
import type { Loaded } from './load.ts';

/** Bad lines that a person is shown. */
const mostShown = 20;

/** What came of a load, for people and for programs. */
export function sayLoad(loaded: Loaded): CommandResult {
  const { checked, columns, written, unchanged, notLoaded, push } = loaded;
  const { lines, replaced, badLines, bad, good } = checked;
  const text = [
    ...badList(checked),
    ...(columns ? notesOnColumns(columns) : []),
    ...(replaced > 0 ? [`Replaced by a later line of the same record: ${replaced}.`] : []),
    outcome(loaded),
    ...(push ? sayPush(push) : []),
  ].join('\n');
  return {
    data: {
      lines,
      good,
      bad_lines: badLines,
      bad,
      replaced,
      ...(columns && { ignored_columns: columns.ignored, missing_columns: columns.missing }),
      written,
      unchanged,
      not_loaded: notLoaded,
      push,
    },
    text,
    exitCode: exitCodeOfLoad(loaded),
  };
}

function outcome({ checked, written, unchanged, notLoaded }: Loaded): string {
  const { badLines } = checked;
  const models = Object.entries(checked.good).map(([model, count]) => `${model} × ${count}`);
  const good = models.length > 0 ? models.join(', ') : 'none';
  const badOnes =
    badLines === 0 ? 'no line is bad' : badLines === 1 ? '1 line is bad' : `${badLines} lines are bad`;
  if (notLoaded === 'dry-run') return `Good records: ${good}; ${badOnes}. Nothing was written (--dry-run).`;
  if (notLoaded === 'strict') return `Good records: ${good}; ${badOnes}. Nothing was written (--strict).`;
  return `Written: ${written}; unchanged, and so left alone: ${unchanged}; ${badOnes}.`;
}

/** Lines and not a table: reasons are long. */
function badList({ bad, badLines }: CheckedRecords): string[] {
  const shown = bad.slice(0, mostShown);
  const more = badLines - shown.length;
  return [
    ...shown.map(({ line, model, id, field, reason }) => {
      const record = model === undefined ? '' : `, ${model} ${id}`;
      return `line ${line}${record}${field === undefined ? '' : `, ${field}`}: ${reason}`;
    }),
    ...(more > 0 ? [`… and ${more} more bad lines; --json names the first 1,000.`] : []),
  ];
}

function notesOnColumns({ ignored, missing }: Columns): string[] {
  return [
    ...(ignored.length > 0 ? [`Columns that are not read: ${ignored.join(', ')}.`] : []),
    ...(missing.length > 0 ? [`Fields without a column, which count as empty: ${missing.join(', ')}.`] : []),
  ];
}

/** Bad lines and failures need a person. */
function exitCodeOfLoad({ checked, push }: Loaded): ExitCode {
  const exitCode = push ? exitCodeOfPush(push) : exitCodes.done;
  return exitCode === exitCodes.done && checked.badLines > 0 ? exitCodes.failed : exitCode;
}
