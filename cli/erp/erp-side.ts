import * as z from 'zod';
import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { throwIfDenied } from '#cli/peer-check.ts';
import type { ErpConnection } from '#shared/odoo/client/connection.ts';
import { ErpConnectionError } from '#shared/store/erp/erp-connections.ts';
import { changeShared } from '#shared/sync/limits/shared-state.ts';

/** The ERP's side of the stack. @throws OperatorError where it is configured without */
export function requireErp({ stack, erp }: Pick<Deployment, 'stack' | 'erp'>): ErpDeployment {
  if (erp) return erp;
  throw new OperatorError(
    `The stack ${stack} is deployed without an ERP.`,
    'Put `"erp": {}` into oec-moodle.config.json and deploy again with `npm run deploy` (docs/deploy.md). Without it ' +
      'the ERP writes its records into the table itself (docs/data-contract.md).',
  );
}

/** How the ERP is reached; undefined while it is not connected. @throws OperatorError where the secret is damaged */
export async function storedConnection(erp: ErpDeployment): Promise<ErpConnection | undefined> {
  try {
    return await erp.connection();
  } catch (error) {
    if (!(error instanceof ErpConnectionError)) throw error;
    // An operator who may not read the secret must not be told that it is damaged.
    throwIfDenied(error);
    throw new OperatorError(error.message, 'What is in AWS stays as it is until then.', { cause: error });
  }
}

/** How the ERP is reached. @throws OperatorError where none is connected */
export async function requireConnection(erp: ErpDeployment): Promise<ErpConnection> {
  const connection = await storedConnection(erp);
  if (connection) return connection;
  throw new OperatorError('No ERP is connected.', '`oec-moodle erp connect` connects one.');
}

/** Where an ERP is. */
export type ErpPlace = Pick<ErpConnection, 'url' | 'database'>;

/** Where an ERP is, for people. */
export function placeOf({ url, database }: ErpPlace): string {
  return `${url}, database ${database}`;
}

/**
 * Which ERP the ids in the records table are of. It is kept apart from the secret, so that it is still known when the
 * ERP has been disconnected, or the secret is damaged.
 */
const knownErpSchema = z.object({
  revision: z.number().default(0),
  url: z.string().optional(),
  database: z.string().optional(),
  /** ISO 8601 in UTC. */
  connected_at: z.string().optional(),
  disconnected_at: z.string().optional(),
});
export type KnownErp = z.infer<typeof knownErpSchema>;

const key = 'connection';

/** The ERP that was connected last; without url where there was none. */
export async function readKnownErp({ states }: Pick<ErpDeployment, 'states'>): Promise<KnownErp> {
  return knownErpSchema.parse((await states.read(key)) ?? {});
}

/** Notes what has become of the connection. */
export async function noteKnownErp(
  { states }: Pick<ErpDeployment, 'states'>,
  change: Omit<KnownErp, 'revision'>,
): Promise<void> {
  await changeShared(
    { read: () => readKnownErp({ states }), save: (state) => states.save(key, state) },
    (state) => ({ ...state, ...change }),
  );
}

/** Where the ERP is that is connected; what was noted of it where the secret is damaged. Undefined where none is. */
export async function placeNow(erp: ErpDeployment): Promise<ErpPlace | undefined> {
  try {
    return await storedConnection(erp);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return (await notedPlace(erp)) ?? { url: 'unknown', database: 'unknown' };
  }
}

/** Where the ERP was that the records in the table are of; undefined where there has been none. */
export async function lastPlace(erp: ErpDeployment): Promise<ErpPlace | undefined> {
  // A secret that was written by hand has left no note; a damaged one tells nothing.
  return (await notedPlace(erp)) ?? (await placeNow(erp));
}

async function notedPlace(erp: ErpDeployment): Promise<ErpPlace | undefined> {
  const { url, database } = await readKnownErp(erp);
  return url === undefined || database === undefined ? undefined : { url, database };
}
