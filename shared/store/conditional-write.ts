import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './documents.ts';

/** Whether a write was made; false where its condition did not hold. */
export async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * Writes an item with the next revision if nobody has written it since it was read.
 *
 * @param item with the revision that was read: 0 where there was none
 * @param key an attribute that every item has
 * @returns whether it was written
 */
export function putRevised(
  client: DynamoDBDocumentClient,
  table: string,
  item: Item & { revision: number },
  key: string,
): Promise<boolean> {
  const { revision } = item;
  const isNew = revision === 0;
  return isWritten(
    client.send(
      new PutCommand({
        TableName: table,
        Item: { ...item, revision: revision + 1 },
        ConditionExpression: isNew
          ? 'attribute_not_exists(#key)'
          : 'attribute_exists(#key) AND revision = :read',
        ExpressionAttributeNames: { '#key': key },
        ...(!isNew && { ExpressionAttributeValues: { ':read': revision } }),
      }),
    ),
  );
}

/** What becomes of some attributes of an item; a value that is undefined is left alone. */
export interface Change {
  readonly set?: Item;
  /** Set where there is none yet. */
  readonly begin?: Item;
  readonly add?: Record<string, number>;
  readonly remove?: readonly string[];
}

/** When a change is made, in DynamoDB's words; `names` and `values` are what its placeholders stand for. */
export interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/** Changes attributes of an item, which is made where there is none. @returns false where the condition does not hold */
export function changeItem(
  client: DynamoDBDocumentClient,
  table: string,
  key: Item,
  { set = {}, begin = {}, add = {}, remove = [] }: Change,
  condition?: Condition,
): Promise<boolean> {
  const names: Record<string, string> = { ...condition?.names };
  const values: Item = { ...condition?.values };
  const name = (attribute: string) => placeholder(names, '#', attribute);
  const value = (of: unknown) => placeholder(values, ':', of);
  const clauses = {
    SET: [
      ...given(set).map(([attribute, to]) => `${name(attribute)} = ${value(to)}`),
      ...given(begin).map(([attribute, to]) => {
        const own = name(attribute);
        return `${own} = if_not_exists(${own}, ${value(to)})`;
      }),
    ],
    ADD: given(add).map(([attribute, by]) => `${name(attribute)} ${value(by)}`),
    REMOVE: remove.map(name),
  };
  const update = Object.entries(clauses).filter(([, changes]) => changes.length > 0);
  return isWritten(
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: update.map(([verb, changes]) => `${verb} ${changes.join(', ')}`).join(' '),
        ConditionExpression: condition?.expression,
        ExpressionAttributeNames: names,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      }),
    ),
  );
}

function given(attributes: Item): [string, unknown][] {
  return Object.entries(attributes).filter(([, value]) => value !== undefined);
}

/** Takes down what a new placeholder stands for. */
function placeholder<Value>(known: Record<string, Value>, sign: '#' | ':', value: Value): string {
  const name = `${sign}a${Object.keys(known).length}`;
  known[name] = value;
  return name;
}
