import type { PushLedger } from '#shared/moodle/push/push-ledger.ts';
import type { InstanceStates } from '#shared/store/tables/instance-states.ts';
import type { Log } from '#shared/sync/ports.ts';

/** A gauge of hours needs no more; a busy instance would otherwise have its row written with every unit. */
const noteEvery = 60_000;

/**
 * Notes the successes of instances that work units are (shared/moodle/health/staleness.ts), at most one a minute for each
 * instance and execution environment. One that cannot be noted is only logged: the unit is done.
 */
export function successNotes(
  states: Pick<InstanceStates, 'noteSuccess'>,
  now: () => number,
  log: Log,
): (instance: string, record: PushLedger | undefined) => Promise<void> {
  const noted = new Map<string, number>();
  return async (instance, record) => {
    const at = now();
    if (!record || !isSuccess(record) || at - (noted.get(instance) ?? 0) < noteEvery) return;
    noted.set(instance, at);
    try {
      await states.noteSuccess(instance, new Date(at).toISOString());
    } catch (error) {
      log.warn('Success not noted', { instance, error });
    }
  };
}

function isSuccess({ outcomes }: PushLedger): boolean {
  return [...outcomes.values()].some(({ result }) => ['created', 'adopted', 'updated'].includes(result));
}
