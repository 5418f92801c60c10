import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { batch, enrolment, program, startKit, student, subject } from '#test/integration/kit.ts';

describe('workers that meet the same students', () => {
  it('do not repeat each other where Moodle is slow', async () => {
    await using kit = await startKit();
    const site = kit.site();
    const people = Array.from({ length: 20 }, (_, index) => student(index + 1));
    await kit.sync(program(1, { subject_ids: [1] }), subject(1), batch(1, 1), ...people);
    site.moodle.configure({ latencyMilliseconds: 150 });
    const enrolments = people.map((_, index) => enrolment(index + 1, index + 1, 1, 1));
    const calls = await site.callsDuring(async () => {
      await kit.put(...enrolments);
      const unit = { instance: 'demo', service: 'enrolments', ids: people.map(({ id }) => id) };
      await kit.cloud.clients.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: kit.cloud.resource('PushQueueUrl'),
          Entries: [1, 2, 3, 4].map((id) => ({ Id: String(id), MessageBody: JSON.stringify(unit) })),
        }),
      );
      await kit.settle();
    });
    // Two workers may share the students out between them, but each enrolment is sent once.
    const sent = (name: string) =>
      calls.filter((call) => call.function === name).reduce((sum, { items }) => sum + items, 0);
    expect([sent('enrol_manual_enrol_users'), sent('core_group_add_group_members')]).toEqual([20, 20]);
    expect(Object.values(await site.participants('oec_subj_1_course_1'))).toEqual(
      people.map(() => 'student in oec_batch_1'),
    );
    expect(await kit.troubles()).toEqual({});
  });
});
