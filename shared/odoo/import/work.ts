import type { MappingStatus } from '#shared/moodle/mappings/mapping.ts';
import { mayUse } from '#shared/odoo/calls/access.ts';
import { OdooError } from '#shared/odoo/client/errors.ts';
import { isFailureOfInstance } from '#shared/sync/failure.ts';
import type { Admission } from '#shared/sync/limits/breaker.ts';
import { spreadSeconds } from '#shared/sync/units/release.ts';
import { waitSeconds } from '#shared/sync/units/waits.ts';
import { failureOfOdoo } from './failures.ts';
import { importRecords } from './import-records.ts';
import { theErp } from './import-state.ts';
import type { ErpMapping } from './mapping.ts';
import { type ImportUnit, importedModels, importUnits } from './models.ts';
import type { Erp, ImportPorts } from './ports.ts';
import { type ImportAgain, ImportRun } from './run.ts';

/**
 * Works off a unit: asks the breaker, brings the records to the ERP, sends back what has to be tried again, hands over
 * what has failed for the last time, and releases what waited for any of it.
 *
 * @param isRedelivered whether a worker had the unit before and died or ran out of time
 * @returns what came of it, or undefined where the unit has to wait for the ERP
 */
export async function workImport(
  unit: ImportUnit,
  erp: Erp,
  ports: ImportPorts,
  isRedelivered: boolean,
): Promise<ImportRun | undefined> {
  const wait = await waitForErp(erp, ports);
  if (wait !== undefined) {
    await postpone(unit, wait, ports);
    return undefined;
  }
  const callsBefore = erp.client.statistics.calls;
  const run = new ImportRun(erp, ports, unit, isRedelivered);
  await importRecords(unit.model, unit.ids, run);
  const forgotten = run.forgotten();
  if (forgotten.length > 0) throw new Error(`Nothing was decided of ${forgotten.join(', ')}.`);
  // First of all: whatever becomes of the rest, the others have to know.
  if (run.failure) await ports.breaker.failed(theErp, run.failure);
  for (const row of run.exhausted) await ports.failures.send(row);
  for (const [delaySeconds, units] of unitsAgain(run.again)) await ports.later.send(units, delaySeconds);
  await releaseWaiting(run.recovered, ports);
  if (!run.failure && erp.client.statistics.calls > callsBefore) await noteAnswer(ports);
  if (run.findings.size + run.resolved.size > 0) {
    await ports.findings.note([...run.findings.values()], run.resolved);
  }
  report(unit, run);
  return run;
}

/** Undefined when the ERP may be called, else for how many seconds to wait. Probes if it is time. */
export async function waitForErp(erp: Erp, ports: ImportPorts): Promise<number | undefined> {
  const admission = await ports.breaker.admit(theErp);
  if (admission.kind === 'call') return undefined;
  if (admission.kind === 'wait') return admission.seconds;
  try {
    // Whatever it answers: it is there, and takes the key.
    await mayUse(erp.client, 'op.student', 'read');
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    await ports.breaker.failed(theErp, failureOfOdoo(error));
    return secondsOf(await ports.breaker.admit(theErp));
  }
  await noteAnswer(ports);
  return undefined;
}

function secondsOf(admission: Admission): number {
  return admission.kind === 'wait' ? admission.seconds : 0;
}

/** An ERP that is back gets what failed because it was away, gently. */
async function noteAnswer(ports: ImportPorts): Promise<void> {
  if (!(await ports.breaker.answered(theErp))) return;
  const rows = (await attention(ports, 'failed')).filter(({ failure }) => isFailureOfInstance(failure));
  for (const [position, unit] of importUnits(rows).entries()) {
    await ports.later.send([unit], Math.min(position * spreadSeconds, waitSeconds));
  }
  ports.log.info('Released what failed because the ERP was away', { records: rows.length });
}

/** Queues the records that wait for one of those that have arrived. @param arrived keys of records */
async function releaseWaiting(arrived: readonly string[], ports: ImportPorts): Promise<void> {
  if (arrived.length === 0) return;
  const waiting = (await attention(ports, 'waiting')).filter(({ failure }) =>
    failure?.waits_for?.some((key) => arrived.includes(key)),
  );
  await ports.later.send(importUnits(waiting), 0);
}

async function attention({ mappings }: ImportPorts, status: MappingStatus): Promise<ErpMapping[]> {
  const lists = await Promise.all(importedModels.map((model) => mappings.listAttention(model, status)));
  return lists.flat();
}

/** Waiting units come back one after another and not all at the same moment. */
const jitterSeconds = 30;

/** Sends a unit that cannot be tried now back for later. No record loses an attempt. */
export async function postpone(
  unit: ImportUnit,
  seconds: number,
  { later }: Pick<ImportPorts, 'later'>,
): Promise<void> {
  const delay = Math.min(seconds + Math.floor(Math.random() * jitterSeconds), waitSeconds);
  await later.send([unit], delay);
}

/** Records to try again as units: together what failed for the same class of reasons and waits equally long. */
function unitsAgain(again: readonly ImportAgain[]): Map<number, ImportUnit[]> {
  const groups = Map.groupBy(
    again,
    ({ delaySeconds, failureId, failureClass }) =>
      `${delaySeconds} ${failureClass} ${failureId === undefined}`,
  );
  const units = new Map<number, ImportUnit[]>();
  for (const group of groups.values()) {
    const { delaySeconds } = group[0]!;
    for (const unit of importUnits(group)) {
      const failures = group.flatMap(({ model, id, failureId }) =>
        failureId !== undefined && model === unit.model && unit.ids.includes(id) ? [failureId] : [],
      );
      const retry = { ...unit, ...(failures.length > 0 && { retry_of: failures }) };
      units.set(delaySeconds, [...(units.get(delaySeconds) ?? []), retry]);
    }
  }
  return units;
}

function report({ model, ids, retry_of }: ImportUnit, { outcomes, ports }: ImportRun): void {
  const counts: Record<string, number> = {};
  for (const [record, outcome] of outcomes) {
    counts[outcome.result] = (counts[outcome.result] ?? 0) + 1;
    if (outcome.result !== 'failed') continue;
    // Without the reason, which holds marks where the two sides differ: `erp failures list` has it.
    const { class: failure_class, code, field } = outcome.failure;
    ports.log.warn('Not imported', { record, failure_class, code, field });
  }
  ports.log.info('Unit worked off', { model, ids, outcomes: counts, retry: retry_of !== undefined });
}
