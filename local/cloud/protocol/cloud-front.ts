import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { escapeUTF8 } from 'entities';
import { accountId } from '../account.ts';
import type { Activity } from '../activity.ts';
import { ServiceError } from '../cloud-error.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { AwsService } from './service.ts';

/** The services that can be called, by the first part of `x-amz-target`, or of the path in REST protocols. */
export interface FrontServices {
  readonly DynamoDB_20120810: AwsService;
  readonly AmazonSQS: AwsService;
  readonly secretsmanager: AwsService;
  /** CloudWatch */
  readonly GraniteServiceVersion20100801: AwsService;
  readonly schedules: AwsService;
  readonly cloudformation: AwsService;
}

/** A request as its protocol says it. */
interface Call {
  readonly service: string;
  readonly action: string;
  readonly input: unknown;
}

/** The one HTTP endpoint of all services: tells them apart as the SDK's requests do, by target, form or path. */
export class CloudFront {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #clock: VirtualClock;

  private constructor(server: Server, clock: VirtualClock) {
    this.#server = server;
    this.#clock = clock;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Listens on a free port of the loopback interface. */
  static async start(clock: VirtualClock): Promise<CloudFront> {
    const server = createServer();
    // Never closes a connection that a function has kept open: the two could cross.
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CloudFront(server, clock);
  }

  /** Begins to answer: queue URLs hold the port, so services come after the start. */
  serve(activity: Activity, services: FrontServices): void {
    this.#server.on('request', (request, response) => {
      // Who waits for a message does not keep the cloud busy.
      const isWaiting = request.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage';
      const respond = () => this.#respond(services, request, response);
      void (isWaiting ? respond() : activity.track(respond));
    });
  }

  /** Closes all connections. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #respond(services: FrontServices, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    try {
      const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
      const text = await readBody(request);
      const call = isForm ? formCall(text) : jsonCall(request, text);
      const answer = handle(services, call, headers['x-amzn-trace-id']?.toString());
      const { status, body, ...more } = await (isForm ? asXml(call, answer) : asJson(call, answer));
      // The SDK would correct its clock by the Date header and repeat failed calls when the virtual time is ahead. Of
      // CloudFormation it does no harm, and the operators' command learns the cloud's time from it.
      response.sendDate = false;
      if (isForm) response.setHeader('date', new Date(this.#clock.now()).toUTCString());
      response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...more });
      response.end(body);
    } catch {
      // The caller has gone away in the middle of its request.
      response.destroy();
    }
  }
}

async function handle(services: FrontServices, call: Call, trace: string | undefined): Promise<unknown> {
  const { service, action, input } = call;
  if (service === 'account-settings') return lambdaAccountSettings;
  if (service === 'sts') return callerIdentity;
  const called = services[service as keyof FrontServices];
  if (called) return called.handle(action, input, trace);
  throw new ServiceError(
    'UnknownOperationException',
    `The embedded cloud does not know ${service} ${action}`,
  );
}

/** What Lambda says of an account that has the usual limit. */
const lambdaAccountSettings = {
  AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 },
};

/** Whoever calls is the one operator of this cloud. */
const callerIdentity = {
  Arn: `arn:aws:iam::${accountId}:user/local`,
  UserId: 'AIDALOCAL',
  Account: accountId,
};

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** AWS's query protocol: a form that asks, XML that answers. */
function formCall(text: string): Call {
  const { Action = '', ...input } = Object.fromEntries(new URLSearchParams(text));
  const service = Action === 'GetCallerIdentity' ? 'sts' : 'cloudformation';
  return { service, action: Action, input };
}

/** AWS's JSON protocol, where a header names the operation, and its REST-JSON, where method and path do. */
function jsonCall({ headers, method = 'GET', url = '/' }: IncomingMessage, text: string): Call {
  const body = text === '' ? {} : JSON.parse(text);
  const target = headers['x-amz-target']?.toString();
  if (target !== undefined) {
    const [service = '', action = ''] = target.split('.');
    return { service, action, input: body };
  }
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [service = '', name] = pathname
    .replace(/^\/2016-08-19/, '')
    .split('/')
    .slice(1);
  if (name === undefined)
    return { service, action: 'ListSchedules', input: Object.fromEntries(searchParams) };
  const verbs: Readonly<Record<string, string>> = {
    GET: 'Get',
    POST: 'Create',
    PUT: 'Update',
    DELETE: 'Delete',
  };
  const GroupName = searchParams.get('groupName') ?? undefined;
  const input = { GroupName, ...body, Name: decodeURIComponent(name) };
  return { service, action: `${verbs[method] ?? method}Schedule`, input };
}

/** What HTTP answers: headers beside status and body. */
type HttpAnswer = { status: number; body: string } & Readonly<Record<string, string | number>>;

/** Errors of both protocols at once: `__type` for JSON, the header for REST-JSON, `Message` as Scheduler spells it. */
async function asJson({ service }: Call, answer: Promise<unknown>): Promise<HttpAnswer> {
  const version = service === 'secretsmanager' ? '1.1' : '1.0';
  const type = { 'content-type': `application/x-amz-json-${version}` };
  try {
    return { status: 200, body: JSON.stringify(await answer), ...type };
  } catch (error) {
    const { code, status, message, details } = asServiceError(error);
    const body = JSON.stringify({ __type: code, message, Message: message, ...details });
    return { status, body, ...type, 'x-amzn-errortype': code };
  }
}

async function asXml({ action }: Call, answer: Promise<unknown>): Promise<HttpAnswer> {
  const type = { 'content-type': 'text/xml' };
  try {
    const result = xmlOf(await answer);
    const body =
      `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">` +
      `<${action}Result>${result}</${action}Result></${action}Response>`;
    return { status: 200, body, ...type };
  } catch (error) {
    const { code, status, message } = asServiceError(error);
    const body = xmlOf({ ErrorResponse: { Error: { Type: 'Sender', Code: code, Message: message } } });
    return { status, body, ...type };
  }
}

function xmlOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => xmlOf({ member: item })).join('');
  if (typeof value !== 'object' || value === null) return escapeUTF8(String(value));
  return Object.entries(value)
    .map(([name, item]) => `<${name}>${xmlOf(item)}</${name}>`)
    .join('');
}

function asServiceError(error: unknown): ServiceError {
  return error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500);
}
