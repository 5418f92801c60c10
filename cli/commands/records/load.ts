import type { FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { type ExitCode, exitCodes } from '#cli/exit-codes.ts';
import { noteAction, ofNoInstance } from '#cli/note-action.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import type { Lines } from '#cli/output/lines.ts';
import { withProgress } from '#cli/output/progress.ts';
import { exitCodeOfPush, type FollowedPush, followPush, sayPush } from '#cli/watch/follow-push.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { type Columns, CsvError } from '#shared/operate/files/columns.ts';
import { csvLines } from '#shared/operate/files/csv-lines.ts';
import { jsonLines, type RecordLine } from '#shared/operate/files/json-lines.ts';
import { loadRecords } from '#shared/store/load-records.ts';
import { inGroups } from '#shared/sync/each-page.ts';
import { type BadLine, CheckedRecords } from './check-records.ts';
import { openRecords, type RecordSource } from './records-file.ts';

export interface LoadOptions {
  model?: PushedModel;
  strict?: boolean;
  dryRun?: boolean;
  wait?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** What a file holds and what was loaded of it: the shape of `records load --json`. Good records are by model. */
export interface LoadedRecords {
  lines: number;
  good: Record<string, number>;
  bad_lines: number;
  bad: BadLine[];
  /** Lines that a later one of the same record replaces. */
  replaced: number;
  ignored_columns?: readonly string[];
  missing_columns?: readonly string[];
  written: number;
  unchanged: number;
  not_loaded: 'dry-run' | 'strict' | undefined;
  push: FollowedPush | undefined;
}

/** What was loaded, or would be. */
interface Loaded {
  checked: CheckedRecords;
  columns: Columns | undefined;
  written: number;
  unchanged: number;
  /** Why nothing was written, where nothing was to be. */
  notLoaded?: 'dry-run' | 'strict';
  push?: FollowedPush;
}

/** Records looked at together in the table (one BatchGetItem), and how many such groups at a time. */
const group = 100;
const lanes = 4;

/** Checks a file of records line by line, then writes the good ones as the ERP would. */
export async function loadFile(
  context: CommandContext,
  options: LoadOptions,
  path: RecordSource,
): Promise<CommandResult<LoadedRecords>> {
  const isCsv = options.model !== undefined;
  const name = typeof path === 'string' ? path : 'What was sent';
  if (!isCsv && extname(name).toLowerCase() === '.csv') {
    throw usageError(
      'A CSV does not say of which model its records are.',
      'Name it: --model op.student, say.',
    );
  }
  await using file = await openRecords(path);
  const { checked, columns } = await check(file, options.model);
  if (checked.lines === 0) throw new OperatorError(`${name} holds no record.`, 'Check what was exported.');
  const loaded: Loaded = { checked, columns, written: 0, unchanged: 0 };
  if (options.dryRun) loaded.notLoaded = 'dry-run';
  else if (options.strict && checked.badLines > 0) loaded.notLoaded = 'strict';
  else {
    const deployment = await context.deployment();
    const since = new Date(deployment.now()).toISOString();
    await noteAction(deployment, 'records load', new Map([[ofNoInstance, []]]));
    Object.assign(loaded, await load(deployment, file, options.model, checked));
    if (options.wait && loaded.written > 0) loaded.push = await follow(deployment, since, options.timeout);
  }
  return sayLoad(loaded);
}

function linesOf(
  file: FileHandle,
  model: PushedModel | undefined,
  onColumns?: (columns: Columns) => void,
): AsyncIterable<RecordLine> {
  // The start is given so that each reading has a position of its own.
  const chunks = file.createReadStream({ start: 0, autoClose: false });
  return model === undefined ? jsonLines(chunks) : csvLines(model, chunks, onColumns);
}

async function check(file: FileHandle, model: PushedModel | undefined) {
  const checked = new CheckedRecords();
  let columns: Columns | undefined;
  const onColumns = (found: Columns) => {
    columns = found;
  };
  try {
    await withProgress('lines checked', async ({ update }) => {
      for await (const read of linesOf(file, model, onColumns)) {
        checked.add(read);
        update(read.line, read.line);
      }
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new OperatorError(`${error.message} Nothing was loaded.`, error.advice, { cause: error });
  }
  return { checked, columns };
}

/** Reads the file a second time and writes what the first reading found to be good. */
async function load(
  { clients, outputs }: Deployment,
  file: FileHandle,
  model: PushedModel | undefined,
  checked: CheckedRecords,
): Promise<{ written: number; unchanged: number }> {
  const total = Object.values(checked.good).reduce((sum, count) => sum + count, 0);
  const sums = { written: 0, unchanged: 0 };
  const write = async (items: RecordItem[]) => {
    const { written, unchanged } = await loadRecords(clients.documents, outputs.RecordsTableName, items);
    sums.written += written;
    sums.unchanged += unchanged;
  };
  await withProgress('records', async ({ update }) => {
    for await (const groups of inGroups(inGroups(goodItems(file, model, checked), group), lanes)) {
      await Promise.all(groups.map(write));
      update(sums.written + sums.unchanged, total);
    }
  });
  if (sums.written + sums.unchanged !== total) {
    throw new OperatorError(
      `The file has changed while it was read: ${sums.written} records were written.`,
      'Load it again once nobody writes to it; what is in the table already costs nothing.',
    );
  }
  return sums;
}

async function* goodItems(file: FileHandle, model: PushedModel | undefined, checked: CheckedRecords) {
  for await (const read of linesOf(file, model)) if (checked.isGood(read)) yield read.item;
}

async function follow(deployment: Deployment, since: string, timeout: number): Promise<FollowedPush> {
  const { instances } = await deployment.instances.list();
  const active = instances.filter(({ status }) => status === 'active').map(({ id }) => id);
  return followPush(deployment, active, since, timeout);
}

/** Bad lines that a person is shown. */
const mostShown = 20;

/** What came of a load, for people and for programs. */
function sayLoad(loaded: Loaded): CommandResult<LoadedRecords> {
  const { checked, columns, written, unchanged, notLoaded, push } = loaded;
  const { lines, replaced, badLines, bad, good } = checked;
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
    text: [
      badList(checked),
      columns && notesOnColumns(columns),
      replaced > 0 && `Replaced by a later line of the same record: ${replaced}.`,
      outcome(loaded),
      push && sayPush(push),
    ],
    exitCode: exitCodeOfLoad(loaded),
  };
}

function outcome({ checked, written, unchanged, notLoaded }: Loaded): string {
  const { badLines, good } = checked;
  const badOnes =
    badLines === 0 ? 'no line is bad' : badLines === 1 ? '1 line is bad' : `${badLines} lines are bad`;
  if (!notLoaded) return `Written: ${written}; unchanged, and so left alone: ${unchanged}; ${badOnes}.`;
  const models = Object.entries(good).map(([model, count]) => `${model} × ${count}`);
  return `Good records: ${models.join(', ') || 'none'}; ${badOnes}. Nothing was written (--${notLoaded}).`;
}

/** Lines and not a table: reasons are long. */
function badList({ bad, badLines }: CheckedRecords): Lines {
  const more = badLines - mostShown;
  return [
    bad.slice(0, mostShown).map(({ line, model, id, field, reason }) => {
      const names = [`line ${line}`, model && `${model} ${id}`, field].filter((name) => name !== undefined);
      return `${names.join(', ')}: ${reason}`;
    }),
    more > 0 && `… and ${more} more bad lines; --json names the first 1,000.`,
  ];
}

function notesOnColumns({ ignored, missing }: Columns): Lines {
  return [
    ignored.length > 0 && `Columns that are not read: ${ignored.join(', ')}.`,
    missing.length > 0 && `Fields without a column, which count as empty: ${missing.join(', ')}.`,
  ];
}

/** Bad lines and failures need a person. */
function exitCodeOfLoad({ checked, push }: Loaded): ExitCode {
  const exitCode = push ? exitCodeOfPush(push) : exitCodes.done;
  return exitCode === exitCodes.done && checked.badLines > 0 ? exitCodes.failed : exitCode;
}
