import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { constructStack } from '@smithy/core/client';
import { ServiceError } from '../cloud-error.ts';
import type { SqsService } from '../queues/sqs-service.ts';
import type { SecretsService } from '../services/secrets-service.ts';
import type { DynamoDbService } from '../tables/dynamodb-service.ts';

/** The services that are called without a connection; the others are called seldom. */
export interface DirectServices {
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly secrets: SecretsService;
}

// biome-ignore lint/suspicious/noExplicitAny: commands of several services, whose inputs have nothing in common
type Json = any;
type Send = (command: Json, ...rest: unknown[]) => Promise<Json>;
type ErrorClass = new (options: Json) => Error;

/** A service's client, how an action of it is carried out, and its errors. */
interface DirectClient {
  readonly client: { prototype: { send: Json } };
  readonly call: (
    services: DirectServices,
    action: string,
    input: Json,
    trace: string | undefined,
  ) => Promise<Json>;
  readonly errors: Readonly<Record<string, unknown>>;
}

const direct: DirectClient[] = [
  ...[dynamodb.DynamoDBClient, DynamoDBDocumentClient].map((client) => ({
    client,
    call: (services: DirectServices, action: string, input: Json) => services.dynamodb.handle(action, input),
    errors: dynamodb,
  })),
  {
    client: sqs.SQSClient,
    call: async (services, action, input, trace) =>
      copy(await services.sqs.handle(action, copy(input), trace)),
    errors: sqs,
  },
  {
    client: secrets.SecretsManagerClient,
    call: async (services, action, input) => copy(services.secrets.handle(action, copy(input))),
    errors: secrets,
  },
];

const copy = (value: unknown) => JSON.parse(JSON.stringify(value ?? {}));

const ownServices = new WeakMap<object, DirectServices>();

/** Has one client call this cloud, whoever uses it. @returns the same client */
export function callDirectly<Client extends object>(client: Client, services: DirectServices): Client {
  ownServices.set(client, services);
  return client;
}

/** Who is calling, as far as direct calls need to know it. */
export interface Caller {
  /** The cloud that the caller's calls are for; undefined sends them over HTTP as ever. */
  services(): DirectServices | undefined;
  /** Its trace id, which the SDK would send as a header (its recursion detection). */
  trace(): string | undefined;
  /** Carries out a call of the caller, also one over HTTP. */
  guard<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Runs a part of the cloud, where nothing of the caller's surroundings may be found. */
  outside<Result>(work: () => Result): Result;
}

/**
 * Has the SDK's clients call an embedded cloud of this process without signing, serializing and a connection, which
 * are nine tenths of what a call costs. Commands, marshalling and error classes stay the SDK's own.
 */
export function installDirectCalls(caller: Caller): void {
  for (const { client, call, errors } of direct) {
    const overHttp: Send = client.prototype.send;
    client.prototype.send = function (this: Json, command: Json, ...rest: unknown[]): Promise<Json> {
      const services = ownServices.get(this) ?? caller.services();
      const trace = caller.trace();
      return caller.guard(() =>
        services
          ? sendDirectly(command, this.config, async (action, input) => {
              try {
                return await caller.outside(() => call(services, action, input, trace));
              } catch (error) {
                throw error instanceof ServiceError ? asSdkError(error, errors) : error;
              }
            })
          : overHttp.call(this, command, ...rest),
      );
    };
  }
}

/** A document command's own middleware marshals around the places where a request would be serialized. */
async function sendDirectly(
  command: Json,
  config: Json,
  call: (action: string, input: Json) => Promise<Json>,
): Promise<Json> {
  const sent = command.clientCommand ?? command;
  const action = sent.constructor.name.replace(/Command$/, '');
  if (sent === command) return { ...(await call(action, command.input)), $metadata: {} };
  command.addMarshallingMiddleware(config);
  const stack = constructStack<Json, Json>();
  const nothing = (next: Json) => next;
  stack.add(nothing, { step: 'serialize', name: 'serializerMiddleware' });
  stack.add(nothing, { step: 'deserialize', name: 'deserializerMiddleware' });
  const handler = stack
    .concat(sent.middlewareStack)
    .resolve(async ({ input }: Json) => ({ output: await call(action, input), response: {} }), {});
  return { ...(await handler({ input: sent.input })).output, $metadata: {} };
}

function asSdkError(error: ServiceError, errors: Readonly<Record<string, unknown>>): Error {
  const name = Object.keys(errors).find(
    (known) => known === error.code || known === `${error.code}Exception`,
  );
  const options = { message: error.message, $metadata: { httpStatusCode: error.status }, ...error.details };
  if (name) return new (errors[name] as ErrorClass)(options);
  const [general] = Object.keys(errors).filter((known) => known.endsWith('ServiceException'));
  return new (errors[general ?? ''] as ErrorClass)({ ...options, name: error.code, $fault: 'client' });
}
