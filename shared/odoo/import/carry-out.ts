import { mayUse, type Operation } from '#shared/odoo/calls/access.ts';
import type { OdooWriter, Outcome, Values } from '#shared/odoo/calls/write.ts';
import {
  NotOdooError,
  OdooAccessError,
  OdooAnswerError,
  type OdooError,
  OdooMissingFieldError,
  OdooUnavailableError,
  orOdooError,
} from '#shared/odoo/client/errors.ts';
import { hiddenRecord } from './failures.ts';
import { findingKey } from './import-state.ts';
import type { ImportItem, Synced } from './item.ts';
import type { ImportedModel } from './models.ts';
import type { ImportRun } from './run.ts';

/** A record that is to be made, changed or deleted in the ERP. */
export interface Step {
  item: ImportItem;
  /** The record's id in the ERP; none where it is to be made. */
  erpId?: number;
  /** What it is to hold, in the ERP's names and ids; of a deletion nothing. */
  values: Values;
  /** Those of the values by which it is told later whether somebody has edited it; all unless given. */
  compared?: Values;
  /** What it holds now of these, where it is there. */
  held?: Values;
}

type Doing = Exclude<Operation, 'read'>;

const calls: Record<
  Doing,
  (model: string, steps: readonly Step[], writer: OdooWriter) => Promise<Outcome<number | true>[]>
> = {
  create: (model, steps, writer) =>
    writer.create(
      model,
      steps.map(({ values }) => values),
    ),
  write: (model, steps, writer) =>
    writer.write(
      model,
      steps.map(({ erpId, values }) => ({ id: erpId!, values })),
    ),
  unlink: (model, steps, writer) =>
    writer.unlink(
      model,
      steps.map(({ erpId }) => erpId!),
    ),
};

/**
 * Makes, changes or deletes records in the ERP, in as few calls as it allows.
 *
 * @param syncedOf what is taken down of one for which that is done, by its id in the ERP
 */
export async function carryOut(
  doing: Doing,
  model: ImportedModel,
  steps: readonly Step[],
  run: ImportRun,
  syncedOf: (item: ImportItem, erpId: number) => Synced,
): Promise<void> {
  const mine = await claimed(steps, run, doing);
  if (mine.length === 0) return;
  const outcomes = await calls[doing](model, mine, run.erp.writer);
  await takeDown(model, doing, mine, outcomes, run, syncedOf);
}

/** Claims records for what is about to be done; once the ERP has failed in this run, nothing more is begun. */
async function claimed(steps: readonly Step[], run: ImportRun, doing: Doing): Promise<Step[]> {
  if (run.failure) {
    await run.allFailed(
      steps.map(({ item }) => item),
      run.failure,
    );
    return [];
  }
  const stepOf = new Map(steps.map((step) => [step.item, step]));
  const items = await run.claim([...stepOf.keys()], (item) => {
    const { values, compared = values, held } = stepOf.get(item)!;
    // What an earlier claim may have left there was looked at: from here on it is what the ERP holds.
    return { claim: { until: run.claimUntil(), doing, values: compared }, written: held };
  });
  return items.map((item) => stepOf.get(item)!);
}

async function takeDown(
  model: ImportedModel,
  operation: Doing,
  steps: readonly Step[],
  outcomes: readonly Outcome<number | true>[],
  run: ImportRun,
  syncedOf: (item: ImportItem, erpId: number) => Synced,
): Promise<void> {
  const done: [ImportItem, Synced][] = [];
  let hasRight: boolean | undefined;
  for (const [index, { item, erpId }] of steps.entries()) {
    const { value, error } = outcomes[index]!;
    if (error === undefined) {
      done.push([item, syncedOf(item, erpId ?? Number(value))]);
      continue;
    }
    // Where it cannot be asked, the error is taken as one of the model.
    if (error instanceof OdooAccessError)
      hasRight ??= (await orOdooError(mayUse(run.erp.client, model, operation))) === true;
    const isHidden = error instanceof OdooAccessError && hasRight === true;
    if (error instanceof OdooAccessError && !isHidden) noRight(model, operation, run);
    await run.failed(item, isHidden ? hiddenRecord(error) : noted(error, model, run), {
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
  if (error instanceof OdooMissingFieldError) run.erp.fields.forget(model);
  return run.met(error);
}

function noRight(model: ImportedModel, operation: Operation, run: ImportRun): void {
  run.found({
    code: 'no-right',
    model,
    reason: `The user of the key may not do ${operation} on ${model}, so its records from Moodle wait.`,
    advice: 'Give it the access rights that docs/openeducat-setup.md lists.',
  });
}
