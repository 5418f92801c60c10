import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import { fileError, writePrivateFile } from '#cli/output/private-file.ts';
import { withProgress } from '#cli/output/progress.ts';
import { type Survey, survey } from '#shared/operate/adoption/adoption.ts';
import { type Carried, carryOut } from '#shared/operate/adoption/carry-out.ts';
import {
  type Decision,
  type RefusedLine,
  type ReviewedLine,
  review,
} from '#shared/operate/adoption/decisions.ts';
import { ReportFormatError, readReport, reportCsv } from '#shared/operate/adoption/report-csv.ts';
import type { Row } from '#shared/operate/adoption/rows.ts';
import { askAbout } from './ask.ts';
import { answering, type OpenMoodle, openMoodle } from './open-moodle.ts';
import { adoptionData, adoptionText } from './show.ts';

export interface AdoptOptions {
  instance: string;
  report?: string;
  apply?: boolean;
  from?: string;
  details?: boolean;
}

/** Looks, decides and, where told to, applies. */
export async function adopt(context: CommandContext, options: AdoptOptions): Promise<CommandResult> {
  const { from, report, apply = false } = options;
  if (from !== undefined && report !== undefined && resolve(from) === resolve(report)) {
    throw usageError(
      '--report would overwrite the report that is read with --from.',
      'Name another file with --report.',
    );
  }
  const lines = from === undefined ? undefined : await readReviewed(from);
  const moodle = await openMoodle(await context.deployment(), options.instance);
  const before = await look(moodle);
  // Before anything is changed: it may turn out that the file cannot be written.
  if (report !== undefined) await writePrivateFile(report, reportCsv(before.rows));
  const { decisions, refused } = lines
    ? review(lines, before)
    : { decisions: apply && context.isInteractive ? await askAbout(before) : new Map(), refused: [] };
  const carried = apply ? await change(moodle, before, decisions, refused) : undefined;
  const rows = carried?.rows ?? before.rows;
  if (report !== undefined && carried) await writePrivateFile(report, reportCsv(rows));
  const { instance } = moodle;
  const { lastAccountId } = before;
  const shown = { instance, rows, decisions, refused, carried, lastAccountId, report };
  return {
    data: adoptionData(shown, options),
    text: adoptionText(shown, options),
    isBad: needsSomebody(rows, refused, carried),
  };
}

function look({ instance, client, tokenUser, stores }: OpenMoodle): Promise<Survey> {
  return withProgress('records and things in Moodle', (progress) => {
    const parts = new Map<string, { done: number; total: number }>();
    const reading = survey(instance, client, tokenUser, stores, (what, done, total) => {
      parts.set(what, { done, total });
      const all = [...parts.values()];
      const sum = (of: 'done' | 'total') => all.reduce((before, part) => before + part[of], 0);
      progress.update(sum('done'), sum('total'));
    });
    return answering(instance, 'Nothing has been changed.', reading);
  });
}

function change(
  { instance, client, tokenUser, stores, brake, clock }: OpenMoodle,
  before: Survey,
  decisions: ReadonlyMap<Row, Decision>,
  refused: readonly RefusedLine[],
): Promise<Carried> {
  const objected = new Set(refused.map(({ idnumber }) => idnumber));
  const ports = { instance, client, tokenUser, mappings: stores.mappings, brake, clock };
  return withProgress('records', (progress) => {
    const changing = carryOut(before, decisions, objected, ports, (done, total) =>
      progress.update(done, total),
    );
    return answering(instance, 'What was adopted until then is noted: run it again to go on.', changing);
  });
}

function needsSomebody(
  rows: readonly Row[],
  refused: readonly RefusedLine[],
  carried: Carried | undefined,
): boolean {
  const isOpen = rows.some(({ verdict }) => verdict === 'ambiguous' || verdict === 'conflict');
  return isOpen || refused.length > 0 || (carried !== undefined && carried.problems.length > 0);
}

/** The lines of a reviewed report that hold a decision. @throws OperatorError when it cannot be read */
async function readReviewed(file: string): Promise<ReviewedLine[]> {
  try {
    return readReport(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof ReportFormatError)) throw fileError(file, 'read', error);
    throw new OperatorError(
      `${file} cannot be read as a reviewed report. ${error.message}`,
      'Begin with the file that --report wrote, and change nothing in it but the column “decision”.',
      { cause: error },
    );
  }
}
