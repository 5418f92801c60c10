import {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedCloud } from '#local/cloud/embedded-cloud.ts';
import { startCloud } from './fixtures/start-cloud.ts';

describe('a table with a stream', () => {
  let cloud: EmbeddedCloud;
  let TableName: string;
  beforeAll(async () => {
    cloud = await startCloud();
    TableName = cloud.resource('RecordsTableName');
  });
  afterAll(() => cloud.stop());

  const put = (Item: Record<string, unknown>) =>
    cloud.clients.dynamodb.send(new PutCommand({ TableName, Item: { model: 'op.student', ...Item } }));
  const result = async (id: string) => {
    await cloud.idle();
    const answer = await cloud.clients.dynamodb.send(
      new GetCommand({ TableName: cloud.resource('ResultsTable'), Key: { id } }),
    );
    return answer.Item;
  };

  it('delivers through both functions with group and images', async () => {
    await put({ id: '1', name: 'Ada', empty: '' });
    expect(await result('1')).toMatchObject({ name: 'Ada', group_id: 'tenant', deliveries: 1 });
  });

  it('has no record for an identical rewrite, one for a change, one for a deletion', async () => {
    await put({ id: '2', name: 'Ada', tags: new Set(['a', 'b']) });
    expect((await result('2'))?.deliveries).toBe(1);
    await put({ id: '2', tags: new Set(['b', 'a']), name: 'Ada' });
    expect((await result('2'))?.deliveries).toBe(1);
    const Key = { model: 'op.student', id: '2' };
    await cloud.clients.dynamodb.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET #n = :n',
        ExpressionAttributeNames: { '#n': 'name' },
        ExpressionAttributeValues: { ':n': 'Grace' },
      }),
    );
    expect(await result('2')).toMatchObject({ deliveries: 2, name: 'Grace' });
    await cloud.clients.dynamodb.send(new DeleteCommand({ TableName, Key }));
    await cloud.clients.dynamodb.send(new DeleteCommand({ TableName, Key }));
    expect((await result('2'))?.deliveries).toBe(3);
  });

  it('has no record for a failed condition and answers the old item on request', async () => {
    await put({ id: '3', name: 'Ada' });
    const refused = cloud.clients.dynamodb.send(
      new PutCommand({
        TableName,
        Item: { model: 'op.student', id: '3', name: 'Grace' },
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    await expect(refused).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { name: { S: 'Ada' } },
    });
    expect((await result('3'))?.deliveries).toBe(1);
  });

  it('filters by pattern and serves the index', async () => {
    await put({ model: 'op.result.line', id: '4', name: 'x', instance: 'main' });
    await put({ model: 'op.course.extra', id: '5', name: 'y' });
    expect(await result('4')).toBeUndefined();
    expect(await result('5')).toMatchObject({ name: 'y' });
    const found = await cloud.clients.dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'pulled',
        KeyConditionExpression: 'instance = :i',
        ExpressionAttributeValues: { ':i': 'main' },
      }),
    );
    expect(found.Count).toBe(1);
  });

  it('bisects a failing batch down to the culprit and reports it', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        put({ id: `b${index}`, name: 'n', ...(index === 5 ? { poison: true } : {}) }),
      ),
    );
    for (const index of [0, 1, 2, 3, 4, 6, 7]) expect(await result(`b${index}`)).toMatchObject({ name: 'n' });
    expect(await result('b5')).toBeUndefined();
    const [failure, ...others] = await cloud.queueMessages(cloud.resource('FailuresQueue'));
    expect(others).toEqual([]);
    expect(JSON.parse(failure?.body ?? '')).toMatchObject({ DDBStreamBatchInfo: { batchSize: 1 } });
    expect(cloud.logs('forwarder').join('\n')).toContain('poisoned record');
  });

  it('carries 2,000 records through both functions, in full batches', async () => {
    const before = cloud.logs('forwarder').length;
    const batches = Array.from({ length: 80 }, (_, batch) =>
      Array.from({ length: 25 }, (_, index) => ({
        PutRequest: { Item: { model: 'op.student', id: `m${batch * 25 + index}`, name: 'n' } },
      })),
    );
    for (const RequestItems of batches)
      await cloud.clients.dynamodb.send(
        new BatchWriteCommand({ RequestItems: { [TableName]: RequestItems } }),
      );
    await cloud.idle();
    const all = await cloud.clients.dynamodb.send(
      new ScanCommand({
        TableName: cloud.resource('ResultsTable'),
        FilterExpression: 'begins_with(id, :m)',
        ExpressionAttributeValues: { ':m': 'm' },
      }),
    );
    expect(all.Count).toBe(2000);
    expect(new Set(all.Items?.map(({ group_id }) => group_id))).toEqual(new Set(['tenant']));
    expect(new Set(all.Items?.map(({ pid }) => pid)).size).toBe(4);
    expect(
      cloud
        .logs('forwarder')
        .slice(before)
        .filter((line) => line.startsWith('batch')).length,
    ).toBeLessThan(20);
  });
});
