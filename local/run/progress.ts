import { SingleBar } from 'cli-progress';
import type { Tally } from './tally.ts';

/** How often progress is shown, in milliseconds: a terminal is drawn smoothly, a log gets a line a second. */
const terminalPeriod = 100;
const logPeriod = 1_000;

/** Shows the units queued and worked off while `work` runs. */
export async function withProgress(tally: Tally, work: () => Promise<void>): Promise<void> {
  const start = { ...tally.units };
  const state = () => ({
    done: tally.units.done - start.done,
    total: Math.max(tally.units.queued - start.queued, tally.units.done - start.done),
  });
  const stop = process.stdout.isTTY ? drawBar(state) : printLines(state);
  try {
    await work();
  } finally {
    stop();
  }
}

function drawBar(state: () => { done: number; total: number }): () => void {
  const bar = new SingleBar({
    format: '  {bar} {value} of {total} work units, {duration} s',
    hideCursor: true,
  });
  bar.start(0, 0);
  const draw = () => {
    const { done, total } = state();
    bar.setTotal(total);
    bar.update(done);
  };
  const timer = setInterval(draw, terminalPeriod);
  return () => {
    clearInterval(timer);
    draw();
    bar.stop();
  };
}

function printLines(state: () => { done: number; total: number }): () => void {
  let printed = '';
  const print = () => {
    const { done, total } = state();
    const line = `  ${done} of ${total} work units`;
    if (line !== printed) console.log(line);
    printed = line;
  };
  const timer = setInterval(print, logPeriod);
  return () => {
    clearInterval(timer);
    print();
  };
}
