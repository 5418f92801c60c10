import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Activity } from '#local/cloud/activity.ts';
import { SqsService } from '#local/cloud/queues/sqs-service.ts';
import { VirtualClock } from '#local/cloud/virtual-clock.ts';

const QueueUrl = 'http://127.0.0.1:1/000000000000/work';

describe('the stand-in for SQS', () => {
  let clock: VirtualClock;
  let activity: Activity;
  let sqs: SqsService;
  beforeEach(() => {
    clock = new VirtualClock();
    activity = new Activity();
    sqs = new SqsService(clock, activity);
    for (const name of ['dead', 'work'])
      sqs.create({
        name,
        url: QueueUrl.replace('work', name),
        arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
        visibilityTimeout: 30,
        delaySeconds: 0,
        receiveWaitSeconds: 0,
        maximumMessageSize: 1_048_576,
        redrivePolicy:
          name === 'work' ? { deadLetterTargetArn: 'arn:aws:sqs::0:dead', maxReceiveCount: 2 } : undefined,
      });
  });
  afterEach(() => clock.stop());

  const call = (action: string, input: object = {}) => sqs.handle(action, { QueueUrl, ...input });
  const send = (MessageBody: string, more: object = {}) => call('SendMessage', { MessageBody, ...more });
  const receive = async (more: object = {}) => (await call('ReceiveMessage', more)).Messages ?? [];
  const bodies = async (more: object = {}) =>
    (await receive({ MaxNumberOfMessages: 10, ...more })).map(({ Body }: { Body: string }) => Body);

  it('hides what is received, counts it, and gives it up to the dead letters as it was', async () => {
    const { MessageId } = await send('a 🎓', {
      MessageGroupId: 'g',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    });
    const [first] = await receive({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['k.*'] });
    expect(first).toMatchObject({ MessageId, Body: 'a 🎓', MD5OfBody: '34927b05b917652c9eb1d32d853dafa2' });
    expect(first).toMatchObject({ Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'g' } });
    expect(first.MessageAttributes).toEqual({ kind: { DataType: 'String', StringValue: 'x' } });
    expect(await receive()).toEqual([]);
    clock.advance(30_000);
    const [second] = await receive({ AttributeNames: ['ApproximateReceiveCount'] });
    expect(second.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    expect(second).not.toHaveProperty('MessageAttributes');
    await call('ChangeMessageVisibility', { ReceiptHandle: second.ReceiptHandle, VisibilityTimeout: 0 });
    expect(await receive()).toEqual([]);
    expect(sqs.queue('dead').messages).toMatchObject([{ messageId: MessageId, messageGroupId: 'g' }]);
  });

  it('deletes by the last handle only, and a handle that is not known without a word', async () => {
    await send('a');
    const [first] = await receive();
    clock.advance(30_000);
    const [second] = await receive();
    await call('DeleteMessage', { ReceiptHandle: first.ReceiptHandle });
    expect(sqs.queue('work').messages).toMatchObject([{ state: 'in-flight', receiveCount: 2 }]);
    await call('DeleteMessageBatch', { Entries: [{ Id: '1', ReceiptHandle: second.ReceiptHandle }] });
    expect(sqs.queue('work').messages).toEqual([]);
    clock.advance(60_000);
    expect(await receive()).toEqual([]);
  });

  it('counts visible, hidden and delayed messages, and forgets all when it is purged', async () => {
    await send('late', { DelaySeconds: 900 });
    for (const body of ['a', 'b', 'c']) await send(body);
    await receive();
    const { Attributes } = await call('GetQueueAttributes', { AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    expect(await bodies()).toEqual(['b', 'c']);
    clock.advance(900_000);
    expect(await bodies()).toEqual(['a', 'b', 'c', 'late']);
    await call('PurgeQueue');
    clock.advance(900_000);
    expect(await bodies()).toEqual([]);
  });

  it('waits for a message only as long as anything is under way', async () => {
    expect(await receive({ WaitTimeSeconds: 20 })).toEqual([]);
    const end = activity.begin();
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await send('a');
    expect(await waiting).toEqual(['a']);
    const inVain = receive({ WaitTimeSeconds: 20 });
    end();
    expect(await inVain).toEqual([]);
  });

  it('judges each entry of a batch for itself, and the batch as a whole', async () => {
    const entry = (Id: string, more: object = {}) => ({ Id, MessageBody: 'x', ...more });
    const batch = (...Entries: object[]) => call('SendMessageBatch', { Entries });
    expect(
      await batch(entry('1'), entry('2', { DelaySeconds: 901 }), entry('3', { MessageBody: '\0' })),
    ).toEqual({
      Successful: [
        expect.objectContaining({ Id: '1', MD5OfMessageBody: '9dd4e461268c8034f5c8564e155c67a6' }),
      ],
      Failed: [
        expect.objectContaining({ Id: '2', Code: 'InvalidParameterValue', SenderFault: true }),
        expect.objectContaining({ Id: '3', Code: 'InvalidMessageContents' }),
      ],
    });
    const long = 'x'.repeat(600_000);
    const refusals: [string, object[]][] = [
      ['EmptyBatchRequest', []],
      ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => entry(String(index)))],
      ['BatchEntryIdsNotDistinct', [entry('1'), entry('1')]],
      ['InvalidBatchEntryId', [entry('a b')]],
      ['BatchRequestTooLong', [entry('1', { MessageBody: long }), entry('2', { MessageBody: long })]],
    ];
    for (const [code, entries] of refusals) await expect(batch(...entries)).rejects.toMatchObject({ code });
    await expect(send('x'.repeat(1_048_577))).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect(sqs.queue('work').messages).toHaveLength(1);
  });

  it.each([
    ['SendMessage', { MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['SendMessage', {}, 'MissingParameter'],
    [
      'SendMessage',
      { QueueUrl: 'http://127.0.0.1:1/000000000000/other', MessageBody: 'x' },
      'QueueDoesNotExist',
    ],
    ['ReceiveMessage', { MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
    ['ReceiveMessage', { WaitTimeSeconds: 21 }, 'InvalidParameterValue'],
    ['ChangeMessageVisibility', { ReceiptHandle: 'x', VisibilityTimeout: 1 }, 'MessageNotInflight'],
    ['ChangeMessageVisibility', { ReceiptHandle: 'x' }, 'MissingParameter'],
    ['DeleteMessage', {}, 'MissingParameter'],
    ['CreateQueue', {}, 'UnsupportedOperation'],
  ])('refuses %s of %j as SQS does', async (action, input, code) => {
    await expect(call(action, input)).rejects.toMatchObject({ code });
  });
});
