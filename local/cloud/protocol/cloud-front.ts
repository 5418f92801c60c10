import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Activity } from '../activity.ts';
import { ServiceError } from '../cloud-error.ts';
import type { SqsService } from '../queues/sqs-service.ts';
import { type CloudFormationService, queryProtocolError } from '../services/cloudformation-service.ts';
import type { CloudWatchService } from '../services/cloudwatch-service.ts';
import type { SchedulerService } from '../services/scheduler-service.ts';
import type { SecretsService } from '../services/secrets-service.ts';
import type { DynamoDbService } from '../tables/dynamodb-service.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** An answer on its way out. */
interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface FrontServices {
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly scheduler: SchedulerService;
  readonly secrets: SecretsService;
  readonly cloudformation: CloudFormationService;
  readonly cloudwatch: CloudWatchService;
  readonly clock: VirtualClock;
}

/** The one HTTP endpoint of all services: tells them apart as the SDK's requests do, by target or path. */
export class CloudFront {
  readonly #server: Server;
  readonly #activity: Activity;
  #services: FrontServices | undefined;

  private constructor(server: Server, activity: Activity) {
    this.#server = server;
    this.#activity = activity;
    server.on('request', (request, response) => void this.#respond(request, response));
  }

  /** Listens on a free port of the loopback interface. */
  static async start(activity: Activity): Promise<CloudFront> {
    const server = createServer();
    // Never closes a connection that a function has kept open: the two could cross.
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CloudFront(server, activity);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Gives the services to route to: queue URLs hold the port, so they come after the start. */
  serve(services: FrontServices): void {
    this.#services = services;
  }

  /** Closes all connections. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = String(request.headers['x-amz-target'] ?? '');
    // Who waits for a message does not keep the cloud busy.
    const end = target === 'AmazonSQS.ReceiveMessage' ? () => {} : this.#activity.begin();
    try {
      const answer = await this.#route(request, target, await readBody(request)).catch(failure);
      // The SDK would correct its clock by the Date header and repeat failed calls when the virtual time is ahead.
      response.sendDate = false;
      response.writeHead(answer.status, {
        'content-type': target.startsWith('secretsmanager')
          ? 'application/x-amz-json-1.1'
          : 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(answer.text),
        ...answer.headers,
      });
      response.end(answer.text);
    } catch {
      // The caller has gone away in the middle of its request.
      response.destroy();
    } finally {
      end();
    }
  }

  #query({ cloudformation, clock }: FrontServices, text: string): ServiceAnswer {
    const headers = { 'content-type': 'text/xml' };
    try {
      const answer = cloudformation.handle(new URLSearchParams(text));
      // Here the time does no harm, and the operators' command learns the cloud's from it.
      const date = new Date(clock.now()).toUTCString();
      return { status: 200, headers: { ...headers, date }, text: answer };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { status: error.status, headers, text: queryProtocolError(error) };
    }
  }

  async #route(request: IncomingMessage, target: string, text: string): Promise<ServiceAnswer> {
    const services = this.#services;
    if (!services) throw new ServiceError('ServiceUnavailable', 'starting', 503);
    if (isQuery(request)) return this.#query(services, text);
    const [service, action = ''] = target.split('.');
    const json = () => (text === '' ? {} : JSON.parse(text));
    if (service === 'DynamoDB_20120810') return success(await services.dynamodb.handle(action, json()));
    if (service === 'AmazonSQS')
      return success(
        await services.sqs.handle(action, json(), request.headers['x-amzn-trace-id']?.toString()),
      );
    if (service === 'secretsmanager') return success(services.secrets.handle(action, json()));
    if (service === 'GraniteServiceVersion20100801')
      return success(services.cloudwatch.handle(action, json()));
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (/^\/schedule(s|-groups)(\/|$)/.test(url.pathname))
      return success(
        services.scheduler.handle(request.method ?? 'GET', url.pathname, url.searchParams, json()),
      );
    if (url.pathname.startsWith('/2016-08-19/account-settings')) return success(lambdaAccountSettings);
    throw new ServiceError(
      'UnknownOperationException',
      `The embedded cloud does not know ${target || url.pathname}`,
    );
  }
}

/** What Lambda says of an account that has the usual limit. */
const lambdaAccountSettings = {
  AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 },
};

/** Whether a request is of AWS's query protocol. */
function isQuery({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

const success = (body: unknown): ServiceAnswer => ({ status: 200, headers: {}, text: JSON.stringify(body) });

/** All protocols at once: `__type` for JSON, the header for REST-JSON, `Message` as Scheduler spells it. */
const failure = (error: unknown): ServiceAnswer => {
  const { code, status, message, details } =
    error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500);
  return {
    status,
    headers: { 'x-amzn-errortype': code },
    text: JSON.stringify({ __type: code, message, Message: message, ...details }),
  };
};
