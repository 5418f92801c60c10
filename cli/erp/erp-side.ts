import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import type { ErpConnection } from '#shared/odoo/client/connection.ts';
import { ErpConnectionError } from '#shared/store/erp/erp-connections.ts';

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
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
      if (cause.name === 'AccessDeniedException') throw cause;
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
