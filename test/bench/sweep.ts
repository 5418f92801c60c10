import { performance } from 'node:perf_hooks';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { pushedModels, sweptModels } from '#shared/models/models.ts';
import type { SweepName } from '#shared/models/services.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { services } from '#shared/moodle/services.ts';
import { sweepInstance } from '#shared/moodle/sweep/sweep.ts';
import type { SweepPorts } from '#shared/moodle/sweep/sweep-ports.ts';
import type { Item } from '#shared/store/documents.ts';
import { Table } from '#shared/store/table.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';
import type { Log } from '#shared/sync/ports.ts';
import { BenchTables } from './tables.ts';
import { linksOfAll, mappingsOfAll, universityOf } from './university.ts';

/**
 * Sweeps a university in which nothing has changed, and reads and hashes the same records in a plain loop:
 * `npm run bench:sweep -- 100000`. The tables are a dynalite in this process, so the times say how the two compare and not
 * what DynamoDB takes.
 */
const count = Number(process.argv[2] ?? 100_000);
if (!Number.isInteger(count) || count < 100)
  throw new Error('The number of records is a whole number from 100 on.');

const silent: Log = { debug() {}, info() {}, warn() {}, error: (message) => console.error(message) };
const clock = { now: () => Date.now(), sleep: async () => {} };

const tables = await BenchTables.start();
const moodle = await SimulatedMoodle.start();
const instances = instancesStore(tables.client, 'instances');
const records = recordsStore(tables.client, 'records');
const units: WorkUnit[] = [];
const ports: SweepPorts = {
  records,
  links: linksStore(tables.client, 'links'),
  mappings: mappingsStore(tables.client, 'mappings'),
  instances,
  brake: sharedBrake(instances, clock, silent),
  queue: { send: async (sent) => void units.push(...sent) },
  wakes: { wake: async () => {} },
  parking: { oldest: async () => [] },
  services,
  clock,
  log: silent,
  pageSize: 500,
};
const instance = instanceSchema.parse({ id: 'bench', base_url: moodle.url });

console.log(`Writing ${count} records, their links and mappings …`);
const written = await writeUniversity();

const plain = await measured(readAndHash);
report('plain loop: read and hash', plain);
const sweeps = await measured(async () => {
  for (const name of Object.keys(sweptModels) as SweepName[]) {
    report(`  ${name}`, await measured(() => sweepInstance(name, instance, undefined, ports, () => true)));
  }
});
report('sweeps', sweeps);

console.log(`
records                ${written.records}
mappings               ${written.mappings}
units queued           ${units.length}
calls to Moodle        ${moodle.calls.length}
sweeps / plain loop    ${ratio('seconds')} times as long, ${ratio('processor')} times the processor, ${ratio('items')} times the items`);
await moodle.stop();
tables.stop();
if (sweeps.items / plain.items > 2.2)
  throw new Error('Sweeps read more than 2.2 times the items of a plain loop.');
// A busy machine bends this one: it is judged by who reads it.
if (sweeps.processor / plain.processor > 3)
  console.warn('That is more than three times the processor of a plain loop.');
if (units.length > 0 || moodle.calls.length > 0)
  throw new Error('Nothing has changed, yet something was done.');

function ratio(of: keyof Measured): string {
  return (sweeps[of] / plain[of]).toFixed(1);
}

/** Answers how much it has written, and holds none of it: what is measured begins with an empty memory, as a function does. */
async function writeUniversity(): Promise<{ records: number; mappings: number }> {
  const items = universityOf(count);
  const mappings = await mappingsOfAll(instance, items);
  await instances.put(instance);
  await write('records', items);
  await write('links', linksOfAll(items));
  await write('mappings', mappings as unknown as Item[]);
  return { records: items.length, mappings: mappings.length };
}

/** What any sweep has to do at the least. */
async function readAndHash(): Promise<void> {
  for (const model of pushedModels) {
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const page = await records.page(model, { after });
      for (const item of page.items) payloadHash(item as Parameters<typeof payloadHash>[0]);
      after = page.after;
    }
  }
}

interface Measured {
  seconds: number;
  /** Of the processor, DynamoDB's stand-in included: what a busy machine does not distort. */
  processor: number;
  requests: number;
  items: number;
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const before = { ...tables.usage };
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpuStart);
  return {
    seconds: (performance.now() - start) / 1000,
    processor: (user + system) / 1e6,
    requests: tables.usage.requests - before.requests,
    items: tables.usage.items - before.items,
  };
}

function report(what: string, { seconds, processor, requests, items: read }: Measured): void {
  const rate = Math.round(written.records / seconds);
  console.log(
    `${what.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s  ${processor.toFixed(1).padStart(6)} s of processor  ${String(requests).padStart(6)} requests  ${String(read).padStart(7)} items read  ${String(rate).padStart(7)} records/s`,
  );
}

async function write(table: string, all: Item[]): Promise<void> {
  await new Table(tables.client, table).write({ put: all });
}
