import { arnOf, lastPart } from '../account.ts';
import { UnsupportedTemplateError } from '../cloud-error.ts';
import { type FunctionSources, functionDefinition } from '../functions/function-definition.ts';
import { type FunctionHost, FunctionRuntime } from '../functions/function-runtime.ts';
import { longestRequest, type SqsService } from '../queues/sqs-service.ts';
import { scheduleExpression } from '../services/schedule-expression.ts';
import type { SchedulerService } from '../services/scheduler-service.ts';
import type { SecretsService } from '../services/secrets-service.ts';
import type { DynamoDbService } from '../tables/dynamodb-service.ts';
import { viewTypes } from '../tables/stream-record.ts';
import { type EventSources, startMapping } from './event-source-mapping.ts';
import { checkProperties, isCreated } from './supported-resources.ts';
import type { ResolvedResource, TemplateEvaluator } from './template-evaluator.ts';

/** What resources are created in, and what is around the functions. */
interface Cloud extends FunctionHost, EventSources {
  readonly endpoint: string;
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly secrets: SecretsService;
  readonly scheduler: SchedulerService;
  /** filled with the functions, which schedules look up when they fire */
  readonly runtimes: FunctionRuntime[];
}

export interface CreatedResources {
  readonly pollers: readonly { stop(): void }[];
  readonly resources: readonly ResolvedResource[];
}

/** Creates what the template names, sources before what reads them. @throws UnsupportedTemplateError */
export async function createResources(
  evaluator: TemplateEvaluator,
  functionSources: FunctionSources,
  cloud: Cloud,
): Promise<CreatedResources> {
  const resources = evaluator.resources(isCreated);
  for (const resource of resources) checkProperties(resource);
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
  const isOf = (functionName: string) => (resource: ResolvedResource) =>
    lastPart(String(resource.properties.FunctionName)) === functionName;

  for (const table of ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'))
    await createTable(table, cloud.dynamodb);
  for (const queue of ofType('AWS::SQS::Queue')) createQueue(queue, cloud.sqs);
  for (const { physicalId, properties } of ofType('AWS::SecretsManager::Secret')) {
    const { SecretString } = properties;
    cloud.secrets.create(
      physicalId.replace(/^arn:.*:secret:/, ''),
      SecretString === undefined ? undefined : { SecretString: String(SecretString) },
    );
  }
  const invokeConfigs = ofType('AWS::Lambda::EventInvokeConfig');
  for (const resource of ofType('AWS::Lambda::Function')) {
    const invokeConfig = invokeConfigs.find(isOf(resource.physicalId))?.properties ?? {};
    const definition = functionDefinition(resource, functionSources, cloud.endpoint, invokeConfig);
    cloud.runtimes.push(new FunctionRuntime(definition, cloud));
  }
  const pollers = ofType('AWS::Lambda::EventSourceMapping').map((mapping) => {
    const runtime = cloud.runtimes.find(({ name }) => isOf(name)(mapping));
    if (!runtime)
      throw new UnsupportedTemplateError(
        `${mapping.logicalId}: FunctionName ${mapping.properties.FunctionName}`,
      );
    return startMapping(mapping, runtime, cloud);
  });
  for (const { physicalId } of ofType('AWS::Scheduler::ScheduleGroup'))
    cloud.scheduler.createGroup(physicalId);
  for (const schedule of ofType('AWS::Scheduler::Schedule')) createSchedule(schedule, cloud);
  return { pollers, resources };
}

async function createTable(
  { logicalId, physicalId: TableName, properties }: ResolvedResource,
  dynamodb: DynamoDbService,
): Promise<void> {
  const { KeySchema, AttributeDefinitions, ProvisionedThroughput, StreamSpecification } = properties;
  const viewType = StreamSpecification?.StreamViewType;
  if (viewType !== undefined && !viewTypes.includes(viewType))
    throw new UnsupportedTemplateError(`${logicalId}: StreamViewType ${viewType}`);
  // dynalite knows only these of an index, and takes no empty list of them.
  const index = ({ IndexName, KeySchema, Projection, ProvisionedThroughput }: Record<string, unknown>) => ({
    IndexName,
    KeySchema,
    Projection,
    ...(ProvisionedThroughput ? { ProvisionedThroughput } : {}),
  });
  const indexes = (name: string) => (properties[name]?.length ? { [name]: properties[name].map(index) } : {});
  await dynamodb.createTable({
    TableName,
    KeySchema,
    AttributeDefinitions,
    StreamSpecification,
    ...(ProvisionedThroughput ? { ProvisionedThroughput } : { BillingMode: 'PAY_PER_REQUEST' }),
    ...indexes('GlobalSecondaryIndexes'),
    ...indexes('LocalSecondaryIndexes'),
  });
}

function createQueue({ physicalId, properties }: ResolvedResource, sqs: SqsService): void {
  const name = lastPart(physicalId);
  const { RedrivePolicy } = properties;
  sqs.create({
    name,
    url: physicalId,
    arn: arnOf('sqs', name),
    visibilityTimeout: Number(properties.VisibilityTimeout ?? 30),
    delaySeconds: Number(properties.DelaySeconds ?? 0),
    receiveWaitSeconds: Number(properties.ReceiveMessageWaitTimeSeconds ?? 0),
    maximumMessageSize: Number(properties.MaximumMessageSize ?? longestRequest),
    redrivePolicy: RedrivePolicy && {
      deadLetterTargetArn: String(RedrivePolicy.deadLetterTargetArn),
      maxReceiveCount: Number(RedrivePolicy.maxReceiveCount),
    },
  });
}

function createSchedule({ logicalId, physicalId, properties }: ResolvedResource, cloud: Cloud): void {
  const { Target, ScheduleExpression, ScheduleExpressionTimezone } = properties;
  if (!cloud.runtimes.some(({ arn }) => arn === Target.Arn) && !cloud.sqs.find(Target.Arn))
    throw new UnsupportedTemplateError(`${logicalId}: target ${Target.Arn}`);
  try {
    scheduleExpression(ScheduleExpression, ScheduleExpressionTimezone);
  } catch {
    throw new UnsupportedTemplateError(
      `${logicalId}: ${ScheduleExpression} ${ScheduleExpressionTimezone ?? ''}`,
    );
  }
  cloud.scheduler.create({ ...properties, Name: physicalId });
}
