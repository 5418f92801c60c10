/**
 * Writes records of an ERP into the table of oec-moodle-sync, and deletes those that are gone.
 *
 *     npm install @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb
 *     RECORDS_TABLE=… node write-records.ts changes.jsonl
 *
 * The table's name is the stack's output RecordsTableName. Each line of the file is a change: `{"model": "op.student",
 * "record": {…}}` with the record as Odoo's `read()` gives it, or `{"model": "op.student", "deleted": 26}`. The writer needs
 * the managed policy of the stack's output RecordsWriterPolicyArn, and nothing else.
 */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

type Change = { model: string } & (
  | { record: { id: number; [field: string]: unknown } }
  | { deleted: number }
);

const TableName = process.env.RECORDS_TABLE;
const table = DynamoDBDocumentClient.from(new DynamoDBClient());
const lines = readFileSync(process.argv[2]!, 'utf8').split('\n');
const changes = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Change);

// In the order of the file: a record that is written, deleted and written again is there in the end.
for (const change of changes) {
  const { model } = change;
  if ('deleted' in change) {
    // What it had in Moodle is suspended or hidden, never deleted.
    await table.send(new DeleteCommand({ TableName, Key: { model, id: String(change.deleted) } }));
  } else {
    // Whole records: a field that is left out counts as empty. Leave image fields out (400 kB an item).
    const Item = { ...change.record, model, id: String(change.record.id) };
    await table.send(new PutCommand({ TableName, Item }));
  }
}
process.stdout.write(`${changes.length} changes written\n`);
