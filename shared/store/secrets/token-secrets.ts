import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** Writes the tokens into Secrets Manager: the operator's side of what `tokens` reads. */
export interface TokenSecrets {
  /**
   * Makes the secret, or gives it a new value where it is there; one that was marked for deletion is restored.
   *
   * @param beforeReplacing called where the secret holds something else, which is replaced unless it throws
   */
  store(
    name: string,
    token: string,
    beforeReplacing?: () => Promise<void>,
  ): Promise<'created' | 'replaced' | 'restored'>;
  /**
   * Marks the secret for deletion, so that it can be restored for some days.
   *
   * @returns false where there is none, or it is marked already
   */
  remove(name: string, recoveryDays: number): Promise<boolean>;
}

export function tokenSecrets(client: SecretsManagerClient): TokenSecrets {
  const replace = (name: string, token: string) =>
    client.send(new PutSecretValueCommand({ SecretId: name, SecretString: token }));
  const holds = async (name: string, token: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString?.trim() === token;

  return {
    async store(name, token, beforeReplacing) {
      try {
        await client.send(
          new CreateSecretCommand({
            Name: name,
            SecretString: token,
            Description: 'Web service token of a Moodle (oec-moodle-sync)',
          }),
        );
        return 'created';
      } catch (error) {
        if (error instanceof ResourceExistsException) {
          if (beforeReplacing && !(await holds(name, token))) await beforeReplacing();
          await replace(name, token);
          return 'replaced';
        }
        // The name of a secret that is marked for deletion is taken until it is gone.
        if (!(error instanceof InvalidRequestException)) throw error;
        await client.send(new RestoreSecretCommand({ SecretId: name }));
        await replace(name, token);
        return 'restored';
      }
    },

    async remove(name, recoveryDays) {
      try {
        await client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: recoveryDays }));
        return true;
      } catch (error) {
        if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException)
          return false;
        throw error;
      }
    },
  };
}
