import { readFileSync, writeFileSync } from 'node:fs';
import { pushedModels, sweptModels } from '#shared/models/models.ts';
import type { SweepName } from '#shared/models/services.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { services } from '#shared/moodle/services.ts';
import { sweepInstance } from '#shared/moodle/sweep/sweep.ts';
import type { SweepPorts } from '#shared/moodle/sweep/sweep-ports.ts';
import { importStateSchema } from '#shared/odoo/import/import-state.ts';
import { sweepImport } from '#shared/odoo/import/sweep/sweep.ts';
import type { Item } from '#shared/store/documents.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { exportedRecords } from '#shared/store/erp/exported-records.ts';
import { Table } from '#shared/store/table.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { parkedImports, parkedUnits } from '#shared/store/tables/parked-units.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';
import type { Log } from '#shared/sync/ports.ts';
import { costTable, type Measured } from '#test/bench/costs/monthly-costs.ts';
import { prices } from '#test/bench/costs/prices.ts';
import { marksOf } from './marks.ts';
import { bytesOf, meterReads } from './read-units.ts';
import { BenchTables } from './tables.ts';
import { linksOfAll, mappingsOfAll, universityOf } from './university.ts';

/**
 * Counts what the regular work reads of DynamoDB, and says what that costs a month: `npm run bench:costs`. The table is
 * that of docs/deploy.md. With `--write` what was counted is put into test/bench/costs/measured.json and the table into
 * the document; without, it fails where either says something else.
 */
const file = new URL('costs/measured.json', import.meta.url);
const guide = new URL('../../docs/deploy.md', import.meta.url);
const silent: Log = { debug() {}, info() {}, warn() {}, error: (message) => console.error(message) };
const clock = { now: () => Date.parse('2026-11-27T08:00:00Z'), sleep: async () => {} };
const [few, many] = [1_000, 4_000];

const [small, large] = [await pushed(few), await pushed(many)];
const [fewMarks, manyMarks] = [await imported(few), await imported(many)];
const measured: Measured = {
  sweep: line(small.sweeps, large.sweeps, 'perRecord'),
  comparisonPerRecord: rounded(large.comparison / many),
  importSweep: {
    perMark: line(fewMarks.daily, manyMarks.daily, 'perMark').perMark,
    hourly: manyMarks.hourly,
  },
  bytes: { record: Math.round(large.bytes), mark: Math.round(manyMarks.bytes) },
};
const table = costTable(measured);
console.log(`${JSON.stringify(measured, null, 2)}\n\nPrices of us-east-1, ${prices.asOf}\n\n${table}`);
const text = `${JSON.stringify(measured, null, 2)}\n`;
const before = readFileSync(guide, 'utf8');
const after = before.replace(/\| \$ a month \|[\s\S]*?\n(?=\n)/, `${table}\n`);
if (process.argv.includes('--write')) {
  writeFileSync(file, text);
  writeFileSync(guide, after);
} else if (after !== before || readFileSync(file, 'utf8') !== text) {
  throw new Error('Something else is counted than docs/deploy.md says: look at it, then run with --write.');
}

/** What lies on a line through two counts. */
function line<Name extends string>(
  one: number,
  other: number,
  name: Name,
): Record<Name, number> & { fixed: number } {
  const slope = (other - one) / (many - few);
  return { [name]: rounded(slope), fixed: Math.round(one - slope * few) } as Record<Name, number> & {
    fixed: number;
  };
}

function rounded(number: number): number {
  return Number(number.toPrecision(3));
}

/** Sweeps a university in which nothing has changed, and reads its records as the comparison with OpenEduCat does. */
async function pushed(count: number) {
  const tables = await BenchTables.start();
  const { client } = tables;
  const usage = meterReads(client);
  const instances = instancesStore(client, 'instances');
  const instance = instanceSchema.parse({ id: 'bench', base_url: 'https://moodle.example.org' });
  const items = universityOf(count);
  const mappings = mappingsStore(client, 'mappings');
  const rows = await mappingsOfAll(instance, items);
  await instances.put(instance);
  await new Table(client, 'records').write({ put: items });
  await new Table(client, 'links').write({ put: linksOfAll(items) as unknown as Item[] });
  await new Table(client, 'mappings').write({ put: rows as unknown as Item[] });
  const ports: SweepPorts = {
    records: recordsStore(client, 'records'),
    links: linksStore(client, 'links'),
    // DynamoDB bills whole items, also where parts of them are asked for.
    mappings: { ...mappings, page: (id, { notes: _notes, ...range }) => mappings.page(id, range) },
    instances,
    brake: sharedBrake(instances, clock, silent),
    queue: { send: () => Promise.reject(new Error('Nothing has changed, yet something was queued.')) },
    wakes: { wake: async () => {} },
    parking: parkedUnits(client, 'mappings'),
    ...{ services, clock, log: silent, pageSize: 500 },
  };
  usage.units = 0;
  for (const name of Object.keys(sweptModels) as SweepName[])
    await sweepInstance(name, instance, undefined, ports, () => true);
  const sweeps = usage.units;
  usage.units = 0;
  for (const model of pushedModels)
    for await (const _page of exportedRecords(client, 'records').pages(model));
  const comparison = usage.units;
  tables.stop();
  const bytes = (bytesOf(items) + bytesOf(rows)) / count;
  return { sweeps, comparison, bytes };
}

/** Sweeps marks that OpenEduCat holds as they should be: all, and an hour later what is recent. */
async function imported(count: number) {
  const tables = await BenchTables.start();
  const { client } = tables;
  const usage = meterReads(client);
  const { records, rows } = marksOf(count);
  await new Table(client, 'records').write({ put: records });
  await new Table(client, 'erp-mappings').write({ put: rows as unknown as Item[] });
  let state = importStateSchema.parse({});
  const store = erpMappingsStore(client, 'erp-mappings');
  const unitsOfSweep = async () => {
    usage.units = 0;
    await sweepImport(
      { sweep: 'import' },
      {
        records: { ...recordsStore(client, 'records'), pulledSince: async function* () {} },
        // The tables of the bench have no indexes: asking one that has nothing costs half a unit.
        mappings: {
          ...store,
          listAttention: async () => {
            usage.units += 0.5;
            return [];
          },
        },
        instances: {
          ids: async () => {
            usage.units += 1.5;
            return ['bench'];
          },
        },
        wakes: { wake: async () => {} },
        parking: parkedImports(client, 'erp-mappings'),
        state: {
          read: async () => state,
          save: async (next) => {
            state = next;
            return true;
          },
        },
        queue: {
          send: async (units) => {
            if (units.length > 0) throw new Error('Nothing has changed, yet something was queued.');
          },
        },
        ...{ clock, log: silent, completionField: undefined, pageSize: 500 },
      },
      () => true,
    );
    return usage.units;
  };
  const daily = await unitsOfSweep();
  const hourly = await unitsOfSweep();
  tables.stop();
  // The index `pulled` holds each record once more.
  const bytes = (2 * bytesOf(records) + bytesOf(rows)) / count;
  return { daily, hourly, bytes };
}
