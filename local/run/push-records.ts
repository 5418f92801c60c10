import { demoChanges } from '#local/demo/demo-changes.ts';
import type { OecItem } from '#shared/models/fields/oec-item.ts';
import { judge } from './judge.ts';
import { withProgress } from './progress.ts';
import { callList, callsPerRecords } from './report.ts';
import { retryFailures } from './retry-failures.ts';
import type { Running } from './running.ts';
import { stopwatch } from './stopwatch.ts';

/**
 * Writes records as an ERP does that writes to the table itself, changes some of the demo's, writes all once more
 * unchanged, and judges what is in Moodle.
 *
 * @returns whether every good record arrived, and nothing unchanged was written to Moodle
 */
export async function pushRecords(running: Running, records: OecItem[]): Promise<boolean> {
  const { system, tally, client, instance, isDemo, allFailures } = running;
  const took = stopwatch();
  console.log(`\nThe ERP writes ${records.length} records.`);
  await withProgress(tally, async () => {
    await system.put(records);
    await system.settle();
  });
  await retryFailures(running);
  console.log(callsPerRecords(tally.callCounts().all, records.length, took()));
  const written = [records];
  const current = new Map(records.map((item) => [`${item.model}#${item.id}`, item]));
  const pushAgain = async (title: string, items: OecItem[]) => {
    const before = new Map(tally.calls);
    const tookAgain = stopwatch();
    await system.put(items);
    await system.settle();
    written.push(items);
    for (const item of items) current.set(`${item.model}#${item.id}`, item);
    console.log(`  ${title} (${tookAgain()}): ${callList(tally.callsSince(before))}`);
  };
  if (isDemo) {
    console.log('\nThe ERP changes something:');
    for (const { title, items } of demoChanges(records)) await pushAgain(title, items);
  }
  console.log('\nThe ERP saves everything once more, unchanged but for its write_date:');
  const before = tally.callCounts();
  const again = [...current.values()].map((item) => ({ ...item, write_date: '2026-12-24 12:00:00' }));
  await pushAgain(`${again.length} records`, again);
  const rewriting = tally.callCounts().writing - before.writing;
  console.log(`  Calls that could change something: ${rewriting}.`);
  const mappings = await system.mappings(instance);
  const items = [...current.values()];
  const isComplete = await judge({ records: items, written, mappings, tally, client, isDemo, allFailures });
  return isComplete && rewriting === 0;
}
