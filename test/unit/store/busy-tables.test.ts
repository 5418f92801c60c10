import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { documentClient } from '#shared/store/documents.ts';
import { TableBusyError, untilDone } from '#shared/store/until-done.ts';

describe('what DynamoDB leaves out of a batch', () => {
  /** A clock that sleeping moves. */
  function clock() {
    let now = 0;
    return {
      now: () => now,
      sleep: async (milliseconds: number) => {
        now += milliseconds;
      },
    };
  }

  it('is tried again, later each time, as long as half a minute', async () => {
    const time = clock();
    const asked: [number, number][] = [];
    await untilDone(
      'records',
      [1, 2, 3, 4, 5, 6],
      async (rest) => {
        asked.push([rest.length, time.now()]);
        return rest.slice(1);
      },
      time,
    );
    expect(asked.map(([count]) => count)).toEqual([6, 5, 4, 3, 2, 1]);
    const waits = asked.slice(1).map(([, at], index) => at - asked[index]![1]);
    expect(waits.every((wait, index) => wait <= 50 * 2 ** index && wait >= 25 * 2 ** index)).toBe(true);
  });

  it('ends in an error that says which table is busy, and holds nothing of an item', async () => {
    const time = clock();
    const nothing = untilDone('records', [{ email: 'ana@example.org' }], async (rest) => rest, time);
    await expect(nothing).rejects.toThrow(TableBusyError);
    await expect(nothing).rejects.toThrow(/left out 1 items of the table records for 30 s/);
    await expect(nothing).rejects.not.toThrow(/ana/);
    expect(time.now()).toBeLessThan(36_000);
  });
});

describe('a request for which DynamoDB has no capacity', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Answers so many requests with a refusal, and then with no items. */
  async function ask(refusals: number): Promise<{ requests: number; seconds: number; isAnswered: boolean }> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    let requests = 0;
    const client = documentClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: {
        async handle() {
          requests += 1;
          const isRefused = requests <= refusals;
          const body = isRefused ? { __type: 'ProvisionedThroughputExceededException' } : { Items: [] };
          return { response: { statusCode: isRefused ? 400 : 200, headers: {}, body: bytesOf(body) } };
        },
      } as never,
    });
    const start = Date.now();
    const query = client.send(
      new QueryCommand({
        TableName: 'records',
        KeyConditionExpression: 'model = :model',
        ExpressionAttributeValues: { ':model': 'op.student' },
      }),
    );
    const isAnswered = query.then(
      () => true,
      () => false,
    );
    await vi.runAllTimersAsync();
    return { requests, seconds: (Date.now() - start) / 1000, isAnswered: await isAnswered };
  }

  const bytesOf = (body: object) => new TextEncoder().encode(JSON.stringify(body));

  it('is made again for half a minute or so: a hot key is split, a burst passes', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(await ask(6)).toEqual({ requests: 7, seconds: expect.closeTo(25.5, 0), isAnswered: true });
  });

  it('is not made for ever', async () => {
    expect(await ask(100)).toMatchObject({ requests: 7, isAnswered: false });
  });
});
