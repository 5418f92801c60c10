import { describe, expect, it } from 'vitest';
import { ServiceError } from '#local/cloud/cloud-error.ts';
import { DynamoDbService } from '#local/cloud/tables/dynamodb-service.ts';
import { VirtualClock } from '#local/cloud/virtual-clock.ts';

const TableName = 'Things';

async function things(): Promise<DynamoDbService> {
  const dynamodb = new DynamoDbService(new VirtualClock());
  await dynamodb.createTable({
    TableName,
    KeySchema: [
      { AttributeName: 'kind', KeyType: 'HASH' },
      { AttributeName: 'id', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'kind', AttributeType: 'S' },
      { AttributeName: 'id', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  return dynamodb;
}

describe('the embedded DynamoDB', () => {
  const put = (dynamodb: DynamoDbService, id: string, revision: number, expected?: number) =>
    dynamodb.handle('PutItem', {
      TableName,
      Item: { kind: { S: 'a' }, id: { S: id }, revision: { N: `${revision}` } },
      ...(expected !== undefined && {
        ConditionExpression: 'attribute_exists(id) AND #revision = :expected',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: { ':expected': { N: `${expected}` } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    });

  it('judges each condition by its own values, and answers what was there where it fails', async () => {
    const dynamodb = await things();
    await put(dynamodb, '1', 1);
    await put(dynamodb, '1', 2, 1);
    const failed = await put(dynamodb, '1', 3, 1).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ServiceError);
    expect(failed).toMatchObject({
      code: 'ConditionalCheckFailedException',
      details: { Item: { revision: { N: '2' } } },
    });
    await put(dynamodb, '1', 3, 2);
  });

  it.each([
    ['=', { S: '2' }, ['2']],
    ['<', { S: '2' }, ['1']],
    ['<=', { S: '2' }, ['1', '2']],
    ['>', { S: '2' }, ['3', '31']],
    ['>=', { S: '2' }, ['2', '3', '31']],
  ])('reads a range of keys %s in either order, and page by page', async (operator, value, ids) => {
    const dynamodb = await things();
    for (const id of ['3', '1', '31', '2']) await put(dynamodb, id, 1);
    const page = (more: object) =>
      dynamodb.handle('Query', {
        TableName,
        KeyConditionExpression: `kind = :kind AND id ${operator} :id`,
        ExpressionAttributeValues: { ':kind': { S: 'a' }, ':id': value },
        ...more,
      });
    const idsOf = ({ Items }: { Items: { id: { S: string } }[] }) => Items.map(({ id }) => id.S);
    expect(idsOf(await page({}))).toEqual(ids);
    expect(idsOf(await page({ ScanIndexForward: false }))).toEqual(ids.toReversed());
    const found: string[] = [];
    for (let start: object | undefined, pages = 0; pages === 0 || start; pages += 1) {
      const answer = await page({ Limit: 1, ...(start && { ExclusiveStartKey: start }) });
      found.push(...idsOf(answer));
      start = answer.LastEvaluatedKey;
    }
    expect(found).toEqual(ids);
  });

  it('refuses a value that no expression uses, the second time as the first', async () => {
    const dynamodb = await things();
    const query = () =>
      dynamodb.handle('Query', {
        TableName,
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': { S: 'a' }, ':other': { S: 'b' } },
      });
    await expect(query()).rejects.toThrow(':other');
    await expect(query()).rejects.toThrow(':other');
  });
});
