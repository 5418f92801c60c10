import { OdooError } from '#shared/odoo/client/errors.ts';
import { desiredHash, readDesired } from '#shared/odoo/import/desired/desired.ts';
import { isAsDesired, isNothing } from '#shared/odoo/import/observed/as-desired.ts';
import { hangsOnPulled, lookAtParents, parentsFromMoodle } from '#shared/odoo/import/observed/parents.ts';
import { isTimeFor } from '#shared/sync/units/attempts.ts';
import { parentMissing, parentUnknown } from './failures.ts';
import { importLines } from './import-lines.ts';
import { importMadeOnce } from './import-made-once.ts';
import { findingKey } from './import-state.ts';
import type { ImportItem } from './item.ts';
import { type ErpMapping, importKey, isClaimed } from './mapping.ts';
import { comesFromMoodle, type ImportedModel, kinds } from './models.ts';
import type { ImportRun } from './run.ts';

/**
 * Brings records of a model to the ERP, and before them what they hang on. What the ERP holds already costs no call.
 *
 * @param doubted ids of records that are not in the ERP where their rows say
 */
export async function importRecords(
  model: ImportedModel,
  ids: readonly string[],
  run: ImportRun,
  doubted: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const id of doubted) run.outcomes.delete(importKey({ model, id }));
  const fresh = [...new Set(ids)].filter((id) => !run.outcome({ model, id }));
  const items = await readItems(model, fresh, run);
  const due = await withoutUnchanged(items, run, doubted);
  const rest = await whileAnswering(run, due, async () => {
    if (await isPresent(model, run)) return withParents(due, run);
    for (const item of due) await run.left(item);
    return [];
  });
  if (rest.length === 0) return;
  await whileAnswering(run, rest, async () => {
    await (kinds[model].isMadeOnce ? importMadeOnce(model, rest, run) : importLines(model, rest, run));
    return rest;
  });
}

/**
 * Does something that calls the ERP for some records. When the ERP fails, those without an outcome have that failure,
 * and if no call would do better, nothing more is called in this run.
 */
async function whileAnswering(
  run: ImportRun,
  items: readonly ImportItem[],
  work: () => Promise<ImportItem[]>,
): Promise<ImportItem[]> {
  if (items.length === 0) return [];
  let { failure } = run;
  try {
    if (failure === undefined) return await work();
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    failure = run.met(error);
  }
  await run.allFailed(
    items.filter((item) => !run.outcome(item)),
    failure!,
  );
  return [];
}

/** Reads rows and records, and what each record asks for. */
async function readItems(
  model: ImportedModel,
  ids: readonly string[],
  run: ImportRun,
): Promise<ImportItem[]> {
  await run.load(model, ids);
  const items: ImportItem[] = [];
  for (const id of ids) {
    const record = run.record({ model, id });
    if (!record || !comesFromMoodle(record)) {
      await run.gone(model, id);
      continue;
    }
    const reading = readDesired(model, record);
    if ('failure' in reading) await run.failed({ model, id, record }, reading.failure);
    else items.push({ model, id, record, desired: reading.desired, hash: desiredHash(reading.desired) });
  }
  return items;
}

/** Leaves out what the ERP holds already, what somebody else is at, and what a retry is not for. */
async function withoutUnchanged(
  items: readonly ImportItem[],
  run: ImportRun,
  doubted: ReadonlySet<string>,
): Promise<ImportItem[]> {
  const parents = parentsFromMoodle(items.map(({ desired }) => desired));
  for (const [model, ids] of parents) await run.loadRows(model, ids);
  const due: ImportItem[] = [];
  for (const item of items) {
    const row = run.row(item);
    if (run.isOfOtherRetry(item)) continue;
    const parentRow = hangsOnPulled(item) ? run.row(item.desired.parent!) : undefined;
    if (!doubted.has(item.id) && isAsDesired(item, row, parentRow)) run.unchanged(item);
    else if (row && isClaimed(row, run.now)) run.later(item);
    else if (row?.failure && isNotItsTurn(item, row, run)) run.stillFailing(item, row.failure);
    else if (isNothing(item, row)) await run.synced([[item, { result: 'unchanged' }]]);
    else due.push(item);
  }
  return due;
}

/** Whether what is only pulled up has failed, and waits for its own next attempt or for a person. */
function isNotItsTurn(item: ImportItem, row: ErpMapping, run: ImportRun): boolean {
  if (run.isOfUnit(item) || row.attempted_hash !== item.hash) return false;
  return row.status !== 'waiting' && !isTimeFor(row, run.now);
}

/** Whether the ERP has the model; where it has not, the records wait in the table, and the operator is told. */
async function isPresent(model: ImportedModel, run: ImportRun): Promise<boolean> {
  const finding = { code: 'module-missing', model } as const;
  if (await run.reader.fieldsOf(model)) {
    run.resolved.add(findingKey(finding));
    return true;
  }
  run.found({
    ...finding,
    reason: `The ERP has no model ${model}, so its records from Moodle stay in the records table.`,
    advice: 'Install the OpenEduCat module that brings it (openeducat_exam, openeducat_attendance).',
  });
  return false;
}

/** Imports what the records hang on, and leaves out those whose parent is not in the ERP. */
async function withParents(items: readonly ImportItem[], run: ImportRun): Promise<ImportItem[]> {
  const parents = parentsFromMoodle(items.map(({ desired }) => desired));
  for (const [model, ids] of parents) await importRecords(model, ids, run);
  const arrived = await thoseWithParent(items, run);
  const lost = await lookAtParents(arrived, run);
  for (const [model, ids] of lost) await importRecords(model, [...ids], run, ids);
  if (lost.size === 0) return arrived.filter((item) => !run.outcome(item));
  const found = await thoseWithParent(
    arrived.filter((item) => !run.outcome(item)),
    run,
  );
  await lookAtParents(found, run);
  return found.filter(
    ({ desired }) => desired.parent === undefined || run.parents.has(importKey(desired.parent)),
  );
}

async function thoseWithParent(items: readonly ImportItem[], run: ImportRun): Promise<ImportItem[]> {
  const ready: ImportItem[] = [];
  for (const item of items) if (!hangsOnPulled(item) || (await hasParent(item, run))) ready.push(item);
  return ready;
}

async function hasParent(item: ImportItem, run: ImportRun): Promise<boolean> {
  const parent = item.desired.parent!;
  const row = run.row(parent);
  if (row?.status === 'synced' && row.erp_id !== undefined) return true;
  const outcome = run.outcome(parent);
  if (outcome?.result === 'left') await run.left(item);
  else if (outcome?.result === 'later') run.later(item);
  else if (run.failure) await run.failed(item, run.failure);
  else await run.failed(item, row?.failure ? parentMissing(row) : parentUnknown(importKey(parent)));
  return false;
}
