import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { compose } from '#functions/compose.ts';
import { scheduleHandler } from '#functions/handlers.ts';
import { type ConnectedErp, odooClients } from '#functions/odoo-clients.ts';
import { modelsToExport, wantedFields } from '#shared/odoo/calls/erp-models.ts';
import { begun, changeExportState, type ExportState } from '#shared/odoo/export/export-state.ts';
import { unconnectable } from '#shared/odoo/export/outcome.ts';
import type { ExportPorts } from '#shared/odoo/export/ports.ts';
import { runExport } from '#shared/odoo/export/run-export.ts';
import { ErpConnectionError } from '#shared/store/erp/erp-connections.ts';
import { erpExport } from './declaration.ts';
import { countExport, publishExport } from './metrics.ts';

const { parts, settings, clock, log, metrics } = compose(erpExport);
const erpOf = odooClients(parts.connection, { log, metrics });

/** `changes`: what has been saved in the ERP since the last time. `all`: all records are compared besides. */
const eventSchema = z.object({ task: z.enum(['changes', 'all']) });
type Task = z.output<typeof eventSchema>['task'];

/** Brings what was saved in the ERP into the records table. A run that finds another one under way just ends. */
export const handler = scheduleHandler({ log, metrics }, eventSchema, async ({ task }, context) => {
  publishExport(metrics, await stateAfter(task, context), clock.now());
});

/** Makes the run. @returns the state at its end; undefined while no ERP is connected */
async function stateAfter(task: Task, context: Context): Promise<ExportState | undefined> {
  let erp: ConnectedErp | undefined;
  try {
    erp = await erpOf(() => context.getRemainingTimeInMillis());
  } catch (error) {
    if (!(error instanceof ErpConnectionError)) throw error;
    // The operator has to put it right; until then the export grows stale.
    log.error('The ERP cannot be connected', error);
    const { after } = await changeExportState(parts.states, (state) =>
      unconnectable(state, error.message, clock.now()),
    );
    return after;
  }
  return erp && run(task, erp, context);
}

async function run(task: Task, erp: ConnectedErp, context: Context): Promise<ExportState> {
  const request = {
    holder: context.awsRequestId,
    milliseconds: context.getRemainingTimeInMillis(),
    isComparing: task === 'all',
  };
  const { after } = await changeExportState(parts.states, (state) => begun(state, request, clock.now()));
  if (after.lease?.holder !== request.holder) {
    log.info('Another run is under way', { task });
    return after;
  }
  const ports = await portsOf(erp, context);
  const ended = await runExport(after, ports);
  countExport(metrics, ports.counts);
  return ended;
}

async function portsOf({ connection, client, fields }: ConnectedErp, context: Context): Promise<ExportPorts> {
  const { instances, unreadable } = await parts.instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  const { url, database, language } = connection;
  return {
    ...parts,
    client,
    fields,
    source: [url, database, language].join(' '),
    models: modelsToExport(instances),
    wanted: wantedFields(instances),
    clock,
    log,
    hasTime: () => context.getRemainingTimeInMillis() > settings.EXPORT_RESERVE_SECONDS * 1000,
    pageSize: settings.EXPORT_PAGE_SIZE,
    counts: { read: 0, written: 0, deleted: 0 },
  };
}
