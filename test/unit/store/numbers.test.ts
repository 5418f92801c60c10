import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { toRecordChanges } from '#functions/handlers.ts';
import { changesOf } from '#shared/models/changes/record-change.ts';
import { isPushedModel, parseRecord } from '#shared/models/models.ts';
import { readDesired } from '#shared/odoo/import/desired/desired.ts';
import { Table } from '#shared/store/table.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { ownTables } from './own-tables.ts';

// Numbers that an ERP's Python writes, and JavaScript cannot hold.
const odd = '12345678901234567890.5';
const beyond = '9007199254740993';
const raw = (id: string, fields: Record<string, { N: string } | { S: string }>) => ({
  model: { S: 'op.student' },
  id: { S: id },
  first_name: { S: 'Ana' },
  email: { S: 'ana@example.org' },
  ...fields,
});

let client: DynamoDBDocumentClient;
beforeAll(async () => {
  client = await ownTables({ records: { partition: 'model', sort: 'id' } });
  const items = [raw('1', { height: { N: odd } }), raw('2', { company_id: { N: beyond } }), raw('3', {})];
  for (const Item of items) await client.send(new PutItemCommand({ TableName: 'records', Item }));
});

describe('a number beyond JavaScript’s', () => {
  it('stops neither a page of a sweep, nor a unit, nor a command', async () => {
    const store = recordsStore(client, 'records');
    const { items } = await store.page('op.student', { limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect((await store.getMany('op.student', ['1', '2', '3'])).size).toBe(3);
    expect(JSON.stringify(items)).toContain(odd);
  });

  it('is a failure of the record whose field it is, and of nothing where nobody reads it', async () => {
    const items = await new Table(client, 'records').getMany(
      [1, 2].map((id) => ({ model: 'op.student', id: `${id}` })),
    );
    const problems = items.map((item) => {
      const parsed = parseRecord('op.student', item);
      return [item.id, parsed.ok ? [] : parsed.problems.map(({ field, rule }) => `${field} ${rule}`)];
    });
    expect(Object.fromEntries(problems)).toEqual({ 1: [], 2: ['company_id unreadable'] });
  });

  it('stops no batch of the stream, and is compared there', () => {
    const event = {
      Records: [
        {
          dynamodb: {
            OldImage: raw('1', { company_id: { N: beyond } }),
            NewImage: raw('1', { company_id: { N: odd } }),
          },
        },
      ],
    } as unknown as DynamoDBStreamEvent;
    const [change] = toRecordChanges(event, isPushedModel);
    expect(changesOf(change!)(['company_id'])).toBe(true);
    expect(changesOf(change!)(['email'])).toBe(false);
  });

  it('goes back into the table as it came', async () => {
    const [item] = await new Table(client, 'records').getMany([{ model: 'op.student', id: '1' }]);
    await client.send(new PutCommand({ TableName: 'records', Item: { ...item, id: '4' } }));
    const Key = { model: { S: 'op.student' }, id: { S: '4' } };
    const stored = await client.send(new GetItemCommand({ TableName: 'records', Key }));
    expect(stored.Item?.height).toEqual({ N: odd });
  });

  it('fails one record that was pulled', async () => {
    const Item = {
      ...raw('moodle_main_item_8_student_2', { marks: { N: odd } }),
      model: { S: 'op.result.line' },
    };
    await client.send(new PutItemCommand({ TableName: 'records', Item }));
    const pulled = await recordsStore(client, 'records').getMany('op.result.line', [Item.id.S]);
    const reading = readDesired('op.result.line', pulled.get(Item.id.S)!);
    expect(reading).toMatchObject({ failure: { class: 'invalid', code: 'unreadable' } });
  });
});

it.each(['0', '-7', '4.95', '9007199254740991', '6.666666666666667', '0.00001'])(
  'the number %s is one of JavaScript’s',
  async (text) => {
    const Item = { model: { S: 'op.exam' }, id: { S: text }, value: { N: text } };
    await client.send(new PutItemCommand({ TableName: 'records', Item }));
    const [item] = await new Table(client, 'records').getMany([{ model: 'op.exam', id: text }]);
    expect(item?.value).toBe(Number(text));
  },
);
