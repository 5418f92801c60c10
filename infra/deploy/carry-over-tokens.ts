import {
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { tokenSecrets } from '#shared/store/secrets/token-secrets.ts';
import { secretNameOf } from '#shared/store/secrets/tokens.ts';
import type { InstancesStore } from '#shared/store/tables/instances-store.ts';

/** Where the tokens of all stages of an account lay together, before each stage had a path of its own. */
const sharedPrefix = 'oec-moodle/';

/** A token that was copied to where the functions look for it. */
export interface CarriedToken {
  readonly instance: string;
  /** Names of the secrets; the old one stays as it is. */
  readonly from: string;
  readonly to: string;
}

/**
 * Copies tokens that lie where an earlier release looked for them, unless there is one at the new place already. The
 * functions that still run may read the new place as well, so it is done before a deployment, and no unit goes without
 * a token.
 *
 * @param prefix where the functions of the stage look from now on
 */
export async function carryOverTokens(
  instances: Pick<InstancesStore, 'list' | 'settings' | 'put'>,
  client: SecretsManagerClient,
  prefix: string,
): Promise<CarriedToken[]> {
  const carried: CarriedToken[] = [];
  for (const instance of (await instances.list()).instances) {
    const name = secretNameOf(instance, prefix);
    const isOld = !name.startsWith(prefix);
    // A name of the operator's own elsewhere could never be read.
    if (isOld && !name.startsWith(sharedPrefix)) continue;
    const from = isOld ? name : `${sharedPrefix}${name.slice(prefix.length)}`;
    const to = isOld ? `${prefix}${name.slice(sharedPrefix.length)}` : name;
    if ((await tokenIn(client, to)) === undefined) {
      const token = await tokenIn(client, from);
      if (token === undefined) continue;
      await tokenSecrets(client).store(to, token);
      carried.push({ instance: instance.id, from, to });
    }
    const settings = isOld && (await instances.settings(instance.id));
    if (settings) await instances.put({ ...settings, id: instance.id, secret_name: to });
  }
  return carried;
}

/** @returns undefined where there is no such secret, or it is marked for deletion */
async function tokenIn(client: SecretsManagerClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException)
      return undefined;
    throw error;
  }
}
