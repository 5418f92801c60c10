import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '#cli/connection/deployment.ts';
import { withProgress } from '#cli/output/progress.ts';
import type { Mapping } from '#shared/sync/ledger/mapping.ts';

/** What came of trying a failure again. */
export interface Retried {
  instance: string;
  idnumber: string;
  /** `under way`: nothing has come of it yet. */
  outcome: 'arrived' | 'no longer wanted' | 'failed again' | 'held' | 'under way';
  reason: string | null;
  advice: string | null;
}

/** How often is looked, and how long at the most, in milliseconds. */
const pause = 1_000;
const patience = 15 * 60_000;

/**
 * Waits until something has come of all of them; not for an instance that turns out to be away.
 *
 * @param tried as they were before they were queued
 */
export function followRetries(deployment: Deployment, tried: readonly Mapping[]): Promise<Retried[]> {
  return withProgress('failures tried again', async (progress) => {
    const retried: Retried[] = [];
    const end = performance.now() + patience;
    let open = [...tried];
    while (open.length > 0) {
      const { done, rest } = await look(deployment, open);
      retried.push(...done);
      open = rest;
      progress.update(retried.length, tried.length);
      if (open.length === 0) break;
      const away = await awayOf(deployment, open);
      const isOver = performance.now() > end;
      retried.push(
        ...open.filter(({ instance }) => isOver || away.has(instance)).map((row) => underWay(row, away)),
      );
      open = open.filter(({ instance }) => !isOver && !away.has(instance));
      if (open.length > 0) await sleep(pause);
    }
    return retried;
  });
}

async function look(
  { mappings }: Deployment,
  open: Mapping[],
): Promise<{ done: Retried[]; rest: Mapping[] }> {
  const done: Retried[] = [];
  const rest: Mapping[] = [];
  for (const [instance, before] of Map.groupBy(open, (mapping) => mapping.instance)) {
    const rows = await mappings.getMany(
      instance,
      before.map(({ idnumber }) => idnumber),
    );
    for (const mapping of before) {
      const outcome = outcomeOf(mapping, rows.get(mapping.idnumber));
      if (outcome) done.push(outcome);
      else rest.push(mapping);
    }
  }
  return { done, rest };
}

/** Undefined while nothing has come of it. Services also write a row before they call, so its revision tells nothing. */
function outcomeOf(before: Mapping, now: Mapping | undefined): Retried | undefined {
  const { instance, idnumber } = before;
  const nothing = { instance, idnumber, reason: null, advice: null };
  if (!now) return { ...nothing, outcome: 'no longer wanted' };
  if (now.status === 'synced') return { ...nothing, outcome: 'arrived' };
  if (now.status === 'held') return { ...nothing, outcome: 'held' };
  if (now.last_failed_at === before.last_failed_at) return undefined;
  const { reason = null, advice = null } = now.failure ?? {};
  return { instance, idnumber, outcome: 'failed again', reason, advice };
}

async function awayOf({ instances }: Deployment, open: Mapping[]): Promise<Set<string>> {
  const away = new Set<string>();
  for (const id of new Set(open.map(({ instance }) => instance))) {
    if ((await instances.getBreaker(id)).opened_at !== undefined) away.add(id);
  }
  return away;
}

function underWay({ instance, idnumber }: Mapping, away: Set<string>): Retried {
  return {
    instance,
    idnumber,
    outcome: 'under way',
    reason: away.has(instance)
      ? 'The Moodle is away; it is tried as soon as it is back.'
      : 'It is still in the queue.',
    advice: away.has(instance)
      ? `\`oec-moodle instance test ${instance}\` says what is wrong with it.`
      : null,
  };
}
