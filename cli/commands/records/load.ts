import { extname } from 'node:path';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import { withProgress } from '#cli/output/progress.ts';
import { type FollowedPush, followPush } from '#cli/watch/follow-push.ts';
import type { OecItem } from '#shared/models/fields/oec-item.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { Columns } from '#shared/operate/files/columns.ts';
import { CsvError } from '#shared/operate/files/csv-error.ts';
import { csvLines } from '#shared/operate/files/csv-lines.ts';
import { jsonLines, type RecordLine } from '#shared/operate/files/json-lines.ts';
import { loadRecords } from '#shared/store/load-records.ts';
import { CheckedRecords } from './check-records.ts';
import { sayLoad } from './load-report.ts';
import { openRecords, type RecordsFile } from './records-file.ts';

export interface LoadOptions {
  model?: PushedModel;
  strict?: boolean;
  dryRun?: boolean;
  wait?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** What was loaded, or would be. */
export interface Loaded {
  checked: CheckedRecords;
  columns?: Columns | undefined;
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
  path: string,
): Promise<CommandResult> {
  const isCsv = options.model !== undefined;
  if (!isCsv && extname(path).toLowerCase() === '.csv') {
    throw usageError(
      'A CSV does not say of which model its records are.',
      'Name it: --model op.student, say.',
    );
  }
  await using file = await openRecords(path);
  const { checked, columns } = await check(file, options.model);
  if (checked.lines === 0) throw new OperatorError(`${path} holds no record.`, 'Check what was exported.');
  const loaded: Loaded = { checked, columns, written: 0, unchanged: 0 };
  if (options.dryRun) loaded.notLoaded = 'dry-run';
  else if (options.strict && checked.badLines > 0) loaded.notLoaded = 'strict';
  else {
    const deployment = await context.deployment();
    const since = new Date(deployment.now()).toISOString();
    Object.assign(loaded, await load(deployment, file, options.model, checked));
    if (options.wait && loaded.written > 0) loaded.push = await follow(deployment, since, options.timeout);
  }
  return sayLoad(loaded);
}

function linesOf(
  file: RecordsFile,
  model: PushedModel | undefined,
  onColumns?: (columns: Columns) => void,
): AsyncIterable<RecordLine> {
  return model === undefined ? jsonLines(file.read()) : csvLines(model, file.read(), onColumns);
}

async function check(file: RecordsFile, model: PushedModel | undefined) {
  const checked = new CheckedRecords();
  let columns: Columns | undefined;
  try {
    await withProgress('lines checked', async ({ update }) => {
      for await (const read of linesOf(file, model, (found) => {
        columns = found;
      })) {
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
  file: RecordsFile,
  model: PushedModel | undefined,
  checked: CheckedRecords,
): Promise<{ written: number; unchanged: number }> {
  const total = Object.values(checked.good).reduce((sum, count) => sum + count, 0);
  const sums = { written: 0, unchanged: 0 };
  const write = async (items: OecItem[]) => {
    const { written, unchanged } = await loadRecords(clients.documents, outputs.RecordsTableName, items);
    sums.written += written;
    sums.unchanged += unchanged;
  };
  await withProgress('records', async ({ update }) => {
    let groups: OecItem[][] = [[]];
    const writeAll = async () => {
      await Promise.all(groups.map(write));
      groups = [[]];
      update(sums.written + sums.unchanged, total);
    };
    for await (const read of linesOf(file, model)) {
      if (!checked.isGood(read)) continue;
      if (groups.at(-1)!.length === group) groups.push([]);
      groups.at(-1)!.push(read.item);
      if (groups.length === lanes && groups.at(-1)!.length === group) await writeAll();
    }
    await writeAll();
  });
  if (sums.written + sums.unchanged !== total) {
    throw new OperatorError(
      `The file has changed while it was read: ${sums.written} records were written.`,
      'Load it again once nobody writes to it; what is in the table already costs nothing.',
    );
  }
  return sums;
}

async function follow(deployment: Deployment, since: string, timeout: number): Promise<FollowedPush> {
  const { instances } = await deployment.instances.list();
  const active = instances.filter(({ status }) => status === 'active').map(({ id }) => id);
  return followPush(deployment, active, since, timeout);
}
