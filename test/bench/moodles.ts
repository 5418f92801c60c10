import { type Fate, ManyMoodles } from '#test/unit/push/many-moodles.ts';

/**
 * How long the units of twenty Moodles wait, one of which is slow and one away, by the number of workers:
 * `npm run bench:moodles -- 20`. The engine is the real one, the time is virtual: a unit takes five seconds, two minutes in
 * the slow Moodle, and each Moodle gets the given number of units at once, as on a day in September.
 */
const units = Number(process.argv[2] ?? 20);
if (!Number.isInteger(units) || units < 1)
  throw new Error('The number of units is a whole number from 1 on.');

const ids = Array.from({ length: 20 }, (_, index) => `moodle-${index + 1}`);
for (const workers of [4, 8, 16, 32]) {
  const fates = Object.fromEntries(ids.map((id): [string, Fate] => [id, { seconds: 5 }]));
  fates['moodle-1'] = { seconds: 120 };
  fates['moodle-2'] = { seconds: 5, isAway: true };
  const stack = new ManyMoodles(workers, fates);
  stack.send(ids, units);
  await stack.pass(7 * 24 * 60 * 60);
  stack.fate('moodle-2').isAway = false;
  await stack.pass(24 * 60 * 60);
  console.log(`\n${workers} workers, ${units} units for each Moodle (waits in minutes)`);
  console.table(
    Object.fromEntries(
      ids.map((id) => {
        const { done, median, longest, rounds, atOnce } = stack.waits(id);
        const what = { 'moodle-1': ' (slow)', 'moodle-2': ' (away for a week)' }[id] ?? '';
        const inMinutes = (seconds: number) => Math.round(seconds / 6) / 10;
        return [
          id + what,
          { done, median: inMinutes(median), longest: inMinutes(longest), rounds, 'at once': atOnce },
        ];
      }),
    ),
  );
}
