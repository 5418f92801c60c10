import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '#shared/store/documents.ts';

const keys = {
  records: ['model', 'id'],
  links: ['target', 'source'],
  mappings: ['instance', 'idnumber'],
  instances: ['id'],
  state: ['key'],
  'erp-mappings': ['model', 'id'],
};

/** What was asked of the tables since the last `reset`. */
export interface Usage {
  requests: number;
  items: number;
}

/** The tables of the stack in a DynamoDB of this process, in a thread of its own, and a client that counts. */
export class BenchTables {
  readonly client: DynamoDBDocumentClient;
  /** Where another thread finds the tables. */
  readonly endpoint: string;
  usage: Usage = { requests: 0, items: 0 };
  readonly #stop: () => void;

  private constructor(client: DynamoDBDocumentClient, endpoint: string, stop: () => void) {
    this.client = client;
    this.endpoint = endpoint;
    this.#stop = stop;
    client.middlewareStack.add(
      (next) => async (input) => {
        const answer = await next(input);
        this.usage.requests += 1;
        const { Items, Responses, Item } = answer.output as Answer;
        this.usage.items += Items?.length ?? Object.values(Responses ?? {}).flat().length + (Item ? 1 : 0);
        return answer;
      },
      { step: 'initialize' },
    );
  }

  static async start(): Promise<BenchTables> {
    const thread = new Worker(new URL('tables-thread.ts', import.meta.url));
    const [port] = (await once(thread, 'message')) as [number];
    const endpoint = `http://127.0.0.1:${port}`;
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
      void thread.terminate();
    });
  }

  reset(): void {
    this.usage = { requests: 0, items: 0 };
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

interface Answer {
  Items?: unknown[];
  Responses?: Record<string, unknown[]>;
  Item?: unknown;
}
