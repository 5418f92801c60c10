import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { OdooWriter } from '#shared/odoo/calls/write.ts';
import { type FinishedCall, OdooClient } from '#shared/odoo/client/client.ts';
import type { ErpConnection } from '#shared/odoo/client/connection.ts';
import type { Erp } from '#shared/odoo/import/mapping.ts';
import { countCall } from './metrics.ts';
import { reserveForNotes } from './reserves.ts';

/** The ERP as a function talks to it. What has been learned of it is kept as long as its connection stays the same. */
export interface ConnectedErp extends Erp {
  readonly connection: ErpConnection;
}

/**
 * Gives each piece of work the ERP. It makes no call for which the function has no time left; each is logged and counted.
 *
 * @param connectionOf answers undefined while no ERP is connected
 */
export function odooClients(
  connectionOf: () => Promise<ErpConnection | undefined>,
  { log, metrics }: { log: Logger; metrics: Metrics },
): (remainingMs: () => number) => Promise<ConnectedErp | undefined> {
  let erp: ConnectedErp | undefined;
  let remaining = () => Number.POSITIVE_INFINITY;
  return async (remainingMs) => {
    remaining = remainingMs;
    const connection = await connectionOf();
    if (erp?.connection !== connection) erp = connection && connected(connection);
    return erp;
  };

  function connected(connection: ErpConnection): ConnectedErp {
    const { url, database, user, key, language, time_zone: timeZone } = connection;
    const remainingMs = () => remaining() - reserveForNotes;
    const onCall = (call: FinishedCall) => {
      log.debug('Odoo called', { ...call });
      countCall(metrics, call, 'Odoo');
    };
    const client = new OdooClient({ baseUrl: url, database, user, key, language, remainingMs, onCall });
    return { connection, client, timeZone, fields: new ModelFields(client), writer: new OdooWriter(client) };
  }
}
