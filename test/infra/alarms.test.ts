import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asText, type Json, resourceOf, resourcesOf, synthesizeStack } from '#test/infra/template.ts';

describe('alarms', () => {
  const { template } = synthesizeStack({ alarmEmail: 'registrar@example.org' });
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
  const [topicId] = resourceOf(template, 'AWS::SNS::Topic', 'AlarmTopic');

  const guide = readFileSync('docs/operations.md', 'utf8');

  it.each(alarms)('%s is mailed, says what it means, and stands in the guide for operators', (id, alarm) => {
    expect(alarm.AlarmActions).toEqual([{ Ref: topicId }]);
    // One that tells of a moment has not ended when that is over.
    expect(alarm.OKActions).toEqual(/Growth/.test(id) ? undefined : [{ Ref: topicId }]);
    expect(alarm.AlarmDescription).toMatch(/\. \(docs\/operations\.md\)$/);
    expect(guide).toContain(`\`${id.replace(/[0-9A-F]{8}$/, '')}\``);
  });

  it('take silence for danger where it is one, and else for peace', () => {
    const breaching = alarms.filter(([, alarm]) => alarm.TreatMissingData === 'breaching');
    expect(breaching.map(([id]) => id)).toEqual([expect.stringMatching(/^HealthCheckMissingAlarm/)]);
    expect(breaching[0]?.[1]).toMatchObject({
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
    });
    const others = alarms.filter(([id]) => !id.startsWith('HealthCheckMissing'));
    expect(new Set(others.map(([, alarm]) => alarm.TreatMissingData))).toEqual(new Set(['notBreaching']));
  });

  it.each(['StaleInstances', 'UnhealthyInstances', 'InstancesWithBrakeOn'])(
    'one is raised by %s, which health-check publishes',
    (metric) => {
      const watching = alarms.filter(
        ([, alarm]) => alarm.MetricName === metric && alarm.Statistic === 'Maximum',
      );
      expect(watching).toHaveLength(1);
      expect(watching[0]?.[1]).toMatchObject({
        Namespace: 'OecMoodleSync/dev',
        Dimensions: [{ Name: 'service', Value: 'health-check' }],
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      });
    },
  );

  it('watch errors, throttles and dropped loops of every function', () => {
    for (const [id] of resourcesOf(template, 'AWS::Lambda::Function')) {
      const metrics = alarms
        .filter(([, alarm]) => alarm.Dimensions?.[0].Value.Ref === id)
        .map(([, alarm]) => alarm.MetricName);
      expect(metrics).toEqual(expect.arrayContaining(['Errors', 'RecursiveInvocationsDropped', 'Throttles']));
    }
  });

  it('watch the age of PushQueue', () => {
    const [, alarm] = resourceOf(template, 'AWS::CloudWatch::Alarm', 'PushQueueAge');
    expect(alarm).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 3600 });
  });

  it.each(['PermanentlyFailed', 'StreamFailures', 'ScheduleFailures', 'PullFailures'])(
    '%s raises one with its first message',
    (queue) => {
      const [, alarm] = resourceOf(template, 'AWS::CloudWatch::Alarm', `${queue}Alarm`);
      expect(alarm).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      });
      expect(alarm.Dimensions[0].Value['Fn::GetAtt'][0]).toMatch(new RegExp(`^${queue}Queue`));
    },
  );

  it.each(['PermanentlyFailed', 'StreamFailures', 'ScheduleFailures', 'PullFailures'])(
    '%s raises another one with what comes beside an old message',
    (queue) => {
      const [, alarm] = resourceOf(template, 'AWS::CloudWatch::Alarm', `${queue}GrowthAlarm`);
      const [expression, { Id, MetricStat }] = alarm.Metrics;
      expect(expression.Expression).toBe(`IF(${Id} - DIFF(${Id}) > 0, DIFF(${Id}), 0)`);
      expect(MetricStat.Metric.MetricName).toBe('ApproximateNumberOfMessagesVisible');
      expect(alarm).toMatchObject({ Threshold: 0, EvaluationPeriods: 2, DatapointsToAlarm: 1 });
    },
  );

  it('watch what DynamoDB throttles, of the large tables and of the indexes with a rising key', () => {
    const [, alarm] = resourceOf(template, 'AWS::CloudWatch::Alarm', 'TableThrottles');
    const metrics: Json[] = alarm.Metrics.flatMap(({ MetricStat }: Json) => MetricStat?.Metric ?? []);
    const tables = ['RecordsTable', 'MappingsTable'].map(
      (name) => resourceOf(template, 'AWS::DynamoDB::Table', name)[0],
    );
    for (const name of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
      const watched = metrics.filter(
        ({ MetricName, Dimensions }) => MetricName === name && Dimensions.length === 1,
      );
      expect(watched.map(({ Dimensions }) => Dimensions[0].Value.Ref).sort()).toEqual(tables.sort());
    }
    expect(metrics).toHaveLength(6);
  });

  it('are published over TLS only', () => {
    const [, policy] = resourceOf(template, 'AWS::SNS::TopicPolicy', 'AlarmTopic');
    expect(policy.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('may be published by the alarms of this account only', () => {
    const [, policy] = resourceOf(template, 'AWS::SNS::TopicPolicy', 'AlarmTopic');
    expect(policy.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it('watch nothing that another stage of the account publishes', () => {
    const metricsOf = (stage: string) => {
      const of = synthesizeStack({ stage }).template;
      const own = resourcesOf(of, 'AWS::CloudWatch::Alarm').filter(
        ([, { Namespace }]) => Namespace !== undefined && !Namespace.startsWith('AWS/'),
      );
      return own.map(([, { Namespace }]) => Namespace);
    };
    expect(new Set(metricsOf('test'))).toEqual(new Set(['OecMoodleSync/test']));
    expect(new Set(metricsOf('prod'))).toEqual(new Set(['OecMoodleSync/prod']));
    for (const [, { Environment }] of resourcesOf(template, 'AWS::Lambda::Function'))
      expect(Environment.Variables.POWERTOOLS_METRICS_NAMESPACE).toBe('OecMoodleSync/dev');
  });

  it('are there without an address too, to be seen in the console', () => {
    const silent = synthesizeStack().template;
    expect(resourcesOf(silent, 'AWS::CloudWatch::Alarm')).toHaveLength(alarms.length);
    expect(resourcesOf(silent, 'AWS::SNS::Topic')).toEqual([]);
  });
});

describe('the dashboard', () => {
  const { template } = synthesizeStack();
  const [, dashboard] = resourceOf(template, 'AWS::CloudWatch::Dashboard', 'Dashboard');
  const body = asText(dashboard.DashboardBody);

  it('asks three questions', () => {
    for (const question of ['Is it running?', 'Is it keeping up?', 'What failed?'])
      expect(body).toContain(question);
  });

  it('shows every alarm', () => {
    for (const [id] of resourcesOf(template, 'AWS::CloudWatch::Alarm')) expect(body).toContain(`<${id}.Arn>`);
  });

  it('shows only metrics that stand in the guide for operators', () => {
    const guide = readFileSync('docs/operations.md', 'utf8');
    const names = [...body.matchAll(/"OecMoodleSync\/dev","(\w+)"/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
