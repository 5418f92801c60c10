import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '#infra/config.ts';
import { asText, type Json, resourceOf, synthesizeStack } from '#test/infra/template.ts';

/** Each action of a managed policy, with what it may be done to. */
function allowed(policy: string, config: ConfigInput): Record<string, string[]> {
  const [, { PolicyDocument }] = resourceOf(
    synthesizeStack(config).template,
    'AWS::IAM::ManagedPolicy',
    policy,
  );
  const statements: Json[] = PolicyDocument.Statement;
  expect(new Set(statements.map(({ Effect }) => Effect))).toEqual(new Set(['Allow']));
  const pairs = statements.flatMap(({ Action, Resource }) =>
    [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((one) => [action, nameOf(asText(one))] as const)),
  );
  const actions = Map.groupBy(pairs, ([action]) => action);
  return Object.fromEntries([...actions].map(([action, of]) => [action, of.map(([, one]) => one).sort()]));
}

/** Without hashes, and without partition, region and account. */
function nameOf(resource: string): string {
  return resource
    .replace(/(?<=[a-z])[0-9A-F]{8}(?=\.Arn>|>)/, '')
    .replace(/^arn:<[^>]+>:/, '')
    .replace(/:<AWS::\w+>/g, '');
}

const tables = ['Instances', 'Links', 'Mappings', 'Records'].map((name) => `<${name}Table.Arn>`);
const tablesOfErp = ['ErpMappings', 'ErpState'].map((name) => `<${name}Table.Arn>`);
const queues = [
  ...[
    'Drift',
    'PermanentlyFailed',
    'PullFailures',
    'Pull',
    'Push',
    'ScheduleFailures',
    'StreamFailures',
    'Sweep',
  ],
].map((name) => `<${name}Queue.Arn>`);
const queuesOfErp = ['ErpFailures', 'Erp', 'ErpStreamFailures'].map((name) => `<${name}Queue.Arn>`);

describe('the policy for operators', () => {
  it.each<[string, ConfigInput, string[], string[], string[], string[]]>([
    [
      'without an ERP',
      { stage: 'test' },
      tables,
      ['<MappingsTable.Arn>/index/attention', '<RecordsTable.Arn>/index/pulled'],
      queues,
      [],
    ],
    [
      'with one',
      { stage: 'test', erp: {} },
      [...tables, ...tablesOfErp],
      [
        '<ErpMappingsTable.Arn>/index/attention',
        '<MappingsTable.Arn>/index/attention',
        '<RecordsTable.Arn>/index/pulled',
      ],
      [...queues, ...queuesOfErp],
      ['<ErpConnection>'],
    ],
  ])(
    "%s names what the command does, on what is this stage's",
    (_name, config, ofTables, indexes, ofQueues, connection) => {
      const tokens = ['secretsmanager:secret:oec-moodle/test/*'];
      const stack = ['cloudformation:stack/oec-moodle-sync-test/*'];
      const sorted = (...names: string[]) => names.sort();
      expect(allowed('OperatorPolicy', config)).toEqual({
        'cloudformation:DescribeStacks': stack,
        'cloudformation:ListStackResources': stack,
        ...Object.fromEntries(
          ['GetItem', 'BatchGetItem', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].map(
            (action) => [`dynamodb:${action}`, sorted(...ofTables)],
          ),
        ),
        'dynamodb:Query': sorted(...ofTables, ...indexes),
        ...Object.fromEntries(
          [
            'SendMessage',
            'ReceiveMessage',
            'DeleteMessage',
            'ChangeMessageVisibility',
            'GetQueueAttributes',
          ].map((action) => [`sqs:${action}`, sorted(...ofQueues)]),
        ),
        'secretsmanager:CreateSecret': tokens,
        'secretsmanager:DeleteSecret': tokens,
        'secretsmanager:RestoreSecret': tokens,
        'secretsmanager:GetSecretValue': sorted(...connection, ...tokens),
        'secretsmanager:PutSecretValue': sorted(...connection, ...tokens),
        // These two know no resources, and only read figures.
        'cloudwatch:GetMetricData': ['*'],
        'lambda:GetAccountSettings': ['*'],
      });
    },
  );
});

describe('the policy for an ERP that writes the table', () => {
  it('lets it write records, and read what came from Moodle', () => {
    expect(allowed('RecordsWriterPolicy', {})).toEqual({
      'dynamodb:PutItem': ['<RecordsTable.Arn>'],
      'dynamodb:BatchWriteItem': ['<RecordsTable.Arn>'],
      'dynamodb:DeleteItem': ['<RecordsTable.Arn>'],
      'dynamodb:Query': ['<RecordsTable.Arn>/index/pulled'],
    });
  });
});
