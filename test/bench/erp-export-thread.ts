import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { workerData } from 'node:worker_threads';
import { modelsToExport } from '#shared/odoo/calls/erp-models.ts';
import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { OdooClient, type OdooClientOptions } from '#shared/odoo/client/client.ts';
import { begun, changeExportState, type ExportState } from '#shared/odoo/export/export-state.ts';
import type { ExportPorts } from '#shared/odoo/export/ports.ts';
import { overlapSeconds } from '#shared/odoo/export/read-changes.ts';
import { runExport } from '#shared/odoo/export/run-export.ts';
import { documentClient } from '#shared/store/documents.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { exportedRecords } from '#shared/store/erp/exported-records.ts';
import { importedRecordsIn } from '#shared/store/erp/imported-records.ts';
import type { Log } from '#shared/sync/ports.ts';
import { benchSettings } from './tables.ts';

/** What the thread of erp-export.ts is given. */
export type ExportBench = {
  endpoint: string;
  erp: OdooClientOptions;
  /** How many records the ERP has. */
  records: number;
};

const bench = workerData as ExportBench;
const minute = 60_000;
/** After so many pages a run has no more time, as on Lambda. */
const pagesOfRun = 20;

let offset = minute;
let pagesLeft = Number.POSITIVE_INFINITY;
const clock = { now: () => Date.now() + offset, sleep: async () => {} };
const silent: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (message, more) => console.error(message, more),
};
const documents = documentClient(benchSettings(bench.endpoint));
const client = new OdooClient(bench.erp);
const states = erpStates(documents, 'state');
const counts = { read: 0, written: 0, deleted: 0 };
const ports: ExportPorts = {
  client,
  fields: new ModelFields(client),
  source: 'bench',
  records: exportedRecords(documents, 'records'),
  imported: importedRecordsIn(erpMappingsStore(documents, 'erp-mappings')),
  states,
  models: modelsToExport([]),
  wanted: new Map(),
  clock,
  log: silent,
  hasTime: () => pagesLeft-- > 0,
  pageSize: 1_000,
  counts,
};

let runs = 0;
const first = await measured(async () => {
  for (let isComplete = false; !isComplete; runs++) {
    pagesLeft = pagesOfRun;
    const { models } = await run(false);
    isComplete = Object.values(models).every(({ status }) => status === 'complete');
    offset += minute;
  }
});
report(`first export, ${runs} runs`, first);
requireThat(first.written === bench.records, `${first.written} of ${bench.records} records were written.`);

pagesLeft = Number.POSITIVE_INFINITY;
offset += overlapSeconds * 1_000;
const unchanged = await measured(() => run(false));
report('a minute without a change', unchanged);
requireThat(unchanged.calls <= 2 * ports.models.length, 'It may cost two calls a model.');
requireThat(unchanged.written === 0 && unchanged.rows === 0, 'Nothing has changed, yet something was done.');

const compared = await measured(() => run(true));
report('comparison of all', compared);
requireThat(compared.written + compared.deleted === 0, 'Nothing has changed, yet something was written.');
documents.destroy();

/** One run, as the function makes it. */
async function run(isComparing: boolean): Promise<ExportState> {
  const request = { holder: 'bench', milliseconds: minute, isComparing };
  const { after } = await changeExportState(states, (state) => begun(state, request, clock.now()));
  return runExport(after, ports);
}

interface Measured {
  seconds: number;
  calls: number;
  rows: number;
  written: number;
  deleted: number;
  /** The most that the heap of the export held, in bytes; the programme itself takes some 30 MB of it. */
  heap: number;
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  let heap = usedHeap();
  const look = setInterval(() => {
    heap = Math.max(heap, usedHeap());
  }, 20);
  const before = { ...counts, calls: client.statistics.calls };
  const start = performance.now();
  await work();
  clearInterval(look);
  return {
    seconds: (performance.now() - start) / 1_000,
    calls: client.statistics.calls - before.calls,
    rows: counts.read - before.read,
    written: counts.written - before.written,
    deleted: counts.deleted - before.deleted,
    heap,
  };
}

function usedHeap(): number {
  return getHeapStatistics().used_heap_size;
}

function report(what: string, { seconds, calls, rows, written, heap }: Measured): void {
  const megabytes = Math.round(heap / 1024 / 1024);
  console.log(
    `${what.padEnd(28)} ${seconds.toFixed(1).padStart(7)} s  ${String(calls).padStart(5)} calls of the ERP  ${String(rows).padStart(7)} rows  ${String(written).padStart(7)} written  heap at most ${megabytes} MB`,
  );
}

function requireThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
