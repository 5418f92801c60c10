import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { region } from './account.ts';
import { Activity } from './activity.ts';
import { FunctionInvocationError } from './cloud-error.ts';
import type { HandlerSource } from './functions/function-definition.ts';
import type { FunctionRuntime } from './functions/function-runtime.ts';
import { CloudFront } from './protocol/cloud-front.ts';
import { callDirectly, type DirectServices } from './protocol/direct-calls.ts';
import type { Message } from './queues/queue.ts';
import { SqsService } from './queues/sqs-service.ts';
import { CloudFormationService } from './services/cloudformation-service.ts';
import { CloudWatchService } from './services/cloudwatch-service.ts';
import { SchedulerService } from './services/scheduler-service.ts';
import { SecretsService } from './services/secrets-service.ts';
import { DynamoDbService } from './tables/dynamodb-service.ts';
import { targetDelivery } from './target-delivery.ts';
import { type CreatedResources, createResources } from './template/create-resources.ts';
import type { CloudTemplate } from './template/template.ts';
import { TemplateEvaluator } from './template/template-evaluator.ts';
import { type PendingDelay, VirtualClock } from './virtual-clock.ts';

export interface EmbeddedCloudOptions {
  /** a synthesized stack: parsed `cdk.out/<stack>.template.json` */
  readonly template: unknown;
  /** where the template's assets are, `cdk.out` */
  readonly assetDirectory: string;
  readonly clock?: VirtualClock;
  /** told every line the functions print */
  readonly log?: (line: string) => void;
  /** variables added to every function's own */
  readonly environment?: Readonly<Record<string, string>>;
  /** given, functions run as modules of this process, from their sources, and not as processes, from their bundles */
  readonly handlerSource?: HandlerSource | undefined;
}

export interface CloudClients {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  readonly scheduler: SchedulerClient;
  readonly secrets: SecretsManagerClient;
}

/** The stack of a template, running on this machine. */
export class EmbeddedCloud {
  /** what the functions and clients have as AWS_ENDPOINT_URL */
  readonly endpoint: string;
  /** what a client of this process may call without a connection */
  readonly services: DirectServices;
  readonly clients: CloudClients;
  readonly outputs: Readonly<Record<string, string>>;
  readonly clock: VirtualClock;
  readonly #activity: Activity;
  readonly #front: CloudFront;
  readonly #created: CreatedResources;
  readonly #killOnExit: () => void;
  #isStopped = false;

  private constructor(parts: {
    clock: VirtualClock;
    activity: Activity;
    front: CloudFront;
    created: CreatedResources;
    outputs: Record<string, string>;
    services: DirectServices;
    clients: CloudClients;
  }) {
    this.endpoint = parts.front.endpoint;
    this.services = parts.services;
    this.clients = parts.clients;
    this.outputs = parts.outputs;
    this.clock = parts.clock;
    this.#activity = parts.activity;
    this.#front = parts.front;
    this.#created = parts.created;
    // Children also end by themselves when their parent is gone; a busy one would not notice in time.
    this.#killOnExit = () => {
      for (const runtime of this.#created.runtimes) void runtime.stop();
    };
    process.once('exit', this.#killOnExit);
  }

  /**
   * Creates everything in the template and starts polling.
   * @throws UnsupportedTemplateError naming what would not behave as on AWS; nothing is left running then
   */
  static async start(options: EmbeddedCloudOptions): Promise<EmbeddedCloud> {
    const clock = options.clock ?? new VirtualClock();
    const activity = new Activity();
    const front = await CloudFront.start(activity);
    const dynamodb = new DynamoDbService(clock);
    const sqs = new SqsService(clock, activity);
    const runtimes: FunctionRuntime[] = [];
    const findFunction = (arn: string) => runtimes.find((runtime) => runtime.arn === arn);
    const scheduler = new SchedulerService(clock, targetDelivery(sqs, findFunction, clock, activity));
    const secrets = new SecretsService(clock);
    const cloudwatch = new CloudWatchService(clock);
    const log = (line: string) => {
      cloudwatch.takeLine(line);
      options.log?.(line);
    };
    const listener = {
      invoked: (name: string, ok: boolean) => cloudwatch.countInvocation(name, ok),
      dropped: (name: string) => cloudwatch.countDropped(name),
    };
    try {
      const template = options.template as CloudTemplate;
      const evaluator = new TemplateEvaluator(template, front.endpoint);
      const created = await createResources(
        { ...options, template, evaluator, endpoint: front.endpoint, runtimes, log, listener },
        { clock, activity, dynamodb, sqs, scheduler, secrets },
      );
      const outputs = evaluator.outputs();
      const cloudformation = new CloudFormationService(outputs, created.resources, clock.now());
      front.serve({ dynamodb, sqs, scheduler, secrets, cloudformation, cloudwatch, clock });
      const services = { dynamodb, sqs, secrets };
      const clients = clientsOf(front.endpoint);
      if (options.handlerSource) for (const client of Object.values(clients)) callDirectly(client, services);
      return new EmbeddedCloud({ clock, activity, front, created, outputs, services, clients });
    } catch (error) {
      clock.stop();
      await front.stop();
      throw error;
    }
  }

  /** @returns name or URL by output, logical id or the beginning of one (the CDK appends a hash) */
  resource(name: string): string {
    const output = this.outputs[name];
    if (output !== undefined) return output;
    const ids = [...this.#created.physicalIds];
    const [, found] = ids.find(([id]) => id === name) ?? ids.find(([id]) => id.startsWith(name)) ?? [];
    if (found === undefined) throw new Error(`The stack has no resource ${name}`);
    return found;
  }

  /** Resolves when nothing is under way and only the clock can make something happen. */
  idle(): Promise<void> {
    return this.#activity.idle();
  }

  /** Lets virtual time pass in steps: to the next due moment, until all it caused is done, and so on. */
  async advanceAndSettle(milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    await this.idle();
    for (let next = this.clock.nextDue(); next !== undefined && next <= end; next = this.clock.nextDue()) {
      this.clock.advance(Math.max(0, next - this.clock.now()));
      await this.idle();
    }
    this.clock.advance(Math.max(0, end - this.clock.now()));
    await this.idle();
  }

  /** @returns all messages of a queue, also delayed and received ones, without touching them */
  async queueMessages(queueUrl: string): Promise<Message[]> {
    return this.services.sqs.queue(queueUrl).messages;
  }

  /** @returns what waits for the clock, the next first: delayed messages, visibility timeouts, schedules, retries */
  pendingDelays(): PendingDelay[] {
    return this.clock.pending();
  }

  /** @returns the last lines a function printed, failed invocations included */
  logs(functionName: string): readonly string[] {
    return this.#function(functionName).lines;
  }

  /** Kills one environment of a function, a running one if there is any. @returns whether there was one */
  killFunction(functionName: string): Promise<boolean> {
    return this.#function(functionName).kill();
  }

  /** Invokes a function and waits. @returns its result; throws FunctionInvocationError */
  async invoke(functionName: string, payload: unknown): Promise<unknown> {
    const runtime = this.#function(functionName);
    const result = await this.#activity.track(() => runtime.invoke(payload));
    if (result.ok) return result.payload;
    throw new FunctionInvocationError(runtime.name, result.errorType, result.errorMessage);
  }

  /** Ends children and servers; data is gone. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    process.removeListener('exit', this.#killOnExit);
    this.clock.stop();
    for (const poller of this.#created.pollers) poller.stop();
    await Promise.all(this.#created.runtimes.map((runtime) => runtime.stop()));
    for (const client of Object.values(this.clients)) client.destroy();
    // What the ended invocations still had under way finds its services until it is through.
    await this.idle();
    await this.#front.stop();
  }

  /** Finds `push-worker` also when the CDK made it `PushWorkerFunction1A2B3C`. */
  #function(name: string): FunctionRuntime {
    const plain = (text: string) => text.replace(/[^a-z0-9]/gi, '').toLowerCase();
    const { runtimes } = this.#created;
    const found =
      runtimes.find((runtime) => runtime.name === name) ??
      runtimes.find(({ definition }) => plain(definition.name).startsWith(plain(name))) ??
      runtimes.find(({ definition }) => plain(definition.logicalId).startsWith(plain(name))) ??
      runtimes.find(({ definition }) => plain(definition.name + definition.logicalId).includes(plain(name)));
    if (!found) throw new Error(`The stack has no function ${name}`);
    return found;
  }
}

function clientsOf(endpoint: string): CloudClients {
  const configuration = {
    endpoint,
    region,
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  };
  return {
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(configuration), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    sqs: new SQSClient(configuration),
    scheduler: new SchedulerClient(configuration),
    secrets: new SecretsManagerClient(configuration),
  };
}
