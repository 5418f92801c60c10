import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kit, startKit, student } from '../kit.ts';
import { hour, minute, permanentlyFailed } from '../reliability/support.ts';
import { runCli } from './run-cli.ts';

let kit: Kit;
/** Ends that Moodle refuses addresses of the domain `refused.example.net`. */
let mend: () => void;

const refusal = {
  kind: 'exception' as const,
  exception: 'invalid_parameter_exception',
  errorcode: 'invalidparameter',
  message: 'Invalid parameter value detected',
};

const refused = (id: number) => student(id, { email: `student${id}@refused.example.net` });

interface Listed {
  total: number;
  by_status: Record<string, number>;
  failures: { idnumber: string; status: string }[];
  messages: { message_id: string; state: string }[];
  other_queues: Record<string, number>;
}

beforeAll(async () => {
  kit = await startKit({ schedules: 'none' });
  mend = kit.site().moodle.intercept(async (call, proceed) => {
    const isRefused =
      call.function === 'core_user_create_users' &&
      JSON.stringify(call.parameters).includes('refused.example.net');
    return isRefused ? refusal : proceed();
  });
  await kit.sync(refused(1), refused(2), student(3));
  await kit.advance(30 * hour);
  await kit.sync(
    refused(4),
    student(5, { email: false }),
    student(6, { email: 'student3@example.org', first_name: 'Namesake' }),
  );
});
afterAll(() => kit.stop());

const list = async (...args: string[]) =>
  (await runCli(kit, ['failures', 'list', '--json', ...args])).json<Listed>();

async function sendToDeadLetters(body: string): Promise<void> {
  await kit.cloud.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: kit.cloud.resource('PermanentlyFailedQueueUrl'),
      MessageGroupId: 'demo',
      MessageBody: body,
    }),
  );
}

describe('failures list, show and export', () => {
  it('lists what is not in Moodle with what lies in the queues, and leaves the messages where they are', async () => {
    const run = await runCli(kit, ['failures', 'list', '--json']);
    expect(run.code).toBe(1);
    expect(run.json()).toMatchObject({
      total: 5,
      by_status: { permanently_failed: 2, failed: 1, invalid: 1, conflict: 1 },
      failures: [
        {
          idnumber: 'oec_student_1',
          status: 'permanently_failed',
          class: 'refused',
          code: 'invalidparameter',
        },
        { idnumber: 'oec_student_2' },
        { idnumber: 'oec_student_4', status: 'failed', attempts: 1 },
        { idnumber: 'oec_student_5', status: 'invalid', field: 'email' },
        { idnumber: 'oec_student_6', status: 'conflict', waits_for: ['oec_student_3'] },
      ],
      messages: [{ state: 'given up' }, { state: 'given up' }],
      other_queues: { pull_failures: 0, stream_failures: 0, schedule_failures: 0 },
    });
    expect(run.stdout).not.toMatch(/@\w+\.example/);
    expect(await permanentlyFailed(kit)).toHaveLength(2);
  });

  it('narrows them down, and has nothing to say where all is well', async () => {
    expect(await list('--reason', 'refused', '--limit', '1')).toMatchObject({
      total: 3,
      failures: [{ idnumber: 'oec_student_1' }],
    });
    const nothing = await runCli(kit, ['failures', 'list', '--model', 'op.course']);
    expect(nothing).toMatchObject({ code: 0, stdout: 'Nothing that was asked for has failed.\n' });
    expect((await runCli(kit, ['failures', 'list', '--status', 'lost'])).code).toBe(64);
  });

  it('tells everything of one, with advice and what happens next', async () => {
    const shown = await runCli(kit, ['failures', 'show', 'demo', 'oec_student_6']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('Advice: ');
    expect(shown.stdout).toContain('when either side changes');
    expect(shown.stdout).toContain('It waits for: oec_student_3, synced');
    const unknown = await runCli(kit, ['failures', 'show', 'demo', 'oec_student_6@enrolments']);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('There is oec_student_6.');
  });

  it('writes them as CSV', async () => {
    const { stdout } = await runCli(kit, ['failures', 'export', '-', '--status', 'invalid']);
    const rows: Record<string, string>[] = parse(stdout, { columns: true });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      instance: 'demo',
      model: 'op.student',
      record_id: '5',
      status: 'invalid',
      field: 'email',
    });
  });
});

describe('failures retry', () => {
  it('wants to know what, and leaves alone what cannot be helped by trying', async () => {
    expect((await runCli(kit, ['failures', 'retry'])).code).toBe(64);
    const invalid = await runCli(kit, ['failures', 'retry', 'demo', 'oec_student_5']);
    expect(invalid.code).toBe(1);
    expect(invalid.stdout).toContain('Left alone: oec_student_5');
  });

  it('that fails again starts over with all its attempts, and has one message in the end', async () => {
    const run = await runCli(kit, ['failures', 'retry', 'demo', 'oec_student_1', '--wait', '--json']);
    expect(run.code).toBe(1);
    expect(run.json()).toMatchObject({
      messages_removed: 1,
      outcomes: [{ idnumber: 'oec_student_1', outcome: 'failed again' }],
    });
    expect(await kit.mapping('oec_student_1')).toMatchObject({ status: 'failed', attempts: 1 });
    expect((await permanentlyFailed(kit)).map(({ record_id }) => record_id)).toEqual(['2']);
    await kit.advance(30 * hour);
    expect(await kit.mapping('oec_student_1')).toMatchObject({ status: 'permanently_failed', attempts: 5 });
    expect((await permanentlyFailed(kit)).map(({ record_id }) => record_id).sort()).toEqual(['1', '2', '4']);
  });

  it('of one that still waits for its next attempt starts over as well; that attempt is no longer counted', async () => {
    await kit.sync(refused(7));
    await kit.advance(40 * minute);
    expect(await kit.mapping('oec_student_7')).toMatchObject({ attempts: 3 });
    expect((await runCli(kit, ['failures', 'retry', 'demo', 'oec_student_7'])).code).toBe(0);
    await kit.settle();
    const again = await kit.mapping('oec_student_7');
    expect(again).toMatchObject({ status: 'failed', attempts: 1 });
    await kit.advance(4.5 * hour);
    // After 5 and 35 minutes; the next one is due 4 hours later, and the old row's attempt has come and gone.
    expect(await kit.mapping('oec_student_7')).toMatchObject({
      attempts: 3,
      failure_id: again!.failure_id,
      first_failed_at: again!.first_failed_at,
    });
  });

  it('that succeeds leaves the dead-letter queue, and nothing is left to list', async () => {
    mend();
    const run = await runCli(kit, ['failures', 'retry', '--reason', 'refused', '--wait', '--json']);
    expect(run.code).toBe(0);
    const { outcomes } = run.json<{ outcomes: { outcome: string }[] }>();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('arrived'));
    expect(await permanentlyFailed(kit)).toEqual([]);
    expect(await list('--reason', 'refused')).toMatchObject({ total: 0, messages: [] });
  });

  it('sends a unit that crashed the worker once more, by its message', async () => {
    await sendToDeadLetters(JSON.stringify({ instance: 'demo', service: 'students', ids: ['3'] }));
    const { messages } = await list();
    expect(messages).toMatchObject([{ state: 'crashed' }]);
    const calls = await kit.site().callsDuring(async () => {
      const args = ['failures', 'retry', '--message', messages[0]!.message_id, '--message', 'unknown'];
      const run = await runCli(kit, args);
      expect(run.code).toBe(1);
      expect(run.stdout).toContain('1 units that crashed the worker are sent once more');
      expect(run.stdout).toContain('no unit of an active instance under unknown');
      await kit.settle();
    });
    // It is not believed that Moodle holds what the mapping says.
    expect(calls.map((call) => call.function)).toContain('core_user_update_users');
    expect(await kit.cloud.queueMessages(kit.cloud.resource('PermanentlyFailedQueueUrl'))).toEqual([]);
  });
});

describe('failures discard', () => {
  it('deletes what has arrived since, once that is confirmed, and what is no unit by its message', async () => {
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    await kit.cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: kit.cloud.resource('PermanentlyFailedQueueUrl'),
        MessageGroupId: 'demo',
        MessageBody: JSON.stringify({ instance: 'demo', service: 'students', ids: ['1'] }),
        MessageAttributes: {
          ...{ status: attribute('permanently_failed'), instance: attribute('demo') },
          ...{ model: attribute('op.student'), record_id: attribute('1'), reason: attribute('x') },
          ...{ attempts: attribute('5'), first_failed_at: attribute('-'), last_failed_at: attribute('-') },
        },
      }),
    );
    // More than SQS hands out in one call.
    for (let count = 0; count < 11; count += 1) await sendToDeadLetters(`no unit ${count}`);
    const { messages } = await list();
    expect(messages.map(({ state }) => state).sort()).toEqual(['arrived', ...Array(11).fill('unreadable')]);
    const asked = await runCli(kit, ['failures', 'discard', '--arrived']);
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain(
      '1 message of PermanentlyFailed would be deleted. This has to be confirmed.',
    );
    expect((await runCli(kit, ['failures', 'discard', '--arrived', '--yes'])).code).toBe(0);
    const left = (await list()).messages;
    expect(left.map(({ state }) => state)).toEqual(Array(11).fill('unreadable'));
    const two = left.slice(0, 2).map(({ message_id }) => message_id);
    const args = ['failures', 'discard', '--message', two[0]!, '--message', two[1]!, '--yes', '--json'];
    const { discarded } = (await runCli(kit, args)).json<{ discarded: string[] }>();
    expect(discarded.sort()).toEqual(two.sort());
    const rest = await kit.cloud.queueMessages(kit.cloud.resource('PermanentlyFailedQueueUrl'));
    expect(rest.map(({ state }) => state)).toEqual(Array(9).fill('visible'));
  });
});
