import { Worker } from 'node:worker_threads';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import type { ExportBench } from './erp-export-thread.ts';
import { fillErp } from './erp-university.ts';
import { BenchTables } from './tables.ts';

/**
 * Exports a university of a simulated Odoo for the first time, in runs of a few pages each, then a minute in which
 * nothing changed, then compares all records: `npm run bench:erp-export -- 20000`. Tables and Odoo are in this process,
 * so the times say nothing of DynamoDB and Odoo; the calls, the writes and the memory hold for them too. The export has
 * a thread and a heap of its own, which ends it when it takes more memory than it may.
 */
const students = Number(process.argv[2] ?? 20_000);
if (!Number.isInteger(students) || students < 100)
  throw new Error('The number of students is a whole number from 100 on.');
/** For a function with 1,024 MB this is little; a page of records is a megabyte or two. */
const mostMegabytes = 200;

const tables = await BenchTables.start();
const erp = await SimulatedOdoo.start();
console.log(`Making ${students} students and their enrolments …`);
const records = fillErp(erp, students);
const { database, user } = erp.settings;
const workerData: ExportBench = {
  endpoint: tables.endpoint,
  erp: { baseUrl: erp.url, database, user, key: erp.key },
  records,
};
const thread = new Worker(new URL('./erp-export-thread.ts', import.meta.url), {
  workerData,
  resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
});
try {
  await new Promise<void>((resolve, reject) => {
    thread.on('error', reject);
    thread.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The export ended with ${code}.`)),
    );
  });
} finally {
  await erp.stop();
  tables.stop();
}
