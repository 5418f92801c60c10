import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { documentClient } from '#shared/store/documents.ts';
import { meterReads, type ReadMeter } from './read-units.ts';

const keys = {
  records: ['model', 'id'],
  links: ['target', 'source'],
  mappings: ['instance', 'idnumber'],
  instances: ['id'],
  state: ['key'],
  'erp-mappings': ['model', 'id'],
};

/** The tables of the stack in a DynamoDB of this process, and a client that counts. */
export class BenchTables {
  readonly client: DynamoDBDocumentClient;
  /** Where another thread finds the tables. */
  readonly endpoint: string;
  /** What was asked of the tables since the last `reset`. */
  readonly usage: ReadMeter;
  readonly #stop: () => void;

  private constructor(client: DynamoDBDocumentClient, endpoint: string, stop: () => void) {
    this.client = client;
    this.endpoint = endpoint;
    this.#stop = stop;
    this.usage = meterReads(client);
  }

  static async start(): Promise<BenchTables> {
    const server = dynalite({ createTableMs: 0 });
    // A connection that is kept open is not closed while it is used again.
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new DynamoDBClient(benchSettings(endpoint));
    for (const [TableName, [partition, sort]] of Object.entries(keys)) {
      const names = [partition!, ...(sort ? [sort] : [])];
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: names.map((AttributeName, index) => ({
            AttributeName,
            KeyType: index ? 'RANGE' : 'HASH',
          })),
        }),
      );
      while ((await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus !== 'ACTIVE');
    }
    const documents = documentClient(benchSettings(endpoint));
    client.destroy();
    return new BenchTables(documents, endpoint, () => {
      documents.destroy();
      server.closeAllConnections();
      server.close();
    });
  }

  reset(): void {
    Object.assign(this.usage, { requests: 0, items: 0, units: 0 });
  }

  stop(): void {
    this.#stop();
  }
}

/** With which a client finds such tables. */
export function benchSettings(endpoint: string): DynamoDBClientConfig {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  return { endpoint, region: 'eu-central-1', credentials };
}
