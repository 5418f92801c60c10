import type { Deployment } from '#cli/connection/deployment.ts';
import { type QueueName, stackQueues } from '#cli/connection/stack-queues.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { isolated, ok, type Said, warning } from './check.ts';

/** What to do about messages in a dead-letter queue. */
const advice: Partial<Record<QueueName, string>> = {
  PermanentlyFailed: '`oec-moodle failures list` names the records and what to do about each.',
  PullFailures:
    'The log of pull-worker says why; the next hour asks for the same again. Then delete the messages.',
  StreamFailures:
    'The log of record-stream says why; the hourly sweep finds what was missed. Then delete the messages.',
  ScheduleFailures:
    'The messages and the logs of push-sweep and drift say why; the next run makes good for it. Then delete them.',
  ErpFailures: '`oec-moodle erp failures list` names the records and what to do about each.',
  ErpStreamFailures:
    'The log of erp-stream says why; the hourly sweep of the import finds what was missed. Then delete the messages.',
};

/** Whether every queue can be reached, and whether something lies in those that need a person. */
export async function checkQueues(deployment: Deployment): Promise<Said[]> {
  const said = await Promise.all(
    stackQueues(deployment).map(({ name, url, isDeadLetter }) =>
      isolated(`The queue ${name}`, async () => {
        const { visible, in_flight, delayed } = await queueDepth(deployment.clients.sqs, url);
        const held = visible + in_flight + delayed;
        if (!isDeadLetter) return ok(`The queue ${name} can be reached; it holds ${messages(held)}.`);
        return held === 0
          ? ok(`The queue ${name} is empty.`)
          : warning(`The queue ${name} holds ${messages(held)}.`, advice[name] ?? '');
      }),
    ),
  );
  return said.flat();
}

function messages(count: number): string {
  return count === 0 ? 'nothing' : count === 1 ? '1 message' : `${count.toLocaleString('en-GB')} messages`;
}
