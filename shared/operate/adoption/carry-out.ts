import { isToBeConfirmed } from '#shared/moodle/accounts/account-records.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { observedKey, type Survey, surveyStructure } from './adoption.ts';
import { type ApplyPorts, adoptPairs, noteDecisions, overtaken, type Pair } from './apply.ts';
import type { Decision } from './decisions.ts';
import type { Desired } from './kinds.ts';
import type { Row } from './rows.ts';

/** Something that was to be adopted and could not be. */
export interface AdoptionProblem {
  idnumber: string;
  /** As sentences. */
  problem: string;
}

/** What applying has done. */
export interface Carried {
  /** How everything stands now. */
  rows: Row[];
  adopted: number;
  problems: AdoptionProblem[];
  /** Idnumbers of the records of which it was decided, and that is carried out. */
  decided: string[];
}

/**
 * What rows are to be adopted as: what was decided, else what is certain.
 *
 * @param objected see {@link carryOut}
 */
export function pairsOf(
  rows: readonly Row[],
  observed: Survey['observed'],
  decisions: ReadonlyMap<string, Decision>,
  objected: ReadonlySet<string>,
): (Pair & { row: Row })[] {
  return rows.flatMap((row) => {
    const { verdict, desired, candidates, kind, idnumber } = row;
    if (!desired || (verdict === 'adopted' && !isToBeConfirmed(desired.mapping))) return [];
    if (objected.has(idnumber)) return [];
    const decision = decisions.get(idnumber);
    const certain = decision === undefined && verdict === 'certain' ? candidates[0] : undefined;
    const chosen = typeof decision === 'object' ? observed.get(observedKey(kind, decision.match)) : certain;
    return chosen ? [{ row, desired, observed: chosen }] : [];
  });
}

/**
 * Adopts what is certain and what was decided, and notes the other decisions. What nobody has decided is noted as
 * such, so that no push does it instead.
 *
 * @param objected idnumbers of records about which a line says something that cannot be carried out: whoever wrote it
 *   did not mean what is certain otherwise
 */
export async function carryOut(
  before: Survey,
  decisions: ReadonlyMap<Row, Decision>,
  objected: ReadonlySet<string>,
  ports: ApplyPorts,
  onProgress: (done: number, total: number) => void,
): Promise<Carried> {
  const carried: Carried = { rows: before.rows, adopted: 0, problems: [], decided: [] };
  const decided = new Map([...decisions].map(([row, decision]) => [row.idnumber, decision]));
  const observed = new Map(before.observed);
  const tried = new Set<string>();
  let { desired } = before;
  // What a person has decided about a category or course may tell something new of what lies in it.
  const isTelling = ({ kind, idnumber }: Desired) =>
    (kind === 'category' || kind === 'course') && decided.has(idnumber);
  while ((await adoptOnce()).some(isTelling)) await lookAgain();
  await note();
  return carried;

  /** Adopts what can be, each record once. @returns what was adopted */
  async function adoptOnce(): Promise<Desired[]> {
    const all = pairsOf(carried.rows, observed, decided, objected);
    const pairs = all.filter(({ desired: { idnumber } }) => !tried.has(idnumber));
    for (const pair of pairs) tried.add(pair.desired.idnumber);
    const found = new Map(pairs.map((pair) => [pair.desired.idnumber, pair.observed]));
    const done: Desired[] = [];
    const known = new Map<string, Desired>();
    for (const [record, outcome] of await adoptPairs(pairs, ports, onProgress)) {
      const { idnumber } = record;
      const now = outcome.mapping ? { ...record, mapping: outcome.mapping } : record;
      known.set(idnumber, now);
      if (!('problem' in outcome)) done.push(now);
      else {
        carried.problems.push({ idnumber, problem: outcome.problem });
        found.delete(idnumber);
      }
    }
    carried.adopted += done.length;
    const newest = (record: Desired) => known.get(record.idnumber) ?? record;
    desired = desired.map(newest);
    carried.rows = carried.rows.map((row): Row => {
      if (!row.desired || !known.has(row.idnumber)) return row;
      const counterpart = found.get(row.idnumber);
      const adopted = { verdict: 'adopted', candidates: [counterpart!], evidence: '' } as const;
      return { ...row, desired: newest(row.desired), ...(counterpart && adopted) } as Row;
    });
    return done;
  }

  async function lookAgain(): Promise<void> {
    const structure = await surveyStructure(ports.instance, ports.client, desired, () => {});
    for (const each of structure.observed) observed.set(observedKey(each.kind, each.id), each);
    const others = carried.rows.filter(({ kind, verdict }) => kind === 'account' || verdict === 'invalid');
    carried.rows = [...structure.rows, ...others];
  }

  /** Notes of everything that was not adopted what has been decided, or that nothing has. */
  async function note(): Promise<void> {
    const notes = carried.rows.flatMap((row) =>
      row.desired && row.verdict !== 'adopted'
        ? [{ desired: row.desired, adoption: adoptionOf(row, row.desired) }]
        : [],
    );
    for (const { idnumber } of await noteDecisions(notes, ports))
      carried.problems.push({ idnumber, problem: overtaken });
    const failed = new Set(carried.problems.map(({ idnumber }) => idnumber));
    carried.decided = carried.rows.flatMap(({ idnumber, verdict }) => {
      const decision = decided.get(idnumber);
      const isDone = typeof decision === 'string' ? !failed.has(idnumber) : verdict === 'adopted';
      return decision !== undefined && isDone ? idnumber : [];
    });
    carried.rows = carried.rows.map((row) => decidedRow(row, decided.get(row.idnumber)));
  }

  function adoptionOf({ idnumber, verdict }: Row, { mapping }: Desired): Mapping['adoption'] {
    const decision = decided.get(idnumber);
    if (decision === 'skip') return 'skipped';
    if (decision === 'new' || mapping?.adoption === 'new') return 'new';
    const isOpen = verdict === 'ambiguous' || (verdict === 'certain' && objected.has(idnumber));
    // What could not be adopted just now is no less certain for it: a push does not get it wrong either.
    return isOpen ? (mapping?.adoption ?? 'undecided') : undefined;
  }
}

function decidedRow(row: Row, decision: Decision | undefined): Row {
  if (row.verdict === 'adopted') return row;
  if (decision === 'new')
    return { ...row, verdict: 'only_in_oec', candidates: [], evidence: 'decided to be new' };
  if (decision === 'skip') return { ...row, verdict: 'ambiguous', evidence: `set aside: ${row.evidence}` };
  return row;
}
