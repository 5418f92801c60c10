import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { secretStore } from '#shared/store/part.ts';

/** An instance without a token in Secrets Manager. */
export class TokenError extends Error {
  override name = 'TokenError';

  constructor(instance: string, secretName: string, cause?: unknown) {
    super(
      `The instance ${instance} has no token: store it as plain text in the secret ${secretName} of Secrets Manager.`,
      { cause },
    );
  }
}

/** How long a token is kept before it is read again, in seconds. */
const keepSeconds = 300;

/** The name of the secret that holds an instance's token. */
export function secretNameOf(
  { id, secret_name }: Pick<Instance, 'id' | 'secret_name'>,
  prefix: string,
): string {
  return secret_name ?? `${prefix}${id}`;
}

export interface Tokens {
  /** @throws TokenError */
  get(instance: Instance): Promise<string>;
}

/** The web service tokens, in Secrets Manager under `{prefix}{instance}` unless the instance names another secret. */
export const tokens = secretStore('SecretPrefix', openTokens);

function openTokens(client: SecretsManagerClient, prefix: string): Tokens {
  const provider = new SecretsProvider({ awsSdkV3Client: client });
  return {
    async get(instance) {
      const name = secretNameOf(instance, prefix);
      let token: string | Uint8Array | undefined;
      try {
        token = await provider.get(name, { maxAge: keepSeconds });
      } catch (error) {
        throw new TokenError(instance.id, name, error);
      }
      const text = typeof token === 'string' ? token.trim() : '';
      if (text === '') throw new TokenError(instance.id, name);
      return text;
    },
  };
}
