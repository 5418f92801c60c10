import { demoChanges } from '#local/demo/demo-changes.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { withProgress } from './progress.ts';
import { callsPerRecords, stopwatch } from './report.ts';
import { measured, type Running, retryFailures } from './running.ts';
import { judge } from './verdict/judge.ts';

/**
 * Writes records as an ERP does that writes to the table itself, changes some of the demo's, writes all once more
 * unchanged, and judges what is in Moodle.
 *
 * @returns whether every good record arrived, and nothing unchanged was written to Moodle
 */
export async function pushRecords(running: Running, records: RecordItem[]): Promise<boolean> {
  const { system, tally, isDemo } = running;
  const current = new Map<string, RecordItem>();
  const written: RecordItem[] = [];
  const write = async (items: RecordItem[]) => {
    await system.put(items);
    written.push(...items);
    for (const item of items) current.set(`${item.model}#${item.id}`, item);
  };
  const writeAgain = async (title: string, items: RecordItem[]) => {
    const { took, calls } = await measured(running, () => write(items));
    console.log(`  ${title} (${took}): ${calls}`);
  };
  const took = stopwatch();
  console.log(`\nThe ERP writes ${records.length} records.`);
  await withProgress(tally, async () => {
    await write(records);
    await system.settle();
  });
  await retryFailures(running);
  console.log(callsPerRecords(tally.callCounts().all, records.length, took()));
  if (isDemo) {
    console.log('\nThe ERP changes something:');
    for (const { title, items } of demoChanges(records)) await writeAgain(title, items);
  }
  console.log('\nThe ERP saves everything once more, unchanged but for its write_date:');
  const before = tally.callCounts().writing;
  const again = [...current.values()].map((item) => ({ ...item, write_date: '2026-12-24 12:00:00' }));
  await writeAgain(`${again.length} records`, again);
  const rewriting = tally.callCounts().writing - before;
  console.log(`  Calls that could change something: ${rewriting}.`);
  return (await judge(running, [...current.values()], written)) && rewriting === 0;
}
