import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { awsOptions } from '#functions/aws-options.ts';
import { countCall } from '#functions/count-call.ts';
import { readEnvironment } from '#functions/environment.ts';
import { type ConnectedErp, odooClients } from '#functions/odoo-clients.ts';
import { systemClock } from '#functions/system-clock.ts';
import { begun, changeExportState, type ExportState } from '#shared/odoo/export/export-state.ts';
import { arePhonesSent, modelsToExport } from '#shared/odoo/export/models-to-export.ts';
import { unconnectable } from '#shared/odoo/export/outcome.ts';
import type { ExportPorts } from '#shared/odoo/export/ports.ts';
import { runExport } from '#shared/odoo/export/run-export.ts';
import { documentClient } from '#shared/store/documents.ts';
import { ErpConnectionError, erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { exportedRecords } from '#shared/store/erp/exported-records.ts';
import { importedRecords } from '#shared/store/erp/imported-records.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { countExport, publishExport } from './metrics.ts';

const environment = readEnvironment([
  'RECORDS_TABLE',
  'INSTANCES_TABLE',
  'ERP_STATE_TABLE',
  'ERP_MAPPINGS_TABLE',
  'ERP_CONNECTION_SECRET',
  'EXPORT_PAGE_SIZE',
  'EXPORT_RESERVE_SECONDS',
]);
const log = new Logger();
const metrics = new Metrics();
const documents = documentClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const states = erpStates(documents, environment.ERP_STATE_TABLE);
const connectionOf = erpConnections(new SecretsManagerClient(awsOptions), environment.ERP_CONNECTION_SECRET);
const erpOf = odooClients(connectionOf, (call) => {
  log.debug('Odoo called', { ...call });
  countCall(metrics, call, 'Odoo');
});
/** What has to be left of the function's time to begin another page, in milliseconds. */
const reserve = Number(environment.EXPORT_RESERVE_SECONDS) * 1000;

/** `changes`: what has been saved in the ERP since the last time. `all`: all records are compared besides. */
const eventSchema = z.object({ task: z.enum(['changes', 'all']) });
type Task = z.output<typeof eventSchema>['task'];

/** Brings what was saved in the ERP into the records table. A run that finds another one under way just ends. */
export const handler = middy<z.input<typeof eventSchema>, void>()
  .use(injectLambdaContext(log))
  .use(logMetrics(metrics))
  .handler(async (event, context: Context): Promise<void> => {
    const { task } = eventSchema.parse(event);
    publishExport(metrics, await stateAfter(task, context), systemClock.now());
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
    const { after } = await changeExportState(states, (state) =>
      unconnectable(state, error.message, systemClock.now()),
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
  const { after } = await changeExportState(states, (state) => begun(state, request, systemClock.now()));
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
  const { instances: all, unreadable } = await instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  const { url, database, language } = connection;
  return {
    client,
    fields,
    source: [url, database, language].join(' '),
    records: exportedRecords(documents, environment.RECORDS_TABLE),
    imported: importedRecords(documents, environment.ERP_MAPPINGS_TABLE),
    states,
    models: modelsToExport(all),
    arePhonesSent: arePhonesSent(all),
    clock: systemClock,
    log,
    hasTime: () => context.getRemainingTimeInMillis() > reserve,
    pageSize: Number(environment.EXPORT_PAGE_SIZE),
    counts: { read: 0, written: 0, deleted: 0 },
  };
}
