import { arnOf, lastPart } from '../account.ts';
import { UnsupportedTemplateError } from '../cloud-error.ts';
import { functionDefinition, type HandlerSource } from '../functions/function-definition.ts';
import { type FunctionListener, FunctionRuntime } from '../functions/function-runtime.ts';
import type { DirectServices } from '../protocol/direct-calls.ts';
import { longestRequest } from '../queues/sqs-service.ts';
import { scheduleExpression } from '../services/schedule-expression.ts';
import type { ScheduleInput, SchedulerService } from '../services/scheduler-service.ts';
import { tableDefinition } from '../tables/table-definition.ts';
import { type MappingParts, startMapping } from './event-source-mapping.ts';
import { checkProperties, isCreated } from './supported-resources.ts';
import type { CloudTemplate, ResolvedResource } from './template.ts';
import type { TemplateEvaluator } from './template-evaluator.ts';

export interface StackOptions {
  readonly template: CloudTemplate;
  readonly evaluator: TemplateEvaluator;
  readonly endpoint: string;
  readonly assetDirectory: string;
  readonly log: (line: string) => void;
  /** told what becomes of the functions' events */
  readonly listener: FunctionListener;
  readonly environment?: Readonly<Record<string, string>>;
  readonly handlerSource?: HandlerSource | undefined;
  /** filled with the functions, which schedules look up when they fire */
  readonly runtimes: FunctionRuntime[];
}

export interface CreatedResources {
  readonly runtimes: readonly FunctionRuntime[];
  readonly pollers: readonly { stop(): void }[];
  /** what `Ref` gives, by logical id */
  readonly physicalIds: ReadonlyMap<string, string>;
  readonly resources: readonly ResolvedResource[];
}

type Services = MappingParts & DirectServices & { readonly scheduler: SchedulerService };

/** Creates what the template names, sources before what reads them. Throws UnsupportedTemplateError. */
export async function createResources(options: StackOptions, services: Services): Promise<CreatedResources> {
  const { template, evaluator, runtimes } = options;
  const resources = Object.entries(template.Resources)
    .filter(([logicalId, { Type }]) => isCreated(logicalId, Type))
    .map(([logicalId]) => evaluator.resource(logicalId));
  for (const resource of resources) checkProperties(resource);
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));

  for (const table of ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'))
    await services.dynamodb.createTable(tableDefinition(table));
  for (const queue of ofType('AWS::SQS::Queue')) createQueue(queue, services);
  for (const { physicalId, properties } of ofType('AWS::SecretsManager::Secret')) {
    const { SecretString } = properties;
    services.secrets.create(
      physicalId.replace(/^arn:.*:secret:/, ''),
      SecretString === undefined ? undefined : { SecretString: String(SecretString) },
    );
  }
  for (const resource of ofType('AWS::Lambda::Function')) {
    const definition = functionDefinition(
      resource,
      options.assetDirectory,
      options.endpoint,
      options.environment ?? {},
      options.handlerSource,
    );
    runtimes.push(new FunctionRuntime(definition, services.clock, options.log, options.listener, services));
  }
  for (const { properties } of ofType('AWS::Lambda::EventInvokeConfig')) {
    const runtime = runtimes.find(({ name }) => name === lastPart(String(properties.FunctionName)));
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 6 * 60 * 60 } = properties;
    runtime?.configureAsynchronous(Number(MaximumRetryAttempts), Number(MaximumEventAgeInSeconds) * 1000);
  }
  const pollers = ofType('AWS::Lambda::EventSourceMapping').map((mapping) => {
    const functionName = lastPart(String(mapping.properties.FunctionName));
    const runtime = runtimes.find(({ name }) => name === functionName);
    if (!runtime) throw new UnsupportedTemplateError(`${mapping.logicalId}: FunctionName ${functionName}`);
    return startMapping(mapping, runtime, services);
  });
  for (const { physicalId } of ofType('AWS::Scheduler::ScheduleGroup'))
    services.scheduler.createGroup(physicalId);
  for (const schedule of ofType('AWS::Scheduler::Schedule')) createSchedule(schedule, runtimes, services);
  return {
    runtimes,
    pollers,
    resources,
    physicalIds: new Map(resources.map(({ logicalId, physicalId }) => [logicalId, physicalId])),
  };
}

function createQueue({ physicalId, properties }: ResolvedResource, { sqs }: Services): void {
  const name = lastPart(physicalId);
  const redrive = properties.RedrivePolicy;
  sqs.create({
    name,
    url: physicalId,
    arn: arnOf('sqs', name),
    visibilityTimeout: Number(properties.VisibilityTimeout ?? 30),
    delaySeconds: Number(properties.DelaySeconds ?? 0),
    receiveWaitSeconds: Number(properties.ReceiveMessageWaitTimeSeconds ?? 0),
    maximumMessageSize: Number(properties.MaximumMessageSize ?? longestRequest),
    redrivePolicy: redrive
      ? {
          deadLetterTargetArn: String(redrive.deadLetterTargetArn),
          maxReceiveCount: Number(redrive.maxReceiveCount),
        }
      : undefined,
  });
}

function createSchedule(
  { logicalId, physicalId, properties }: ResolvedResource,
  runtimes: readonly FunctionRuntime[],
  { sqs, scheduler }: Services,
): void {
  const input = properties as unknown as ScheduleInput;
  const { Arn } = input.Target;
  if (!runtimes.some(({ arn }) => arn === Arn) && !sqs.find(Arn))
    throw new UnsupportedTemplateError(`${logicalId}: target ${Arn}`);
  try {
    scheduleExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone);
  } catch {
    throw new UnsupportedTemplateError(
      `${logicalId}: ${input.ScheduleExpression} ${input.ScheduleExpressionTimezone ?? ''}`,
    );
  }
  scheduler.create(physicalId, input);
}
