import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { noteAction } from '#cli/note-action.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import { fileError, writePrivateFile } from '#cli/output/private-file.ts';
import { withProgress } from '#cli/output/progress.ts';
import { type Survey, survey } from '#shared/operate/adoption/adoption.ts';
import type { Pair } from '#shared/operate/adoption/apply.ts';
import { type Carried, carryOut, pairsOf } from '#shared/operate/adoption/carry-out.ts';
import {
  type Decision,
  type Refused,
  type ReviewedLine,
  review,
  weighed,
} from '#shared/operate/adoption/decisions.ts';
import { ReportFormatError, readReport, reportCsv } from '#shared/operate/adoption/report-csv.ts';
import type { Row } from '#shared/operate/adoption/rows.ts';
import { askAbout } from './ask.ts';
import { keepDecision } from './keep.ts';
import { answering, type OpenMoodle, openMoodle } from './open-moodle.ts';
import { type AdoptionData, adoptionData, adoptionText, type Shown } from './show.ts';

export interface AdoptOptions {
  instance: string;
  report?: string;
  apply?: boolean;
  from?: string;
  details?: boolean;
}

/** Looks, decides and, where told to, applies. */
export async function adopt(
  context: CommandContext,
  options: AdoptOptions,
): Promise<CommandResult<AdoptionData>> {
  const { from, report, apply = false } = options;
  if (from !== undefined && report !== undefined && resolve(from) === resolve(report)) {
    throw usageError(
      '--report would overwrite the report that is read with --from.',
      'Name another file with --report.',
    );
  }
  const lines = from === undefined ? [] : await readReviewed(from);
  const deployment = await context.deployment();
  const looked = await look(deployment, options.instance);
  const { moodle, before } = looked;
  const { instance } = moodle;
  const kept = await moodle.kept.list(instance.id);
  // Before anything is changed: it may turn out that the file cannot be written.
  if (report !== undefined) await writePrivateFile(report, reportCsv(before.rows, kept));
  const { said, refused: overtaken } = weighed(lines, kept);
  const reviewed = review(said, before);
  const { decisions, settled } = reviewed;
  if (apply && context.isInteractive && from === undefined) {
    const asked = await askAbout(before, reviewed, async (row, decision) => {
      const own = await keepDecision(deployment, moodle.instance, row, decision, kept);
      if (own) kept.push(own);
      else console.error(`Somebody else has decided about ${row.idnumber}: that counts the next time.`);
      return own !== undefined;
    });
    for (const [row, decision] of asked) decisions.set(row, decision);
  }
  const decided = new Set([...decisions.keys()].map(({ idnumber }) => idnumber));
  const refused = [...overtaken, ...reviewed.refused].filter(
    ({ said: { idnumber } }) => !decided.has(idnumber),
  );
  const carried = apply ? await change(deployment, looked, decisions, refused) : undefined;
  if (carried) {
    const done = new Set([...carried.decided, ...settled.map(({ idnumber }) => idnumber)]);
    for (const each of kept) if (done.has(each.idnumber)) await moodle.kept.forget(instance.id, each);
  }
  const rows = carried?.rows ?? before.rows;
  if (report !== undefined && carried)
    await writePrivateFile(report, reportCsv(rows, await moodle.kept.list(instance.id)));
  const { lastAccountId } = before;
  const shown: Shown = { instance, rows, kept, decisions, refused, carried, lastAccountId, report };
  return {
    data: adoptionData(shown, options),
    text: adoptionText(shown, options),
    isBad: needsSomebody(rows, refused, carried),
  };
}

/** A Moodle, and how it stands beside the records. */
export interface Looked {
  moodle: OpenMoodle;
  before: Survey;
}

/** Makes no writing call. @throws OperatorError */
export async function look(deployment: Deployment, id: string): Promise<Looked> {
  const moodle = await openMoodle(deployment, id);
  const { instance, client, tokenUser, stores } = moodle;
  const before = await withProgress('records and things in Moodle', (progress) => {
    const parts = new Map<string, { done: number; total: number }>();
    const reading = survey(instance, client, tokenUser, stores, (what, done, total) => {
      parts.set(what, { done, total });
      const all = [...parts.values()];
      const sum = (of: 'done' | 'total') => all.reduce((sofar, part) => sofar + part[of], 0);
      progress.update(sum('done'), sum('total'));
    });
    return answering(instance, 'Nothing has been changed.', reading);
  });
  return { moodle, before };
}

async function change(
  deployment: Deployment,
  { moodle, before }: Looked,
  decisions: ReadonlyMap<Row, Decision>,
  refused: readonly Refused[],
): Promise<Carried> {
  const { instance, client, tokenUser, stores, brake, clock } = moodle;
  const planned = plannedOf(before, decisions, refused);
  const others = [...decisions].filter(([, decision]) => typeof decision === 'string');
  const records = [...planned.map(({ row }) => row), ...others.map(([row]) => row)];
  const idnumbers = records.map(({ idnumber }) => idnumber);
  if (idnumbers.length > 0) await noteAction(deployment, 'adopt', new Map([[instance.id, idnumbers]]));
  const ports = { instance, client, tokenUser, mappings: stores.mappings, brake, clock };
  return withProgress('records', (progress) => {
    const changing = carryOut(before, decisions, objectedIn(refused), ports, (done, total) =>
      progress.update(done, total),
    );
    return answering(instance, 'What was adopted until then is noted: run it again to go on.', changing);
  });
}

/** What applying begins with; what it finds out in doing so comes to it. */
export function plannedOf(
  { rows, observed }: Survey,
  decisions: ReadonlyMap<Row, Decision>,
  refused: readonly Refused[],
): (Pair & { row: Row })[] {
  const ofRecord = new Map([...decisions].map(([row, decision]) => [row.idnumber, decision]));
  return pairsOf(rows, observed, ofRecord, objectedIn(refused));
}

const objectedIn = (refused: readonly Refused[]) => new Set(refused.map(({ said }) => said.idnumber));

function needsSomebody(
  rows: readonly Row[],
  refused: readonly Refused[],
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
