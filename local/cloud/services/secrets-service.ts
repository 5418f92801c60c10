import { randomBytes, randomUUID } from 'node:crypto';
import { arnOf } from '../account.ts';
import { ServiceError } from '../cloud-error.ts';
import type { VirtualClock } from '../virtual-clock.ts';

interface Input {
  readonly Name: string;
  readonly SecretId: string;
  readonly SecretString?: string;
  readonly SecretBinary?: string;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

interface Secret {
  readonly name: string;
  readonly createdAt: number;
  value: { readonly SecretString?: string; readonly SecretBinary?: string };
  versionId: string;
  /** Marked for deletion: it keeps its name, and can be restored. */
  isDeleted: boolean;
}

/** A stand-in for Secrets Manager with one current version a secret; one that is marked for deletion stays so. Values stay in memory and out of every error. */
export class SecretsService {
  readonly #clock: VirtualClock;
  readonly #secrets = new Map<string, Secret>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** @param value random when the template asks for a generated one (undefined) */
  create(
    name: string,
    value: Secret['value'] = { SecretString: randomBytes(24).toString('base64url') },
  ): Secret {
    if (this.#secrets.get(name)?.isDeleted) {
      throw new ServiceError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (this.#secrets.has(name))
      throw new ServiceError('ResourceExistsException', `The secret ${name} already exists.`);
    const secret = { name, createdAt: this.#clock.now(), value, versionId: randomUUID(), isDeleted: false };
    this.#secrets.set(name, secret);
    return secret;
  }

  /** @returns the answer's body; throws ServiceError */
  handle(action: string, body: unknown): unknown {
    const input = body as Input;
    if (action === 'CreateSecret') return answer(this.create(input.Name, secretValue(input)));
    const name = input.SecretId?.replace(/^arn:.*:secret:/, '');
    const secret = this.#secrets.get(name);
    if (!secret)
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    if (action === 'RestoreSecret') {
      secret.isDeleted = false;
      return answer(secret);
    }
    if (secret.isDeleted && action !== 'DescribeSecret') {
      throw new ServiceError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    switch (action) {
      case 'GetSecretValue':
        return {
          ...answer(secret),
          ...secret.value,
          VersionStages: ['AWSCURRENT'],
          CreatedDate: secret.createdAt / 1000,
        };
      case 'PutSecretValue':
      case 'UpdateSecret':
        secret.value = secretValue(input);
        secret.versionId = randomUUID();
        return { ...answer(secret), VersionStages: ['AWSCURRENT'] };
      case 'DescribeSecret':
        return { ...answer(secret), CreatedDate: secret.createdAt / 1000 };
      case 'DeleteSecret':
        if (input.ForceDeleteWithoutRecovery) this.#secrets.delete(name);
        else secret.isDeleted = true;
        return { ...answer(secret), DeletionDate: this.#clock.now() / 1000 };
      default:
        throw new ServiceError('InvalidRequestException', `The embedded cloud does not know ${action}`);
    }
  }
}

const secretValue = ({ SecretString, SecretBinary }: Input): Secret['value'] =>
  SecretString === undefined ? { SecretBinary: SecretBinary ?? '' } : { SecretString };

const answer = ({ name, versionId }: Secret) => ({
  ARN: arnOf('secretsmanager', `secret:${name}`),
  Name: name,
  VersionId: versionId,
});
