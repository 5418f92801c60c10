import { ErpUniversity } from '#local/demo/erp-university.ts';
import type { LocalSystem } from '#local/local-system.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { pushedModels } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { type ExportState, readExportState } from '#shared/odoo/export/export-state.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import type { ErpAccess } from './options.ts';
import { withProgress } from './progress.ts';
import { callsPerRecords, stopwatch } from './report.ts';
import { measured, type Running, retryFailures } from './running.ts';
import { judge } from './verdict/judge.ts';

/** More runs of the export than any university needs: each reads for minutes. */
const mostRuns = 200;

/** The ERP could not be read; the message says why. */
export class ExportError extends Error {
  override name = 'ExportError';
}

/**
 * Connects an OpenEduCat, has everything exported that it holds, has the registrar of a simulated one change something,
 * and judges what is in Moodle.
 *
 * @returns whether every good record arrived, and an unchanged minute wrote nothing
 * @throws ExportError
 */
export async function pushFromErp(running: Running, erp: SimulatedOdoo | ErpAccess): Promise<boolean> {
  const { system, tally } = running;
  const took = stopwatch();
  const university = erp instanceof SimulatedOdoo ? enterUniversity(erp) : undefined;
  await system.connectErp(university ? accessOf(university.odoo) : (erp as ErpAccess));
  if (!university) console.log(`\nEverything is exported from ${erp.url}.`);
  await exportAll(running);
  await retryFailures(running);
  const { length } = await exportedItems(system);
  console.log(callsPerRecords(tally.callCounts().all, length, took()));
  const isQuiet = await showUnchanged(running);
  if (university) await showChanges(running, university);
  const records = await exportedItems(system);
  return (await judge(running, records, records)) && isQuiet;
}

function enterUniversity(odoo: SimulatedOdoo): ErpUniversity {
  const university = new ErpUniversity(odoo);
  const { size } = university.entered.ids;
  console.log(`\nThe registrar's OpenEduCat, simulated, is at ${odoo.url}. It holds ${size} records.`);
  return university;
}

function accessOf({ url, key, settings: { database, user } }: SimulatedOdoo): ErpAccess {
  return { url, database, user, key };
}

/** Waits until all has been pushed, and tells what the ERP lacks. */
async function exportAll(running: Running): Promise<void> {
  await withProgress(running.tally, async () => {
    let state = await exportOnce(running);
    for (let runs = 1; !isComplete(state); runs++) {
      if (state.last_error) throw new ExportError(`The ERP could not be read: ${state.last_error.message}`);
      if (runs > mostRuns) throw new ExportError('The export came to no end: see the log of erp-export.');
      state = await exportOnce(running);
    }
  });
  const { findings } = await exportState(running);
  for (const { message, advice } of findings) console.log(`  ${message} ${advice}`);
}

async function showUnchanged(running: Running): Promise<boolean> {
  const { result, took } = await measured(running, () => exportOnce(running));
  const { calls, written } = result.last_run ?? {};
  console.log(
    `A minute in which nothing changes (${took}): ${calls} calls of Odoo, ${written} records written.`,
  );
  return written === 0;
}

/** Has the registrar do one thing after another, and shows what each costs in Moodle. */
async function showChanges(running: Running, university: ErpUniversity): Promise<void> {
  console.log('\nThe registrar changes something in the ERP:');
  for (const { title, make } of university.changes()) {
    const { result, took, calls } = await measured(running, () => {
      make();
      return exportOnce(running);
    });
    console.log(`  ${title} (${took}): ${result.last_run?.written} records exported; in Moodle ${calls}`);
  }
}

/** The ERP's records as the export has written them. */
async function exportedItems({ cloud }: LocalSystem): Promise<RecordItem[]> {
  const records = recordsStore(cloud.clients.dynamodb, cloud.resource('RecordsTableName'));
  const items: RecordItem[] = [];
  for (const model of pushedModels) {
    for await (const page of eachPage((after) => records.page(model, { after })))
      items.push(...(page.items as RecordItem[]));
  }
  return items;
}

/** One run of the export, as each minute, and all that comes of it. */
async function exportOnce(running: Running): Promise<ExportState> {
  await running.system.cloud.invoke('erp-export', { task: 'changes' });
  await running.system.settle();
  return exportState(running);
}

function isComplete({ models }: ExportState): boolean {
  const states = Object.values(models);
  return states.length > 0 && states.every(({ status }) => status !== 'reading');
}

function exportState({ system: { cloud } }: Running): Promise<ExportState> {
  return readExportState(erpStates(cloud.clients.dynamodb, cloud.resource('ErpStateTableName')));
}
