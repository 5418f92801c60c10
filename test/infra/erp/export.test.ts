import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asText, resourceOf, resourcesOf, statements, synthesizeStack } from '#test/infra/template.ts';

const vpc = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'] };
const { template } = synthesizeStack({
  alarmEmail: 'registrar@example.org',
  erp: { exportAll: 'rate(2 hours)' },
  vpc,
});
const [functionId, properties] = resourceOf(template, 'AWS::Lambda::Function', 'ErpExport');

describe('erp-export', () => {
  it('reaches the one secret and the tables that it needs, and nothing else', () => {
    const own = statements(template).filter(({ role }) => role.startsWith('<ErpExportRole'));
    const allowed = own.flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((name) => `${action} ${name.replace(/[0-9A-F]{8}\b/, '')}`)),
    );
    const isOnNetworks = (action: string) => action.startsWith('ec2:');
    expect(own.filter(({ effect, actions }) => effect !== 'Allow' && !actions.every(isOnNetworks))).toEqual(
      [],
    );
    // The network interfaces of a private network are every function's (test/infra/permissions.test.ts).
    expect(allowed.filter((action) => !action.startsWith('ec2:')).sort()).toEqual([
      'dynamodb:BatchGetItem <ErpMappingsTable.Arn>',
      'dynamodb:BatchGetItem <RecordsTable.Arn>',
      'dynamodb:DeleteItem <RecordsTable.Arn>',
      'dynamodb:GetItem <ErpStateTable.Arn>',
      'dynamodb:PutItem <ErpStateTable.Arn>',
      'dynamodb:PutItem <RecordsTable.Arn>',
      'dynamodb:Query <ErpMappingsTable.Arn>',
      'dynamodb:Query <RecordsTable.Arn>',
      'dynamodb:Scan <InstancesTable.Arn>',
      'logs:CreateLogStream <ErpExportLogs.Arn>',
      'logs:PutLogEvents <ErpExportLogs.Arn>',
      // The secret's ARN.
      'secretsmanager:GetSecretValue <ErpConnection>',
    ]);
  });

  it('knows the secret by its name, and holds nothing of it', () => {
    const { ERP_CONNECTION_SECRET } = properties.Environment.Variables;
    expect(asText(ERP_CONNECTION_SECRET)).toMatch(/^<ErpConnection/);
    expect(JSON.stringify(properties.Environment)).not.toMatch(/TOKEN|PASSWORD|API_KEY/i);
  });

  it('has time for several pages, and keeps enough of it to end one', () => {
    const reserve = Number(properties.Environment.Variables.EXPORT_RESERVE_SECONDS);
    // A call of the ERP takes 60 s at the most, and 20 s are kept for noting what came of it.
    expect(reserve).toBeGreaterThanOrEqual(80);
    expect(reserve).toBeLessThanOrEqual(properties.Timeout / 2);
  });

  it('is started each minute for what has changed, and as often as is configured for all', () => {
    const own = resourcesOf(template, 'AWS::Scheduler::Schedule').filter(
      ([, { Target }]) => asText(Target.Arn) === `<${functionId}.Arn>`,
    );
    expect(
      own.map(([, { ScheduleExpression, Target }]) => [ScheduleExpression, JSON.parse(Target.Input)]),
    ).toEqual([
      ['rate(1 minute)', { task: 'changes' }],
      ['rate(2 hours)', { task: 'all' }],
    ]);
    const [changes] = own;
    // What could not be started is not made up for: the next one does it.
    expect(changes![1].Target.RetryPolicy.MaximumEventAgeInSeconds).toBe(60);
  });

  it('reaches an ERP in a private network', () => {
    expect(properties.VpcConfig.SubnetIds).toEqual(vpc.subnetIds);
  });
});

describe('the alarms of erp-export', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(([id]) =>
    /^Erp(Export|Deletions)/.test(id),
  );
  const guide = readFileSync('docs/operations.md', 'utf8');
  const nameOf = (id: string) => id.replace(/[0-9A-F]{8}$/, '');

  it('are these', () => {
    expect(alarms.map(([id]) => nameOf(id)).sort()).toEqual([
      'ErpDeletionsHeldAlarm',
      'ErpExportErrorsAlarm',
      'ErpExportFindingsAlarm',
      'ErpExportLoopsAlarm',
      'ErpExportMissingAlarm',
      'ErpExportStaleAlarm',
      'ErpExportThrottlesAlarm',
    ]);
  });

  it.each(alarms)('%s is mailed, and stands in the guide for operators', (id, alarm) => {
    expect(alarm.AlarmActions).toHaveLength(1);
    expect(guide).toContain(`\`${nameOf(id)}\``);
    if (alarm.Namespace === 'OecMoodleSync/dev') expect(guide).toContain(`\`${alarm.MetricName}\``);
  });

  it('take silence for danger in one place only', () => {
    const breaching = alarms.filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
    expect(breaching.map(([id]) => nameOf(id))).toEqual(['ErpExportMissingAlarm']);
    expect(breaching[0]![1]).toMatchObject({
      MetricName: 'SecondsSinceErpExport',
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
    });
  });
});
