import { setTimeout as sleep } from 'node:timers/promises';
import { withProgress } from '#cli/output/progress.ts';
import { type FailureRow, type FailureTarget, nameOf } from './failure-target.ts';

/** What came of trying a failure again. */
export interface Retried<Row> {
  /** As it was before. */
  row: Row;
  /** `under way`: nothing has come of it yet. */
  outcome: 'arrived' | 'no longer wanted' | 'failed again' | 'held' | 'under way';
  reason: string | null;
  advice: string | null;
}

/** How often is looked, and how long at the most, in milliseconds. */
const pause = 1_000;
const patience = 15 * 60_000;

/**
 * Waits until something has come of all of them; not for a side that turns out to be away.
 *
 * @param tried as they were before they were queued
 */
export function followRetries<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  tried: readonly Row[],
): Promise<Retried<Row>[]> {
  return withProgress('failures tried again', async (progress) => {
    const retried: Retried<Row>[] = [];
    const end = performance.now() + patience;
    let open = [...tried];
    for (;;) {
      const now = await target.rowsOf(open.map((row) => nameOf(target, row)));
      const looked = open.map((row, index) => ({ row, outcome: outcomeOf(row, now[index]) }));
      retried.push(...looked.flatMap(({ outcome }) => outcome ?? []));
      open = looked.filter(({ outcome }) => outcome === undefined).map(({ row }) => row);
      progress.update(retried.length, tried.length);
      if (open.length === 0) return retried;
      const waiting = new Set(await target.waitingForPeer(open));
      const isOver = performance.now() > end;
      const left = open.filter((row) => isOver || waiting.has(row));
      retried.push(...left.map((row) => underWay(target, row, waiting.has(row))));
      open = open.filter((row) => !left.includes(row));
      if (open.length === 0) return retried;
      await sleep(pause);
    }
  });
}

/** Undefined while nothing has come of it. Workers also write a row before they call, so its revision tells nothing. */
function outcomeOf<Row extends FailureRow>(before: Row, now: Row | undefined): Retried<Row> | undefined {
  const nothing = { row: before, reason: null, advice: null };
  if (!now) return { ...nothing, outcome: 'no longer wanted' };
  if (now.status === 'synced') return { ...nothing, outcome: 'arrived' };
  if (now.status === 'held') return { ...nothing, outcome: 'held' };
  if (now.last_failed_at === before.last_failed_at) return undefined;
  const { reason = null, advice = null } = now.failure ?? {};
  return { row: before, outcome: 'failed again', reason, advice };
}

function underWay<Row extends FailureRow, Unit>(
  { there, testOf }: FailureTarget<Row, Unit>,
  row: Row,
  isAway: boolean,
): Retried<Row> {
  return {
    row,
    outcome: 'under way',
    reason: isAway ? `It is tried as soon as ${there} answers again.` : 'It is still in the queue.',
    advice: isAway ? `\`oec-moodle ${testOf(row)}\` says what is wrong.` : null,
  };
}
