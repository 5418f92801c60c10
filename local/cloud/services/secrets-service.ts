import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { arnOf } from '../account.ts';
import { ServiceError } from '../cloud-error.ts';
import { operation, Service } from '../protocol/service.ts';
import type { VirtualClock } from '../virtual-clock.ts';

const value = z.object({ SecretString: z.string().optional(), SecretBinary: z.string().optional() });
const named = z.object({ SecretId: z.string() });

interface Secret {
  readonly name: string;
  readonly createdAt: number;
  value: z.infer<typeof value>;
  versionId: string;
  /** Marked for deletion: it keeps its name, and can be restored. */
  isDeleted: boolean;
}

/** A stand-in for Secrets Manager with one current version a secret; one that is marked for deletion stays so. Values stay in memory and out of every error. */
export class SecretsService extends Service {
  readonly #clock: VirtualClock;
  readonly #secrets = new Map<string, Secret>();

  readonly #put = operation(named.extend(value.shape), ({ SecretId, ...given }) => {
    const secret = this.#open(SecretId);
    secret.value = given;
    secret.versionId = randomUUID();
    return { ...answer(secret), VersionStages: ['AWSCURRENT'] };
  });

  protected readonly operations = {
    CreateSecret: operation(value.extend({ Name: z.string() }), ({ Name, ...given }) =>
      answer(this.create(Name, given)),
    ),
    GetSecretValue: operation(named, ({ SecretId }) => {
      const secret = this.#open(SecretId);
      return { ...describe(secret), ...secret.value, VersionStages: ['AWSCURRENT'] };
    }),
    PutSecretValue: this.#put,
    UpdateSecret: this.#put,
    DescribeSecret: operation(named, ({ SecretId }) => describe(this.#secret(SecretId))),
    DeleteSecret: operation(
      named.extend({ ForceDeleteWithoutRecovery: z.boolean().default(false) }),
      ({ SecretId, ForceDeleteWithoutRecovery }) => {
        const secret = this.#open(SecretId);
        if (ForceDeleteWithoutRecovery) this.#secrets.delete(secret.name);
        else secret.isDeleted = true;
        return { ...answer(secret), DeletionDate: this.#clock.now() / 1000 };
      },
    ),
    RestoreSecret: operation(named, ({ SecretId }) => {
      const secret = this.#secret(SecretId);
      secret.isDeleted = false;
      return answer(secret);
    }),
  };

  constructor(clock: VirtualClock) {
    super('Secrets Manager', { unknown: 'InvalidRequestException', invalid: 'InvalidParameterException' });
    this.#clock = clock;
  }

  /** @param given random when the template asks for a generated one (undefined) */
  create(
    name: string,
    given: Secret['value'] = { SecretString: randomBytes(24).toString('base64url') },
  ): Secret {
    const existing = this.#secrets.get(name);
    if (existing?.isDeleted)
      throw new ServiceError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (existing) throw new ServiceError('ResourceExistsException', `The secret ${name} already exists.`);
    const createdAt = this.#clock.now();
    const secret = { name, createdAt, value: given, versionId: randomUUID(), isDeleted: false };
    this.#secrets.set(name, secret);
    return secret;
  }

  #secret(id: string): Secret {
    const secret = this.#secrets.get(id.replace(/^arn:.*:secret:/, ''));
    if (!secret)
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  }

  #open(id: string): Secret {
    const secret = this.#secret(id);
    if (secret.isDeleted)
      throw new ServiceError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return secret;
  }
}

const answer = ({ name, versionId }: Secret) => ({
  ARN: arnOf('secretsmanager', `secret:${name}`),
  Name: name,
  VersionId: versionId,
});

const describe = (secret: Secret) => ({ ...answer(secret), CreatedDate: secret.createdAt / 1000 });
