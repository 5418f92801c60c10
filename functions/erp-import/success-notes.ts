import { type ImportStateStore, noteImported } from '#shared/odoo/import/import-state.ts';
import type { ImportRun } from '#shared/odoo/import/run.ts';
import type { Log } from '#shared/sync/ports.ts';

/** Often enough for people; the state would otherwise be written with every unit. */
const noteEvery = 60_000;

/** Notes when something was brought to the ERP. One that cannot be noted is only logged: the unit is done. */
export function successNotes(
  state: ImportStateStore,
  now: () => number,
  log: Log,
): (run: ImportRun | undefined) => Promise<void> {
  let noted = 0;
  return async (run) => {
    const at = now();
    if (!run || !isSuccess(run) || at - noted < noteEvery) return;
    noted = at;
    try {
      await noteImported(state, new Date(at).toISOString());
    } catch (error) {
      log.warn('Success not noted', { error });
    }
  };
}

function isSuccess({ outcomes }: ImportRun): boolean {
  return [...outcomes.values()].some(({ result }) =>
    ['created', 'adopted', 'updated', 'deleted'].includes(result),
  );
}
