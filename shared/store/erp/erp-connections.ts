import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ErpConnection, erpConnectionSchema, notConnected } from '#shared/odoo/client/connection.ts';
import { secretStore } from '#shared/store/part.ts';

/** The secret with the ERP's connection cannot be read, or holds something else. */
export class ErpConnectionError extends Error {
  override name = 'ErpConnectionError';

  constructor(secret: string, what: string, cause?: unknown) {
    super(`The ERP's connection, secret ${secret}, ${what}. Connect it again: oec-moodle erp connect.`, {
      cause,
    });
  }
}

/**
 * Writes how the ERP is reached: the operator's side of what `erpConnections` reads.
 *
 * @param connection undefined where it is no longer to be connected
 */
export async function saveErpConnection(
  client: SecretsManagerClient,
  secret: string,
  connection: ErpConnection | undefined,
): Promise<void> {
  const SecretString = connection ? JSON.stringify(connection) : notConnected;
  await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString }));
}

/** How long a connection is kept before it is read again, in seconds. */
const keepSeconds = 60;

/**
 * Reads how the ERP is reached.
 *
 * @returns a function that answers the connection, or undefined while the ERP is not connected; the same object as
 *   long as nothing has changed; it throws ErpConnectionError
 */
export const erpConnections = secretStore('ErpConnectionSecret', openConnection);

function openConnection(
  client: SecretsManagerClient,
  secret: string,
): () => Promise<ErpConnection | undefined> {
  const provider = new SecretsProvider({ awsSdkV3Client: client });
  let known: { text: string; connection: ErpConnection | undefined } | undefined;
  return async () => {
    const text = await read();
    if (known?.text !== text) known = { text, connection: parsed(text) };
    return known.connection;
  };

  async function read(): Promise<string> {
    try {
      const value = await provider.get(secret, { maxAge: keepSeconds });
      return typeof value === 'string' ? value.trim() : notConnected;
    } catch (error) {
      throw new ErpConnectionError(secret, 'cannot be read', error);
    }
  }

  /** The cause is left out: it would quote the key. */
  function parsed(text: string): ErpConnection | undefined {
    if (text === notConnected) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ErpConnectionError(secret, 'holds no JSON');
    }
    const result = erpConnectionSchema.safeParse(value);
    if (result.success) return result.data;
    const fields = [...new Set(result.error.issues.map(({ path }) => path.join('.') || 'all of it'))];
    throw new ErpConnectionError(secret, `is not as it should be: ${fields.join(', ')}`);
  }
}
