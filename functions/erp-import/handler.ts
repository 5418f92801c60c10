import { successNotes } from '#functions/at-most-each-minute.ts';
import { compose } from '#functions/compose.ts';
import { type Delivery, queueHandler } from '#functions/handlers.ts';
import { countRun, hasArrived } from '#functions/metrics.ts';
import { odooClients } from '#functions/odoo-clients.ts';
import { erpTarget, type ImportWorkPorts } from '#shared/odoo/import/erp-target.ts';
import { importWorkers, noteFindings, noteImported, theErp } from '#shared/odoo/import/import-state.ts';
import type { ImportSweep } from '#shared/odoo/import/models.ts';
import type { ImportSweepPorts } from '#shared/odoo/import/sweep/due-records.ts';
import { sweepImport } from '#shared/odoo/import/sweep/sweep.ts';
import { ErpConnectionError } from '#shared/store/erp/erp-connections.ts';
import { type ErpMessage, erpMessageSchema } from '#shared/store/erp/erp-queue.ts';
import { InstanceRowError } from '#shared/store/tables/instances-store.ts';
import { sharedBulkhead } from '#shared/sync/limits/bulkhead.ts';
import { putAside } from '#shared/sync/units/parking.ts';
import { noteUnusable, wake, work } from '#shared/sync/units/work.ts';
import { erpImport } from './declaration.ts';

const { parts, settings, options, clock, log, metrics } = compose(erpImport);
const ports: ImportWorkPorts & ImportSweepPorts = {
  ...parts,
  wakes: parts.queue,
  bulkhead: sharedBulkhead(parts.bulkheads, async () => importWorkers, clock, log),
  instances: { get: readInstance, ids: parts.instances.ids },
  findings: { note: (found, resolved) => noteFindings(parts.state, found, resolved) },
  clock,
  log,
  completionField: options.COMPLETION_FIELD,
  claimSeconds: erpImport.timeout,
  pageSize: settings.SWEEP_PAGE_SIZE,
};
const erpOf = odooClients(parts.connection, { log, metrics });
const noteSuccess = successNotes((_erp, at) => noteImported(parts.state, at), { clock, log });

/** Brings to the ERP what came from Moodle. A message that could not be worked off for a reason of ours comes back. */
export const handler = queueHandler(
  { log, metrics },
  { schema: erpMessageSchema, failed: 'Message not worked off', work: workOff },
);

async function workOff(asked: ErpMessage, { id, receiveCount, remaining }: Delivery): Promise<void> {
  log.appendKeys({ unit: id });
  if ('sweep' in asked) return sweep(asked, () => remaining() > settings.SWEEP_RESERVE_SECONDS * 1000);
  const delivery = { id, isRedelivered: receiveCount > 1 };
  try {
    const erp = await erpOf(remaining);
    if (!erp) {
      log.info('Left out: no ERP is connected; a sweep finds it once one is', { asked });
      return;
    }
    const target = erpTarget(erp, ports);
    if ('wake' in asked) return await wake(target, ports);
    const run = await work(asked, target, ports, delivery);
    countRun(metrics, run, { arrived: 'Imported', unchanged: 'Unchanged' });
    if (run && hasArrived(run)) await noteSuccess(theErp.id);
  } catch (error) {
    if (!(error instanceof ErpConnectionError)) throw error;
    // The operator has to put it right; until then the unit waits without losing an attempt.
    log.error('The ERP’s connection cannot be used', error);
    await noteUnusable(theErp, error.message, ports);
    if ('ids' in asked) await putAside(asked, theErp, ports, delivery);
  }
}

async function sweep(part: ImportSweep, hasTime: () => boolean): Promise<void> {
  if (!(await parts.connection())) return;
  const rest = await sweepImport(part, ports, hasTime);
  if (rest) await parts.queue.send([rest]);
}

/** One whose settings cannot be read is looked at by health-check; here it has the defaults. */
async function readInstance(id: string) {
  try {
    return await parts.instances.get(id);
  } catch (error) {
    if (!(error instanceof InstanceRowError)) throw error;
    log.warn('Settings of an instance cannot be read: nothing is overwritten for it', error);
    return undefined;
  }
}
