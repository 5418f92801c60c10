import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { constructStack } from '@smithy/core/client';
import { ServiceError } from '../cloud-error.ts';
import type { AwsService } from './service.ts';

/** The services that are called without a connection; the others are called seldom. */
export interface DirectServices {
  readonly dynamodb: AwsService;
  readonly sqs: AwsService;
  readonly secrets: AwsService;
}

// biome-ignore lint/suspicious/noExplicitAny: commands of several services, whose inputs have nothing in common
type Json = any;
type Send = (command: Json, ...rest: unknown[]) => Promise<Json>;
type Call = (action: string, input: Json) => Promise<Json>;
type Errors = Readonly<Record<string, unknown>>;
type ErrorClass = new (options: Json) => Error;

const direct: { client: { prototype: { send: Json } }; service: keyof DirectServices; errors: Errors }[] = [
  { client: dynamodb.DynamoDBClient, service: 'dynamodb', errors: dynamodb },
  { client: DynamoDBDocumentClient, service: 'dynamodb', errors: dynamodb },
  { client: sqs.SQSClient, service: 'sqs', errors: sqs },
  { client: secrets.SecretsManagerClient, service: 'secrets', errors: secrets },
];

const copy = (value: unknown) => JSON.parse(JSON.stringify(value ?? {}));

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

const ownServices = new WeakMap<object, Partial<DirectServices>>();
let isInstalled = false;
let caller: Caller = {
  services: () => undefined,
  trace: () => undefined,
  guard: (call) => call(),
  outside: (work) => work(),
};

/** Has one client call this cloud, whoever uses it. @returns the same client */
export function callDirectly<Client extends object>(
  client: Client,
  services: Partial<DirectServices>,
): Client {
  installDirectCalls();
  ownServices.set(client, services);
  return client;
}

/**
 * Has the SDK's clients call an embedded cloud of this process without signing, serializing and a connection, which
 * are nine tenths of what a call costs. Commands, marshalling and error classes stay the SDK's own.
 *
 * @param now tells who is calling; nobody in particular unless told
 */
export function installDirectCalls(now = caller): void {
  caller = now;
  if (isInstalled) return;
  isInstalled = true;
  for (const { client, service, errors } of direct) {
    const overHttp: Send = client.prototype.send;
    client.prototype.send = function (this: Json, command: Json, ...rest: unknown[]): Promise<Json> {
      const called = (ownServices.get(this) ?? caller.services())?.[service];
      if (!called) return caller.guard(() => overHttp.call(this, command, ...rest));
      const call = callOf(called, caller.trace(), errors);
      // Items of tables are handed over as they are, without a copy.
      const copied: Call = async (action, input) => copy(await call(action, copy(input)));
      return caller.guard(() => sendDirectly(command, this.config, service === 'dynamodb' ? call : copied));
    };
  }
}

function callOf(service: AwsService, trace: string | undefined, errors: Errors): Call {
  return async (action, input) => {
    try {
      return await caller.outside(() => service.handle(action, input, trace));
    } catch (error) {
      throw error instanceof ServiceError ? asSdkError(error, errors) : error;
    }
  };
}

/** A document command's own middleware marshals around the places where a request would be serialized. */
async function sendDirectly(command: Json, config: Json, call: Call): Promise<Json> {
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

function asSdkError(error: ServiceError, errors: Errors): Error {
  const name = Object.keys(errors).find(
    (known) => known === error.code || known === `${error.code}Exception`,
  );
  const options = { message: error.message, $metadata: { httpStatusCode: error.status }, ...error.details };
  if (name) return new (errors[name] as ErrorClass)(options);
  const [general] = Object.keys(errors).filter((known) => known.endsWith('ServiceException'));
  return new (errors[general ?? ''] as ErrorClass)({ ...options, name: error.code, $fault: 'client' });
}
