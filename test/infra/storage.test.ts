import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '#infra/config.ts';
import { type Json, resourceOf, resourcesOf, synthesizeStack } from '#test/infra/template.ts';

const { template } = synthesizeStack();

describe('tables', () => {
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table');

  it('are the four of the design, with their keys', () => {
    const keys = tables.map(([id, table]) => [
      id.replace(/Table.*/, ''),
      ...table.KeySchema.map((key: Json) => key.AttributeName),
    ]);
    expect(keys).toEqual([
      ['Records', 'model', 'id'],
      ['Links', 'target', 'source'],
      ['Mappings', 'instance', 'idnumber'],
      ['Instances', 'id'],
    ]);
  });

  it.each(tables)('%s is on demand, encrypted and recoverable', (_id, table) => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('have a stream on the records only, with both images', () => {
    const streams = tables.map(([id, table]) => [id.replace(/Table.*/, ''), table.StreamSpecification]);
    expect(streams).toEqual([
      ['Records', { StreamViewType: 'NEW_AND_OLD_IMAGES' }],
      ['Links', undefined],
      ['Mappings', undefined],
      ['Instances', undefined],
    ]);
  });

  it.each([
    ['RecordsTable', 'pulled', ['instance', 'pulled_at']],
    ['MappingsTable', 'attention', ['instance', 'attention']],
  ])('%s has the index %s', (table, name, key) => {
    const [, { GlobalSecondaryIndexes }] = resourceOf(template, 'AWS::DynamoDB::Table', table);
    expect(GlobalSecondaryIndexes.map((index: Json) => index.IndexName)).toEqual([name]);
    expect(GlobalSecondaryIndexes[0].KeySchema.map((part: Json) => part.AttributeName)).toEqual(key);
  });

  it('outlive the stack unless the configuration says otherwise', () => {
    const policies = (synthesis: typeof template) =>
      Object.values(synthesis.Resources)
        .filter((resource) => resource.Type === 'AWS::DynamoDB::Table')
        .map((resource) => resource.DeletionPolicy);
    expect(policies(template)).toEqual(Array(4).fill('RetainExceptOnCreate'));
    expect(policies(synthesizeStack({ onRemoval: 'destroy' }).template)).toEqual(Array(4).fill('Delete'));
  });

  it('cannot be deleted by mistake in production, once a first deployment is through', () => {
    const protections = (config: ConfigInput) =>
      resourcesOf(synthesizeStack(config).template, 'AWS::DynamoDB::Table').map(
        ([, table]) => table.DeletionProtectionEnabled,
      );
    expect(protections({ stage: 'prod' })).toEqual(Array(4).fill(true));
    expect(protections({ stage: 'prod', protected: false })).toEqual(Array(4).fill(false));
    expect(protections({ stage: 'test' })).toEqual(Array(4).fill(false));
  });

  it('and logs of a first deployment that fails go with it, so that the next begins with nothing', () => {
    const kept = Object.values(template.Resources).filter(
      ({ DeletionPolicy }) => DeletionPolicy === 'Retain',
    );
    expect(kept.map(({ Type }) => Type)).toEqual([]);
  });
});

describe('queues', () => {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');

  it.each(queues)('%s keeps messages for 14 days and encrypts them', (_id, queue) => {
    expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true });
  });

  it.each(queues)(
    '%s is a standard queue: only those can be fair, delay a message, or end a stream',
    (_id, queue) => {
      expect(queue.FifoQueue).toBeUndefined();
    },
  );

  it.each(queues)('%s refuses requests without TLS', (id) => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(([, policy]) =>
      policy.Queues.some((queue: Json) => queue.Ref === id),
    );
    expect(policies.flatMap(([, policy]) => policy.PolicyDocument.Statement)).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Resource: { 'Fn::GetAtt': [id, 'Arn'] },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it.each(queues)('%s has a dead-letter queue or is one', (id, queue) => {
    const deadLetterTargets = [
      ...queues.map(([, other]) => other.RedrivePolicy?.deadLetterTargetArn),
      ...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(
        ([, mapping]) => mapping.DestinationConfig?.OnFailure.Destination,
      ),
    ];
    const isDeadLetterQueue = deadLetterTargets.some((target) => target?.['Fn::GetAtt'][0] === id);
    expect(isDeadLetterQueue || queue.RedrivePolicy?.maxReceiveCount >= 5).toBe(true);
  });
});
