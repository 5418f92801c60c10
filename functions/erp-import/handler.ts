import { compose } from '#functions/compose.ts';
import { type Delivery, queueHandler } from '#functions/handlers.ts';
import { odooClients } from '#functions/odoo-clients.ts';
import { worker } from '#functions/worker.ts';
import { erpTarget, type ImportWorkPorts } from '#shared/odoo/import/erp-target.ts';
import { importWorkers, noteFindings, noteImported, theErp } from '#shared/odoo/import/import-state.ts';
import type { ImportSweep, ImportUnit, ImportWake } from '#shared/odoo/import/models.ts';
import type { ImportSweepPorts } from '#shared/odoo/import/sweep/due-records.ts';
import { sweepImport } from '#shared/odoo/import/sweep/sweep.ts';
import { ErpConnectionError } from '#shared/store/erp/erp-connections.ts';
import { erpMessageSchema } from '#shared/store/erp/erp-queue.ts';
import { InstanceRowError } from '#shared/store/tables/instances-store.ts';
import { sharedBulkhead } from '#shared/sync/limits/bulkhead.ts';
import { erpImport } from './declaration.ts';

const composed = compose(erpImport);
const { parts, settings, options, clock, log, metrics } = composed;
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

const bring = worker(composed, {
  ports,
  peerOf: () => theErp,
  async open(asked: ImportUnit | ImportWake, remaining) {
    const erp = await erpOf(remaining);
    if (!erp) log.info('Left out: no ERP is connected; a sweep finds it once one is', { asked });
    return erp && erpTarget(erp, ports);
  },
  unusable: { errors: [ErpConnectionError], told: 'The ERP’s connection cannot be used' },
  counted: { arrived: 'Imported', unchanged: 'Unchanged' },
  noteSuccess: (_erp, at) => noteImported(parts.state, at),
});

/** Brings to the ERP what came from Moodle. A message that could not be worked off for a reason of ours comes back. */
export const handler = queueHandler(composed, {
  schema: erpMessageSchema,
  failed: 'Message not worked off',
  work: (asked, delivery) => ('sweep' in asked ? sweep(asked, delivery) : bring(asked, delivery)),
});

async function sweep(part: ImportSweep, { id, remaining }: Delivery): Promise<void> {
  log.appendKeys({ unit: id });
  if (!(await parts.connection())) return;
  const rest = await sweepImport(part, ports, () => remaining() > settings.SWEEP_RESERVE_SECONDS * 1000);
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
