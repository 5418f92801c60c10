import { ConflictException } from '@aws-sdk/client-scheduler';
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { type Connection, schedulerClient } from '#shared/store/part.ts';
import { permanentFailures } from '#shared/store/queues/permanent-failures.ts';
import { pushRetries } from '#shared/store/queues/retry-schedules.ts';
import { UnitQueueError } from '#shared/store/queues/unit-queue.ts';
import { QueueVisitError, visitQueue } from '#shared/store/queues/visit-queue.ts';
import { pushQueue } from '#shared/store/queues/work-queues.ts';

// biome-ignore lint/suspicious/noExplicitAny: inputs and answers of several commands
type Json = any;

/** An SQS that answers as told. @returns its client, and what was asked, by command */
function sqs(answer: (command: string, input: Json) => Json = () => ({})) {
  const asked: [command: string, input: Json][] = [];
  const client = new SQSClient({ region: 'eu-central-1' });
  client.send = (async (command: { constructor: { name: string }; input: Json }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    asked.push([name, command.input]);
    return answer(name, command.input);
  }) as typeof client.send;
  return { client, asked };
}

const unit = (id: number, fields: Partial<WorkUnit> = {}): WorkUnit => ({
  instance: 'demo',
  service: 'students',
  ids: [String(id)],
  ...fields,
});
const ids = ({ Entries }: Json) =>
  Entries.map(({ MessageBody }: { MessageBody: string }) => Number(JSON.parse(MessageBody).ids[0]));

describe('units', () => {
  it('go ten a call, each in the group of its instance', async () => {
    const { client, asked } = sqs();
    const units = Array.from({ length: 23 }, (_, id) => unit(id, { instance: `demo-${id % 2}` }));
    await pushQueue(client, 'queue').send(units, 60);
    expect(asked.map(([, input]) => input.Entries.length)).toEqual([10, 10, 3]);
    expect(asked.flatMap(([, input]) => ids(input))).toEqual(units.map((_unit, id) => id));
    expect(asked[0]?.[1].Entries[1]).toMatchObject({ MessageGroupId: 'demo-1', DelaySeconds: 60 });
  });

  it.concurrent('that SQS did not take are sent again, and no others', async () => {
    const answers = [{ Failed: [{ Id: '1' }] }, {}];
    const { client, asked } = sqs(() => answers.shift());
    await pushQueue(client, 'queue').send([unit(1), unit(2), unit(3)]);
    expect(asked.map(([, input]) => ids(input))).toEqual([[1, 2, 3], [2]]);
  });

  it.concurrent('that SQS never takes are told of, and nothing is sent after them', async () => {
    const { client, asked } = sqs(() => ({ Failed: [{ Id: '1' }] }));
    const sending = pushQueue(client, 'queue').send(Array.from({ length: 11 }, (_, id) => unit(id)));
    await expect(sending).rejects.toThrow(UnitQueueError);
    expect(asked.map(([, input]) => input.Entries.length)).toEqual([10, 1, 1]);
  });
});

describe('retries', () => {
  const now = Date.parse('2026-09-01T08:30:00Z');
  const settings = { group: 'retries', roleArn: 'role', queueArn: 'queue', deadLetterArn: 'dead' };

  function retries(answer: () => void = () => {}) {
    const made: Json[] = [];
    const told: string[] = [];
    const queue = sqs();
    const scheduler = {
      send: async ({ input }: Json) => {
        made.push(input);
        answer();
      },
    };
    const at = {
      client: (make: unknown) => (make === schedulerClient ? scheduler : queue.client),
      nameOf: () => JSON.stringify(settings),
      clock: { now: () => now },
      log: { error: (message: string) => void told.push(message) },
    } as unknown as Connection;
    return { ...pushRetries.open(at), made, queued: queue.asked, told };
  }

  it('of up to 15 minutes wait in the queue, longer ones as schedules that end with themselves', async () => {
    const { send, made, queued } = retries();
    await send([unit(1)], 900);
    await send([unit(2)], 1_800);
    // Scheduler knows the message groups of FIFO queues only.
    expect(made[0].Target).not.toHaveProperty('SqsParameters');
    expect(queued.map(([, input]) => [ids(input), input.Entries[0].DelaySeconds])).toEqual([[[1], 900]]);
    expect(made).toMatchObject([
      {
        GroupName: 'retries',
        ScheduleExpression: 'at(2026-09-01T09:00:00)',
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: 'queue',
          RoleArn: 'role',
          Input: JSON.stringify(unit(2)),
          DeadLetterConfig: { Arn: 'dead' },
        },
      },
    ]);
  });

  it('of the same failures at the same attempt have one name, all others another', async () => {
    const { send, made } = retries();
    const failed = unit(1, { retry_of: ['a'] });
    const day = 86_400;
    await send([failed], day);
    await send([failed], day + 60);
    await send([unit(1, { retry_of: ['b'] })], day);
    await send([failed], day + 3_600);
    await send([unit(1, { retry_of: ['a'], instance: 'other' })], day);
    await send([unit(1, { retry_of: ['a'], service: 'enrolments' })], day);
    const [first, again, ...others] = made.map(({ Name }) => Name);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(5);
    for (const name of [first, ...others]) expect(name).toMatch(/^[\w.-]{1,64}$/);
  });

  it('that are scheduled already are left so; what else the scheduler refuses is told of, and hurts nobody', async () => {
    const conflict = new ConflictException({ message: 'is there', Message: 'is there', $metadata: {} });
    const fail = (error: Error) =>
      retries(() => {
        throw error;
      });
    const known = fail(conflict);
    await known.send([unit(1)], 1_800);
    expect(known.told).toEqual([]);
    const throttled = fail(new Error('throttled'));
    await throttled.send([unit(1), unit(2)], 1_800);
    expect([throttled.made.length, throttled.told.length]).toEqual([2, 2]);
  });
});

describe('what has failed for the last time', () => {
  const row: Mapping = {
    ...newMapping('demo', 'oec_student_5', 'students', { model: 'op.student', id: '5' }),
    status: 'permanently_failed',
    attempts: 5,
    first_failed_at: '2026-09-01T08:00:00.000Z',
    failure: { class: 'refused', code: 'toolong', reason: 'R.', advice: 'A.' },
  };

  it('is sent with what an operator reads, and read as what would try it again', async () => {
    const { client, asked } = sqs();
    await permanentFailures(client, 'dead').send(row);
    const { MessageBody, MessageAttributes, MessageGroupId } = asked[0]![1];
    expect(MessageGroupId).toBe('demo');
    const sent = (at: number) => ({ MessageId: String(at), Attributes: { SentTimestamp: String(at) } });
    const loop = (at: number, rounds: number) => {
      const AWSTraceHeader = `Root=1-0-0;Parent=0;Sampled=0;Lineage=a87bd80c:1|68fd508a:${rounds}`;
      return { MessageId: String(at), Attributes: { ...sent(at).Attributes, AWSTraceHeader } };
    };
    const received = [
      { ...sent(2_000), Body: MessageBody, MessageAttributes },
      { ...sent(1_000), Body: 'no JSON' },
      { ...loop(3_000, 16), Body: MessageBody },
      { ...loop(4_000, 3), Body: MessageBody },
    ];
    const reader = sqs((command) =>
      command === 'ReceiveMessage' ? { Messages: received.splice(0) } : { Successful: [] },
    );
    const messages = await permanentFailures(reader.client, 'dead').visit(async (all) => ({
      remove: [],
      result: all,
    }));
    expect(messages).toMatchObject([
      { id: '1000', unit: undefined, record: undefined },
      {
        id: '2000',
        sent_at: '1970-01-01T00:00:02.000Z',
        unit: { instance: 'demo', service: 'students', ids: ['5'] },
        record: { record_id: '5', reason: 'toolong', attempts: '5', last_failed_at: '-' },
        hasLooped: false,
      },
      { id: '3000', record: undefined, hasLooped: true },
      { id: '4000', record: undefined, hasLooped: false },
    ]);
  });
});

describe('a visit of a queue', () => {
  const messages = (count: number): Message[] =>
    Array.from({ length: count }, (_, id) => ({ MessageId: String(id), ReceiptHandle: `r${id}` }));

  /** A queue of 12 messages, given out ten at a time. */
  function queue(deleted: Json = {}) {
    const left = messages(12);
    return sqs((command) => {
      if (command === 'ReceiveMessage') return { Messages: left.splice(0, 10) };
      return command === 'DeleteMessageBatch' ? deleted : {};
    });
  }
  const handles = (asked: [string, Json][], command: string) =>
    asked
      .filter(([name]) => name === command)
      .flatMap(([, { Entries }]) => Entries.map(({ ReceiptHandle }: Json) => ReceiptHandle));

  it('sees all messages, deletes what is done with, and gives back the others at once', async () => {
    const { client, asked } = queue();
    const seen = await visitQueue(client, 'queue', async (all) => ({
      remove: all.slice(0, 11),
      result: all.length,
    }));
    expect(seen).toBe(12);
    expect(handles(asked, 'DeleteMessageBatch')).toHaveLength(11);
    expect(handles(asked, 'ChangeMessageVisibilityBatch')).toEqual(['r11']);
    expect(asked.at(-1)?.[1].Entries[0]).toMatchObject({ VisibilityTimeout: 0 });
  });

  it.each<[string, Json, () => { remove: Message[]; result: undefined }, unknown]>([
    [
      'SQS deletes not all',
      { Failed: [{ Id: '0', Code: 'late' }] },
      () => ({ remove: messages(1), result: undefined }),
      QueueVisitError,
    ],
    [
      'it breaks off',
      {},
      () => {
        throw new Error('broken off');
      },
      /broken off/,
    ],
  ])('gives all back where %s', async (_what, deleted, use, error) => {
    const { client, asked } = queue(deleted);
    await expect(visitQueue(client, 'queue', async () => use())).rejects.toThrow(error as Error);
    expect(handles(asked, 'ChangeMessageVisibilityBatch')).toHaveLength(12);
  });
});
