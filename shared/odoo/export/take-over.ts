import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { OdooRow } from '#shared/odoo/calls/read.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { asImported } from './imported.ts';
import { isAnother, isFromMoodle, judge, type Verdict } from './judge.ts';
import { type ModelState, named } from './model-state.ts';
import type { ExportPorts } from './ports.ts';

/** What came of rows: the ids of those records that were not taken over. */
export interface Taken {
  older: string[];
  replaced: string[];
  unstorable: string[];
}

/** The records of the ERP are not those of the table: it is another database. */
export class AnotherDatabaseError extends Error {
  override name = 'AnotherDatabaseError';

  constructor(model: PushedModel) {
    super(
      `Most records of ${model} are others than those in the records table, under the same ids: this is another ` +
        'database. Nothing is taken over from it. Connect the right one, or say that its records count.',
    );
  }
}

/** Nobody but the export and the pulls writes records, and each of them once: more tries than that mean something else. */
const mostTries = 5;
/** Writes at a time. */
const lanes = 20;

type Tally = Record<Verdict | 'unstorable', string[]>;

/**
 * Takes rows of the ERP over into the records table: what is new or differs is written, all else left alone.
 *
 * @param options.isAccepted the operator's word: a row counts whatever its dates
 * @param options.isWhole whether the rows are all that the ERP has in their range of ids; then most of them being
 *   others than the table's means that it is another database, and none is taken over
 * @throws AnotherDatabaseError
 */
export async function takeOver(
  model: PushedModel,
  rows: readonly OdooRow[],
  { isAccepted, isWhole }: { isAccepted: boolean; isWhole: boolean },
  ports: ExportPorts,
): Promise<Taken> {
  const { items, pulled } = await asImported(model, rows, ports);
  ports.counts.read += rows.length;
  const ids = [...items, ...pulled].map(({ id }) => id);
  const before = await ports.records.getMany(model, ids);
  if (isWhole && !isAccepted) requireSameDatabase(model, items, before);
  const tally: Tally = { new: [], changed: [], same: [], older: [], replaced: [], unstorable: [] };
  await inLanes([...items, ...pulled], { lanes }, async (item) => {
    tally[await takeOne(item, before.get(item.id), isAccepted, ports)].push(item.id);
  });
  return { older: tally.older, replaced: tally.replaced, unstorable: tally.unstorable };
}

/** The state of a model with what was not taken over; the very same object where that is known. */
export function withTaken(state: ModelState, taken: Taken): ModelState {
  const next = {
    older: named(taken.older, state.older),
    replaced: named(taken.replaced, state.replaced),
    unstorable: named(taken.unstorable, state.unstorable),
  };
  const isKnown =
    next.older === state.older && next.replaced === state.replaced && next.unstorable === state.unstorable;
  return isKnown ? state : { ...state, ...next };
}

/** Whether so many are others that it cannot be the table's ERP. */
export function isAnotherDatabase(replaced: number, known: number): boolean {
  return replaced * 2 > known;
}

function requireSameDatabase(
  model: PushedModel,
  items: readonly RecordItem[],
  before: ReadonlyMap<string, RecordItem>,
): void {
  const known = items.filter(({ id }) => before.has(id));
  const others = known.filter((item) => isAnother(before.get(item.id)!, item));
  if (isAnotherDatabase(others.length, known.length)) throw new AnotherDatabaseError(model);
}

/** Writes one record if it is to be written. Where somebody else was first, it is looked at once more. */
async function takeOne(
  row: RecordItem,
  read: RecordItem | undefined,
  isAccepted: boolean,
  { records, counts }: ExportPorts,
): Promise<keyof Tally> {
  const model = row.model as PushedModel;
  let before = read;
  for (let tries = 0; tries < mostTries; tries++) {
    const { verdict, item } = judge(before, row, isAccepted);
    if (verdict === 'older' && isFromMoodle(before)) return 'same';
    if (verdict !== 'new' && verdict !== 'changed') return verdict;
    if (records.unstorable(item) !== undefined) return 'unstorable';
    if (await records.put(item, before)) {
      counts.written += 1;
      return verdict;
    }
    before = (await records.getMany(model, [row.id])).get(row.id);
  }
  throw new Error(`${model} ${row.id} could not be written: it changed all the time.`);
}
