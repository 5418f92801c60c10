import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What reading was billed as, in DynamoDB's request units, and how many items it gave. */
export interface ReadMeter {
  units: number;
  items: number;
  requests: number;
}

interface Input {
  ConsistentRead?: boolean;
  RequestItems?: Record<string, { Keys?: unknown[]; ConsistentRead?: boolean }>;
}
interface Answer {
  Items?: object[];
  Item?: object;
  Responses?: Record<string, object[]>;
}

/**
 * Counts what a client reads from now on as DynamoDB bills it: a page of a query by all its bytes, an item read by its
 * key alone, in steps of 4 kB, and half of that where the read need not be consistent.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function meterReads(client: DynamoDBDocumentClient): ReadMeter {
  const meter: ReadMeter = { units: 0, items: 0, requests: 0 };
  const send = client.send.bind(client) as (...call: unknown[]) => Promise<Answer>;
  const metered = async (command: { input: Input }, ...rest: unknown[]): Promise<Answer> => {
    const answer = await send(command, ...rest);
    const { ConsistentRead, RequestItems } = command.input;
    const { Items, Item, Responses } = answer;
    meter.requests += 1;
    if (Items) count(meter, Items, [sum(Items.map(bytesOf))], ConsistentRead);
    else if (Item) count(meter, [Item], [bytesOf(Item)], ConsistentRead);
    for (const [table, items] of Object.entries(Responses ?? {})) {
      const { Keys = [], ...options } = RequestItems?.[table] ?? {};
      // A key that is not there costs as much as the smallest item.
      const sizes = Keys.map((_key, index) => (items[index] ? bytesOf(items[index]) : 0));
      count(meter, items, sizes, options.ConsistentRead);
    }
    return answer;
  };
  client.send = metered as unknown as typeof client.send;
  return meter;
}

function count(meter: ReadMeter, items: object[], sizes: number[], isConsistent = false): void {
  meter.items += items.length;
  meter.units += sum(sizes.map((bytes) => Math.max(1, Math.ceil(bytes / 4096)))) * (isConsistent ? 1 : 0.5);
}

/** The size of a value as DynamoDB counts it: names and texts by their bytes, a number by two digits a byte. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (Array.isArray(value)) return 3 + sum(value.map((element) => 1 + bytesOf(element)));
  if (typeof value === 'object' && value !== null)
    return (
      3 + sum(Object.entries(value).map(([name, field]) => 1 + Buffer.byteLength(name) + bytesOf(field)))
    );
  return 1;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
