import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '#cli/connection/deployment.ts';
import { type QueueName, type StackQueue, stackQueues } from '#cli/connection/stack-queues.ts';
import { numberOf } from '#cli/output/words.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { total } from '#shared/store/queues/queue-watch.ts';
import { type Checks, failed, ok, type Said, unknown, warning } from './check.ts';
import { checkFunctions } from './functions.ts';

/** The stack and its parts, as the operator's credentials find them. */
export function awsChecks(deployment: Deployment): Checks {
  return {
    'The stack': () => checkStack(deployment),
    'The clock': () => checkClock(deployment),
    ...Object.fromEntries(
      tablesOf(deployment).map((table) => [`The table ${table.name}`, () => checkTable(deployment, table)]),
    ),
    ...Object.fromEntries(
      stackQueues(deployment).map((queue) => [
        `The queue ${queue.name}`,
        () => checkQueue(deployment, queue),
      ]),
    ),
    'The functions': () => checkFunctions(deployment),
    'The concurrency of the account': () => checkConcurrency(deployment),
  };
}

async function checkStack({ stack, clients }: Deployment): Promise<Said> {
  const region = await clients.cloudformation.config.region();
  return ok(`The credentials are good, and the stack ${stack} in ${region} has all its outputs.`);
}

/** Signatures of requests are refused when they are five minutes off; half of that is worth a word, in milliseconds. */
const clockTolerance = 150_000;

function checkClock({ now }: Deployment): Said {
  const minutes = Math.round((now() - Date.now()) / 60_000);
  if (Math.abs(now() - Date.now()) < clockTolerance)
    return ok('The clocks of AWS and of this machine agree.');
  return warning(
    `The clock of AWS is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} this machine's.`,
    'Set the clock of this machine by NTP: AWS refuses requests whose time is more than five minutes off.',
  );
}

interface CheckedTable {
  name: string;
  table: string;
  /** The attributes of its key, where a command writes to it. */
  writtenBy?: readonly string[];
}

function tablesOf({ outputs, erp }: Deployment): CheckedTable[] {
  return [
    { name: 'OecRecords', table: outputs.RecordsTableName, writtenBy: ['model', 'id'] },
    { name: 'RecordLinks', table: outputs.LinksTableName },
    { name: 'MoodleMappings', table: outputs.MappingsTableName, writtenBy: ['instance', 'idnumber'] },
    { name: 'MoodleInstances', table: outputs.InstancesTableName, writtenBy: ['id'] },
    ...(erp
      ? [
          { name: 'ErpState', table: erp.outputs.ErpStateTableName, writtenBy: ['key'] },
          { name: 'ErpMappings', table: erp.outputs.ErpMappingsTableName, writtenBy: ['model', 'id'] },
        ]
      : []),
  ];
}

/** Whether the operator's credentials may read a table, and write it where a command does. */
async function checkTable({ clients }: Deployment, { name, table, writtenBy }: CheckedTable): Promise<Said> {
  await clients.documents.send(new ScanCommand({ TableName: table, Limit: 1 }));
  if (!writtenBy) return ok(`The table ${name} can be read.`);
  try {
    // The condition never holds: DynamoDB looks at the rights first, and then writes nothing.
    await clients.documents.send(
      new UpdateCommand({
        TableName: table,
        Key: Object.fromEntries(writtenBy.map((attribute) => [attribute, 'oec-moodle doctor'])),
        UpdateExpression: 'SET checked = :checked',
        ConditionExpression: 'attribute_exists(#key) AND attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': writtenBy[0]! },
        ExpressionAttributeValues: { ':checked': true },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return ok(`The table ${name} can be read and written.`);
  }
  return failed(
    `The table ${name} took a write whose condition cannot hold.`,
    'This is no DynamoDB: check AWS_ENDPOINT_URL.',
  );
}

/** What to do about messages in a dead-letter queue. */
const adviceOn: Partial<Record<QueueName, string>> = {
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

/** Whether a queue can be reached, and whether something lies in it that needs a person. */
async function checkQueue({ clients }: Deployment, { name, url, isDeadLetter }: StackQueue): Promise<Said> {
  const count = total(await queueDepth(clients.sqs, url));
  const held = count === 0 ? 'nothing' : count === 1 ? '1 message' : `${numberOf(count)} messages`;
  if (!isDeadLetter) return ok(`The queue ${name} can be reached; it holds ${held}.`);
  if (count === 0) return ok(`The queue ${name} is empty.`);
  return warning(`The queue ${name} holds ${held}.`, adviceOn[name] ?? '');
}

/** Whether the account lets as many functions run at a time as the stack comes to. */
async function checkConcurrency({ clients, outputs }: Deployment): Promise<Said> {
  try {
    const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
    return judgeConcurrency(AccountLimit?.ConcurrentExecutions ?? 0, Number(outputs.ConcurrentExecutions));
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('AccessDenied')) throw error;
    return unknown(
      'How many functions the account lets run at a time may not be read with these credentials.',
      "The policy that the stack's output OperatorPolicyArn names allows it.",
    );
  }
}

/** @param limit of all functions of the account in this region @param needed what the stack comes to */
export function judgeConcurrency(limit: number, needed: number): Said {
  const figures = `The account lets ${limit} functions run at a time`;
  if (limit >= needed) return ok(`${figures}; the sync comes to ${needed} at most.`);
  return warning(
    `${figures}, and the sync alone comes to ${needed}: some are throttled when there is much to do.`,
    'Ask AWS for more: Service Quotas, Lambda, Concurrent executions (docs/deploy.md).',
  );
}
