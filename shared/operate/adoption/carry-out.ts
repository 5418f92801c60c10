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
  const carrying = new CarryingOut(before, decisions, objected, ports);
  for (;;) {
    const isTold = await carrying.adopt(onProgress);
    if (!isTold) break;
    await carrying.lookAgain();
  }
  await carrying.note();
  return carrying.carried;
}

class CarryingOut {
  readonly carried: Carried;
  readonly #decisions: ReadonlyMap<string, Decision>;
  readonly #objected: ReadonlySet<string>;
  readonly #ports: ApplyPorts;
  readonly #observed: Survey['observed'];
  readonly #tried = new Set<string>();
  #desired: Desired[];

  constructor(
    before: Survey,
    decisions: ReadonlyMap<Row, Decision>,
    objected: ReadonlySet<string>,
    ports: ApplyPorts,
  ) {
    this.carried = { rows: before.rows, adopted: 0, problems: [], decided: [] };
    this.#decisions = new Map([...decisions].map(([row, decision]) => [row.idnumber, decision]));
    this.#objected = objected;
    this.#ports = ports;
    this.#observed = new Map(before.observed);
    this.#desired = before.desired;
  }

  /**
   * Adopts what can be, each record once.
   *
   * @returns whether a person's decision on a category or course may tell something new of what lies in it
   */
  async adopt(onProgress: (done: number, total: number) => void): Promise<boolean> {
    const chosenNow = pairsOf(this.carried.rows, this.#observed, this.#decisions, this.#objected);
    const pairs = chosenNow.filter(({ desired }) => !this.#tried.has(desired.idnumber));
    for (const { desired } of pairs) this.#tried.add(desired.idnumber);
    const chosen = new Map(pairs.map(({ desired, observed }) => [desired, observed]));
    const done = new Map<string, Pair>();
    const known = new Map<string, Desired>();
    for (const [desired, outcome] of await adoptPairs(pairs, this.#ports, onProgress)) {
      const { idnumber } = desired;
      const now = outcome.mapping ? { ...desired, mapping: outcome.mapping } : desired;
      known.set(idnumber, now);
      if ('problem' in outcome) this.carried.problems.push({ idnumber, problem: outcome.problem });
      else done.set(idnumber, { desired: now, observed: chosen.get(desired)! });
    }
    this.carried.adopted += done.size;
    this.#desired = this.#desired.map((desired) => known.get(desired.idnumber) ?? desired);
    this.carried.rows = this.carried.rows.map((row) =>
      adoptedRow({ ...row, desired: known.get(row.idnumber) ?? row.desired }, done.get(row.idnumber)),
    );
    return [...done.values()].some(
      ({ desired: { kind, idnumber } }) =>
        (kind === 'category' || kind === 'course') && this.#decisions.has(idnumber),
    );
  }

  async lookAgain(): Promise<void> {
    const { instance, client } = this.#ports;
    const structure = await surveyStructure(instance, client, this.#desired, () => {});
    for (const each of structure.observed) this.#observed.set(observedKey(each.kind, each.id), each);
    const others = this.carried.rows.filter(
      ({ kind, verdict }) => kind === 'account' || verdict === 'invalid',
    );
    this.carried.rows = [...structure.rows, ...others];
  }

  /** Notes of everything that was not adopted what has been decided, or that nothing has. */
  async note(): Promise<void> {
    const notes = this.carried.rows.flatMap(({ desired, verdict }) =>
      desired && verdict !== 'adopted' ? [{ desired, adoption: this.#adoptionOf(desired, verdict) }] : [],
    );
    for (const { idnumber } of await noteDecisions(notes, this.#ports))
      this.carried.problems.push({ idnumber, problem: overtaken });
    const failed = new Set(this.carried.problems.map(({ idnumber }) => idnumber));
    for (const { idnumber, verdict } of this.carried.rows) {
      const decision = this.#decisions.get(idnumber);
      const isDone = typeof decision === 'string' ? !failed.has(idnumber) : verdict === 'adopted';
      if (decision !== undefined && isDone) this.carried.decided.push(idnumber);
    }
    this.carried.rows = this.carried.rows.map((row) => decidedRow(row, this.#decisions.get(row.idnumber)));
  }

  #adoptionOf({ idnumber, mapping }: Desired, verdict: Row['verdict']): Mapping['adoption'] {
    const decision = this.#decisions.get(idnumber);
    if (decision === 'new') return 'new';
    if (decision === 'skip') return 'skipped';
    if (mapping?.adoption === 'new') return 'new';
    const isOpen = verdict === 'ambiguous' || (verdict === 'certain' && this.#objected.has(idnumber));
    if (isOpen) return mapping?.adoption ?? 'undecided';
    // What could not be adopted just now is no less certain for it: a push does not get it wrong either.
    return undefined;
  }
}

function adoptedRow(row: Row, pair: Pair | undefined): Row {
  if (!pair) return row;
  return { ...row, verdict: 'adopted', candidates: [pair.observed], evidence: '', desired: pair.desired };
}

function decidedRow(row: Row, decision: Decision | undefined): Row {
  if (row.verdict === 'adopted') return row;
  if (decision === 'new')
    return { ...row, verdict: 'only_in_oec', candidates: [], evidence: 'decided to be new' };
  if (decision === 'skip') return { ...row, verdict: 'ambiguous', evidence: `set aside: ${row.evidence}` };
  return row;
}
