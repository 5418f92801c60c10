import { changeShared } from '#shared/sync/limits/shared-state.ts';
import { isAway } from '#shared/sync/units/work.ts';
import type { ImportSweepPorts } from './due-records.ts';
import { theErp } from './import-state.ts';
import type { ImportSweep } from './models.ts';
import { sweepAll } from './sweep-all.ts';
import { sweepRecent } from './sweep-recent.ts';

/** Half an hour less than a day: a sweep that is started each hour is made a little earlier or later. */
const dayMilliseconds = 23.5 * 60 * 60_000;

/**
 * Compares records from Moodle with what was brought to the ERP, and queues what the stream or a retry has missed:
 * each hour what was pulled since the last time and what has not arrived, once a day everything. A record that changes
 * no more costs a read a day, and not one an hour for ever.
 *
 * @param hasTime asked after each page
 * @returns the rest of the sweep, when there was no time for it
 */
export async function sweepImport(
  { position }: ImportSweep,
  ports: ImportSweepPorts,
  hasTime: () => boolean,
): Promise<ImportSweep | undefined> {
  const state = await ports.state.read();
  const now = ports.clock.now();
  const breaker = { ...state.breaker, revision: state.revision };
  if (await isAway(theErp, breaker, ports, position === undefined)) {
    ports.log.info('Sweep left out: the ERP is away', {});
    if (position) await giveUp(ports);
    return undefined;
  }
  if (position) return sweepAll(position, ports, hasTime);
  const at = new Date(now).toISOString();
  const isForAll = state.swept_all === undefined || Date.parse(state.swept_all) + dayMilliseconds <= now;
  if (isForAll) {
    // Noted at the beginning: a sweep of millions of records is still at it when the next hour's comes.
    await changeShared(ports.state, (before) => ({ ...before, swept_all: at, swept_recent: at }));
    return sweepAll(undefined, ports, hasTime);
  }
  const isDone = await sweepRecent(state.swept_recent ?? state.swept_all!, ports, hasTime);
  if (isDone) await changeShared(ports.state, (before) => ({ ...before, swept_recent: at }));
  else await giveUp(ports);
  return undefined;
}

/** What was not looked at is looked at with everything else by the next sweep. */
async function giveUp({ state }: ImportSweepPorts): Promise<void> {
  await changeShared(state, (before) => ({ ...before, swept_all: undefined }));
}
