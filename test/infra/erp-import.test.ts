import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { erpImport } from '#functions/erp-import/declaration.ts';
import { importedModels } from '#shared/odoo/import/models.ts';
import {
  asText,
  type Json,
  resourceOf,
  resourcesOf,
  statements,
  synthesizeStack,
} from '#test/infra/template.ts';

const { template } = synthesizeStack({ erp: { completionField: 'x_moodle_completion' } });

/** `{action} {resource}` of all that a role may do but write its log. */
function rightsOf(role: string): string[] {
  return statements(template)
    .filter((statement) => statement.role.startsWith(`<${role}`))
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`)),
    )
    .filter((right) => !right.startsWith('logs:'))
    .map((right) => right.replace(/([A-Za-z]+?)[0-9A-F]{8}/g, '$1'))
    .sort();
}

describe('the roles of the import', () => {
  it('let erp-stream read one stream and send to one queue', () => {
    expect(rightsOf('ErpStreamRole')).toEqual([
      'dynamodb:DescribeStream <RecordsTable.StreamArn>',
      'dynamodb:GetRecords <RecordsTable.StreamArn>',
      'dynamodb:GetShardIterator <RecordsTable.StreamArn>',
      'dynamodb:ListStreams <RecordsTable.Arn>/stream/*',
      'sqs:GetQueueAttributes <ErpStreamFailuresQueue.Arn>',
      'sqs:GetQueueUrl <ErpStreamFailuresQueue.Arn>',
      'sqs:SendMessage <ErpQueue.Arn>',
      'sqs:SendMessage <ErpStreamFailuresQueue.Arn>',
    ]);
  });

  it('let erp-import read records and its own secret, and write its own tables and queues', () => {
    const group = expect.stringMatching(/^scheduler:CreateSchedule .*RetryScheduleGroup.*\/\*$/);
    expect(rightsOf('ErpImportRole')).toEqual([
      'dynamodb:BatchGetItem <ErpMappingsTable.Arn>',
      'dynamodb:BatchGetItem <RecordsTable.Arn>',
      'dynamodb:BatchWriteItem <ErpMappingsTable.Arn>',
      'dynamodb:DeleteItem <ErpMappingsTable.Arn>',
      'dynamodb:GetItem <ErpStateTable.Arn>',
      'dynamodb:GetItem <InstancesTable.Arn>',
      'dynamodb:PutItem <ErpMappingsTable.Arn>',
      'dynamodb:PutItem <ErpStateTable.Arn>',
      'dynamodb:Query <ErpMappingsTable.Arn>',
      'dynamodb:Query <ErpMappingsTable.Arn>/index/attention',
      'dynamodb:Query <RecordsTable.Arn>',
      'dynamodb:Query <RecordsTable.Arn>/index/pulled',
      'dynamodb:Scan <InstancesTable.Arn>',
      'dynamodb:UpdateItem <InstancesTable.Arn>',
      'iam:PassRole <ErpRetryScheduleRole.Arn>',
      group,
      'secretsmanager:GetSecretValue <ErpConnection>',
      'sqs:ChangeMessageVisibility <ErpQueue.Arn>',
      'sqs:DeleteMessage <ErpQueue.Arn>',
      'sqs:GetQueueAttributes <ErpQueue.Arn>',
      'sqs:GetQueueUrl <ErpQueue.Arn>',
      'sqs:ReceiveMessage <ErpQueue.Arn>',
      'sqs:SendMessage <ErpFailuresQueue.Arn>',
      'sqs:SendMessage <ErpQueue.Arn>',
    ]);
  });

  it('let a retry that falls due, and the sweep, be sent to ErpQueue', () => {
    expect(rightsOf('ErpRetryScheduleRole')).toEqual([
      'sqs:SendMessage <ErpFailuresQueue.Arn>',
      'sqs:SendMessage <ErpQueue.Arn>',
    ]);
    expect(rightsOf('ErpImportScheduleRole')).toEqual([
      'sqs:SendMessage <ErpQueue.Arn>',
      'sqs:SendMessage <ScheduleFailuresQueue.Arn>',
    ]);
  });
});

describe('erp-stream', () => {
  const patternOf = ({ FilterCriteria }: Json) => JSON.parse(FilterCriteria.Filters[0].Pattern).dynamodb;

  it('is woken by what a pull wrote, and by its end, of models that are imported', () => {
    const [, mapping] = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'ErpStream');
    expect(patternOf(mapping)).toEqual({
      Keys: { model: { S: [...importedModels] } },
      NewImage: { connector_no_export: { BOOL: [true] } },
    });
    const [, removals] = mapping.FilterCriteria.Filters.map(({ Pattern }: Json) => JSON.parse(Pattern));
    expect(removals).toEqual({
      eventName: ['REMOVE'],
      dynamodb: {
        Keys: { model: { S: [...importedModels] } },
        OldImage: { sync_stamp: { S: [{ exists: true }] } },
      },
    });
    expect(asText(mapping.DestinationConfig.OnFailure.Destination)).toMatch(/^<ErpStreamFailuresQueue/);
  });

  it('is not woken by completion where the ERP has no field for it', () => {
    const [, mapping] = resourceOf(
      synthesizeStack({ erp: {} }).template,
      'AWS::Lambda::EventSourceMapping',
      'ErpStream',
    );
    expect(patternOf(mapping).Keys.model.S).not.toContain('op.student.course');
  });
});

describe('erp-import', () => {
  const [, { Timeout }] = resourceOf(template, 'AWS::Lambda::Function', 'ErpImport');

  it('takes one unit at a time, two at once, and leaves word of what crashes it', () => {
    const [, mapping] = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'ErpImport');
    expect(mapping).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    const [, queue] = resourcesOf(template, 'AWS::SQS::Queue').find(([id]) =>
      /^ErpQueue[0-9A-F]{8}$/.test(id),
    )!;
    expect(queue.RedrivePolicy.maxReceiveCount).toBe(5);
    expect(asText(queue.RedrivePolicy.deadLetterTargetArn)).toMatch(/^<ErpFailuresQueue/);
    expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
  });

  it('claims records for as long as it can run', () => {
    expect(erpImport.timeout).toBe(Timeout);
  });

  it('sweeps each hour', () => {
    const [, schedule] = resourceOf(template, 'AWS::Scheduler::Schedule', 'ErpImportSweep');
    expect(schedule.ScheduleExpression).toBe('cron(40 * * * ? *)');
    expect(JSON.parse(schedule.Target.Input)).toEqual({ sweep: 'import' });
  });
});

describe('what of the import needs a person', () => {
  const guide = readFileSync('docs/operations.md', 'utf8');
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(([id]) =>
    /^Erp(Import|Stream|Queue|Failures)/.test(id),
  );

  it('raises an alarm that stands in the guide for operators and on the dashboard', () => {
    const [, dashboard] = resourceOf(template, 'AWS::CloudWatch::Dashboard', 'Dashboard');
    const body = asText(dashboard.DashboardBody);
    expect(alarms.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'ErpFailuresAlarm',
      'ErpFailuresGrowthAlarm',
      'ErpImportErrorsAlarm',
      'ErpImportLoopsAlarm',
      'ErpImportThrottlesAlarm',
      'ErpQueueAgeAlarm',
      'ErpStreamErrorsAlarm',
      'ErpStreamFailuresAlarm',
      'ErpStreamFailuresGrowthAlarm',
      'ErpStreamLagAlarm',
      'ErpStreamLoopsAlarm',
      'ErpStreamThrottlesAlarm',
    ]);
    for (const [id] of alarms) {
      expect(guide).toContain(`\`${id.replace(/[0-9A-F]{8}$/, '')}\``);
      expect(body).toContain(`<${id}.Arn>`);
    }
    for (const [, name] of body.matchAll(/"OecMoodleSync\/dev","(\w+)"/g))
      expect(guide).toContain(`\`${name}\``);
  });
});
