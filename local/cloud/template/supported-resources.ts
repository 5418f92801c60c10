import { UnsupportedTemplateError } from '../cloud-error.ts';
import type { ResolvedResource } from './template-evaluator.ts';

/**
 * What the template may say. `used` properties are honoured; `ignored` ones change nothing that a function or a test
 * could observe here (protection, encryption, permissions, tags; items that expire do so within days on AWS too).
 * Everything else is refused by name.
 */
const supported: Readonly<Record<string, { used: string; ignored: string }>> = {
  'AWS::DynamoDB::Table': {
    used: 'TableName KeySchema AttributeDefinitions BillingMode ProvisionedThroughput GlobalSecondaryIndexes LocalSecondaryIndexes StreamSpecification',
    ignored:
      'PointInTimeRecoverySpecification SSESpecification DeletionProtectionEnabled Tags TableClass TimeToLiveSpecification ContributorInsightsSpecification OnDemandThroughput ResourcePolicy WarmThroughput',
  },
  'AWS::DynamoDB::GlobalTable': {
    used: 'TableName KeySchema AttributeDefinitions BillingMode GlobalSecondaryIndexes LocalSecondaryIndexes StreamSpecification',
    ignored:
      'Replicas SSESpecification TimeToLiveSpecification WriteOnDemandThroughputSettings WriteProvisionedThroughputSettings WarmThroughput',
  },
  'AWS::SQS::Queue': {
    used: 'QueueName VisibilityTimeout DelaySeconds RedrivePolicy MaximumMessageSize ReceiveMessageWaitTimeSeconds',
    ignored:
      'MessageRetentionPeriod SqsManagedSseEnabled KmsMasterKeyId KmsDataKeyReusePeriodSeconds RedriveAllowPolicy Tags',
  },
  'AWS::Lambda::Function': {
    used: 'FunctionName Code Handler Runtime Environment Timeout MemorySize ReservedConcurrentExecutions RecursiveLoop',
    ignored:
      'Role Architectures Description TracingConfig LoggingConfig Tags VpcConfig EphemeralStorage KmsKeyArn',
  },
  'AWS::Lambda::EventSourceMapping': {
    used: 'EventSourceArn FunctionName BatchSize MaximumBatchingWindowInSeconds FilterCriteria BisectBatchOnFunctionError MaximumRetryAttempts MaximumRecordAgeInSeconds FunctionResponseTypes DestinationConfig ScalingConfig Enabled',
    ignored: 'ParallelizationFactor StartingPosition Tags MetricsConfig KmsKeyArn',
  },
  'AWS::Lambda::EventInvokeConfig': {
    used: 'FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts',
    ignored: 'Qualifier',
  },
  'AWS::Scheduler::Schedule': {
    used: 'Name GroupName ScheduleExpression ScheduleExpressionTimezone State Target StartDate EndDate',
    ignored: 'Description FlexibleTimeWindow KmsKeyArn',
  },
  'AWS::Scheduler::ScheduleGroup': { used: 'Name', ignored: 'Tags' },
  'AWS::SecretsManager::Secret': {
    used: 'Name SecretString GenerateSecretString',
    ignored: 'Description KmsKeyId Tags',
  },
};

/** Types that change nothing here: permissions, monitoring, networks, the CDK's own. */
const harmless =
  /^(AWS::(IAM|CloudWatch|SNS|Logs|EC2|KMS|CDK|SSM|XRay|ApplicationSignals|ResourceGroups)::|AWS::SQS::QueuePolicy$|AWS::Lambda::(Permission|Version)$|AWS::SecretsManager::ResourcePolicy$|Custom::LogRetention$|Custom::S3AutoDelete)/;

/** @returns whether the type is created (and not merely ignored); throws for a type that would be missed */
export function isCreated(logicalId: string, type: string): boolean {
  if (type in supported) return true;
  if (harmless.test(type)) return false;
  throw new UnsupportedTemplateError(`${logicalId}: ${type}`);
}

/** Throws UnsupportedTemplateError for the first property that would change behaviour and is not known. */
export function checkProperties(resource: ResolvedResource): void {
  const { used, ignored } = supported[resource.type] ?? { used: '', ignored: '' };
  const known = new Set([...used.split(' '), ...ignored.split(' ')]);
  for (const name of Object.keys(resource.properties)) {
    if (!known.has(name))
      throw new UnsupportedTemplateError(`${resource.logicalId}: ${resource.type} ${name}`);
  }
}
