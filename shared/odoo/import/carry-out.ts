import { mayUse, type Operation } from '#shared/odoo/calls/access.ts';
import type { Outcome, Values } from '#shared/odoo/calls/write.ts';
import {
  NotOdooError,
  OdooAccessError,
  OdooAnswerError,
  type OdooError,
  OdooMissingFieldError,
  OdooUnavailableError,
  orOdooError,
} from '#shared/odoo/client/errors.ts';
import { failureOfOdoo, hiddenRecord, isErpFailure } from './failures.ts';
import { findingKey } from './import-state.ts';
import type { ImportItem, Synced } from './item.ts';
import type { ImportedModel } from './models.ts';
import type { ImportRun } from './run.ts';

/** A record that is to be made, with its values in the ERP's names and ids. */
export interface Creation {
  item: ImportItem;
  values: Values;
  /** Those of the values by which it is told later whether somebody has edited it. */
  compared: Values;
}

/** A record of the ERP's that is to be changed or deleted. */
export interface Alteration {
  item: ImportItem;
  erpId: number;
  /** What it is to hold; of a deletion none. */
  values: Values;
  /** What it holds now of these. */
  held: Values;
}

/** Makes records in the ERP, in as few calls as it allows. @param syncedOf what is taken down of one that was made */
export async function createInErp(
  model: ImportedModel,
  creations: readonly Creation[],
  run: ImportRun,
  syncedOf: (created: Creation & { erpId: number }) => Synced,
): Promise<void> {
  const mine = await claimed(creations, run, 'create');
  if (mine.length === 0) return;
  const outcomes = await run.erp.writer.create(
    model,
    mine.map(({ values }) => values),
  );
  await takeDown(model, 'create', mine, outcomes, run, (creation, erpId) => syncedOf({ ...creation, erpId }));
}

/** Changes records in the ERP. */
export async function writeInErp(
  model: ImportedModel,
  alterations: readonly Alteration[],
  run: ImportRun,
  syncedOf: (alteration: Alteration) => Synced,
): Promise<void> {
  const mine = await claimed(alterations, run, 'write');
  if (mine.length === 0) return;
  const outcomes = await run.erp.writer.write(
    model,
    mine.map(({ erpId, values }) => ({ id: erpId, values })),
  );
  await takeDown(model, 'write', mine, outcomes, run, syncedOf);
}

/** Deletes records in the ERP. */
export async function deleteInErp(
  model: ImportedModel,
  alterations: readonly Alteration[],
  run: ImportRun,
): Promise<void> {
  const mine = await claimed(alterations, run, 'unlink');
  if (mine.length === 0) return;
  const outcomes = await run.erp.writer.unlink(
    model,
    mine.map(({ erpId }) => erpId),
  );
  await takeDown(model, 'unlink', mine, outcomes, run, () => ({ result: 'deleted' }));
}

/** Claims records for what is about to be done; once the ERP has failed in this run, nothing more is begun. */
async function claimed<Step extends Creation | Alteration>(
  steps: readonly Step[],
  run: ImportRun,
  doing: 'create' | 'write' | 'unlink',
): Promise<Step[]> {
  if (run.failure) {
    await run.allFailed(
      steps.map(({ item }) => item),
      run.failure,
    );
    return [];
  }
  const stepOf = new Map(steps.map((step) => [step.item, step]));
  const items = await run.claim([...stepOf.keys()], (item) => {
    const step = stepOf.get(item)!;
    return {
      claim: { until: run.claimUntil(), doing, values: 'compared' in step ? step.compared : step.values },
      // What an earlier claim may have left there was looked at: from here on it is what the ERP holds.
      written: 'held' in step ? step.held : undefined,
    };
  });
  return items.map((item) => stepOf.get(item)!);
}

async function takeDown<Step extends { item: ImportItem }, Value>(
  model: ImportedModel,
  operation: Operation,
  steps: readonly Step[],
  outcomes: readonly Outcome<Value>[],
  run: ImportRun,
  syncedOf: (step: Step, value: Value) => Synced,
): Promise<void> {
  const done: [ImportItem, Synced][] = [];
  let hasRight: boolean | undefined;
  for (const [index, step] of steps.entries()) {
    const { value, error } = outcomes[index]!;
    if (error === undefined) {
      done.push([step.item, syncedOf(step, value as Value)]);
      continue;
    }
    // Where it cannot be asked, the error is taken as one of the model.
    if (error instanceof OdooAccessError)
      hasRight ??= (await orOdooError(mayUse(run.erp.client, model, operation))) === true;
    const isHidden = error instanceof OdooAccessError && hasRight === true;
    if (error instanceof OdooAccessError && !isHidden) noRight(model, operation, run);
    await run.failed(step.item, isHidden ? hiddenRecord(error) : noted(error, model, run), {
      didNothing: isKnownToHaveFailed(error),
    });
  }
  if (done.length > 0) run.resolved.add(findingKey({ code: 'no-right', model }));
  await run.synced(done);
}

/** Odoo rolls a call back that it refuses; only without an answer of its own it may have been carried out. */
function isKnownToHaveFailed(error: OdooError): boolean {
  if (error instanceof OdooUnavailableError) return error.kind === 'busy';
  return !(error instanceof NotOdooError || error instanceof OdooAnswerError);
}

function noted(error: OdooError, model: ImportedModel, run: ImportRun) {
  const failure = failureOfOdoo(error);
  if (isErpFailure(error)) run.failure = failure;
  if (error instanceof OdooMissingFieldError) run.erp.fields.forget(model);
  return failure;
}

function noRight(model: ImportedModel, operation: Operation, run: ImportRun): void {
  run.found({
    code: 'no-right',
    model,
    reason: `The user of the key may not do ${operation} on ${model}, so its records from Moodle wait.`,
    advice: 'Give it the access rights that docs/openeducat-setup.md lists.',
  });
}
