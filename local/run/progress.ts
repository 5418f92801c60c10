import { SingleBar } from 'cli-progress';
import type { Tally } from './tally.ts';

/** How often progress is shown, in milliseconds: a terminal is drawn smoothly, a log gets a line a second. */
const terminalPeriod = 100;
const logPeriod = 1_000;

/** Shows the units queued and worked off while `work` runs. */
export async function withProgress(tally: Tally, work: () => Promise<void>): Promise<void> {
  const { isTTY } = process.stdout;
  const start = { ...tally.units };
  const bar = new SingleBar({
    format: isTTY ? '  {bar} {value} of {total} work units, {duration} s' : '  {value} of {total} work units',
    hideCursor: true,
    stream: process.stdout,
    noTTYOutput: true,
    notTTYSchedule: logPeriod,
  });
  const draw = () => {
    const done = tally.units.done - start.done;
    bar.setTotal(Math.max(tally.units.queued - start.queued, done));
    bar.update(done);
  };
  bar.start(0, 0);
  const timer = setInterval(draw, terminalPeriod);
  try {
    await work();
  } finally {
    clearInterval(timer);
    draw();
    bar.stop();
  }
}
