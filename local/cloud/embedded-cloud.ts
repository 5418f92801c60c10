import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { region } from './account.ts';
import { Activity } from './activity.ts';
import { FunctionInvocationError } from './cloud-error.ts';
import type { FunctionSources } from './functions/function-definition.ts';
import type { FunctionRuntime } from './functions/function-runtime.ts';
import { CloudFront } from './protocol/cloud-front.ts';
import { callDirectly } from './protocol/direct-calls.ts';
import type { Message } from './queues/queue.ts';
import { SqsService } from './queues/sqs-service.ts';
import { CloudFormationService } from './services/cloudformation-service.ts';
import { CloudWatchService } from './services/cloudwatch-service.ts';
import { SchedulerService, type ScheduleTarget } from './services/scheduler-service.ts';
import { SecretsService } from './services/secrets-service.ts';
import { DynamoDbService } from './tables/dynamodb-service.ts';
import { type CreatedResources, createResources } from './template/create-resources.ts';
import { type CloudTemplate, TemplateEvaluator } from './template/template-evaluator.ts';
import { type PendingDelay, VirtualClock } from './virtual-clock.ts';

export interface EmbeddedCloudOptions extends FunctionSources {
  /** a synthesized stack: parsed `cdk.out/<stack>.template.json` */
  readonly template: unknown;
  readonly clock?: VirtualClock;
  /** told every line the functions print */
  readonly log?: (line: string) => void;
}

export interface CloudClients {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  readonly scheduler: SchedulerClient;
  readonly secrets: SecretsManagerClient;
}

/** The stack of a template, running on this machine. */
export class EmbeddedCloud {
  readonly clock: VirtualClock;
  readonly activity = new Activity();
  readonly log: (line: string) => void;
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly secrets: SecretsService;
  readonly scheduler: SchedulerService;
  readonly metrics: CloudWatchService;
  readonly runtimes: FunctionRuntime[] = [];
  readonly clients: CloudClients;
  /** the stack's own, once it is created */
  outputs: Readonly<Record<string, string>> = {};
  readonly #front: CloudFront;
  #created: CreatedResources = { pollers: [], resources: [] };
  #isStopped = false;

  private constructor(front: CloudFront, clock: VirtualClock, log: (line: string) => void) {
    this.#front = front;
    this.clock = clock;
    this.dynamodb = new DynamoDbService(clock);
    this.sqs = new SqsService(clock, this.activity);
    this.secrets = new SecretsService(clock);
    this.scheduler = new SchedulerService(clock, (target) => this.#deliver(target));
    this.metrics = new CloudWatchService(clock);
    this.log = (line) => {
      this.metrics.takeLine(line);
      log(line);
    };
    this.clients = clientsOf(front.endpoint);
    process.once('exit', this.#killFunctions);
  }

  /**
   * Creates everything in the template and starts polling.
   * @throws UnsupportedTemplateError naming what would not behave as on AWS; nothing is left running then
   */
  static async start(options: EmbeddedCloudOptions): Promise<EmbeddedCloud> {
    const { clock = new VirtualClock(), log = () => {} } = options;
    const cloud = new EmbeddedCloud(await CloudFront.start(clock), clock, log);
    try {
      await cloud.#create(options);
      return cloud;
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  }

  /** what the functions and clients have as AWS_ENDPOINT_URL */
  get endpoint(): string {
    return this.#front.endpoint;
  }

  /** @returns name or URL by output, logical id or the beginning of one (the CDK appends a hash) */
  resource(name: string): string {
    const output = this.outputs[name];
    if (output !== undefined) return output;
    const { resources } = this.#created;
    const found =
      resources.find(({ logicalId }) => logicalId === name) ??
      resources.find(({ logicalId }) => logicalId.startsWith(name));
    if (!found) throw new Error(`The stack has no resource ${name}`);
    return found.physicalId;
  }

  /** Resolves when nothing is under way and only the clock can make something happen. */
  idle(): Promise<void> {
    return this.activity.idle();
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
    return this.sqs.queue(queueUrl).messages;
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
    const result = await this.activity.track(() => runtime.invoke(payload));
    if (result.ok) return result.payload;
    throw new FunctionInvocationError(runtime.name, result.errorType, result.errorMessage);
  }

  /** Ends children and servers; data is gone. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    process.removeListener('exit', this.#killFunctions);
    this.clock.stop();
    for (const poller of this.#created.pollers) poller.stop();
    await Promise.all(this.runtimes.map((runtime) => runtime.stop()));
    for (const client of Object.values(this.clients)) client.destroy();
    // What the ended invocations still had under way finds its services until it is through.
    await this.idle();
    await this.#front.stop();
  }

  async #create(options: EmbeddedCloudOptions): Promise<void> {
    const evaluator = new TemplateEvaluator(options.template as CloudTemplate, this.endpoint);
    this.#created = await createResources(evaluator, options, this);
    this.outputs = evaluator.outputs();
    const stack = { outputs: this.outputs, createdAt: this.clock.now(), ...this.#created };
    this.#front.serve(this.activity, {
      DynamoDB_20120810: this.dynamodb,
      AmazonSQS: this.sqs,
      secretsmanager: this.secrets,
      GraniteServiceVersion20100801: this.metrics,
      schedules: this.scheduler,
      cloudformation: new CloudFormationService(stack),
    });
    if (options.handlerSource) for (const client of Object.values(this.clients)) callDirectly(client, this);
  }

  /** What cannot be delivered goes to the schedule's dead letters. */
  #deliver({ Arn, Input = '{}', DeadLetterConfig }: ScheduleTarget): void {
    const runtime = this.runtimes.find(({ arn }) => arn === Arn);
    if (runtime) runtime.start(JSON.parse(Input));
    else (this.sqs.find(Arn) ?? this.sqs.find(DeadLetterConfig?.Arn))?.send({ body: Input });
  }

  /** Children also end by themselves when their parent is gone; a busy one would not notice in time. */
  readonly #killFunctions = () => {
    for (const runtime of this.runtimes) void runtime.stop();
  };

  /** Finds `push-worker` also when the CDK made it `PushWorkerFunction1A2B3C`. */
  #function(name: string): FunctionRuntime {
    const plain = (text: string) => text.replace(/[^a-z0-9]/gi, '').toLowerCase();
    const found =
      this.runtimes.find((runtime) => runtime.name === name) ??
      this.runtimes.find(({ definition }) => plain(definition.name).startsWith(plain(name))) ??
      this.runtimes.find(({ definition }) => plain(definition.logicalId).startsWith(plain(name))) ??
      this.runtimes.find(({ definition }) =>
        plain(definition.name + definition.logicalId).includes(plain(name)),
      );
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
