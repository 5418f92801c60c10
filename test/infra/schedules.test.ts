import { describe, expect, it } from 'vitest';
import { scheduleExpression } from '#local/cloud/services/schedule-expression.ts';
import { pullNames } from '#shared/moodle/pulls/pull-ports.ts';
import { asText, type Json, resourceOf, resourcesOf, statements, synthesizeStack } from './template.ts';

const { template } = synthesizeStack();
const schedules = resourcesOf(template, 'AWS::Scheduler::Schedule');

/** `cron(5 …)` → 5 */
const minuteOf = (expression: string) => Number(/^cron\((\d+) /.exec(expression)?.[1]);

describe('every schedule', () => {
  it.each(schedules)(
    '%s is tried again, and leaves word in a dead-letter queue when it cannot start',
    (_id, schedule) => {
      expect(schedule.Target.RetryPolicy.MaximumRetryAttempts).toBeGreaterThan(0);
      expect(schedule.Target.RetryPolicy.MaximumEventAgeInSeconds).toBeLessThanOrEqual(3600);
      expect(asText(schedule.Target.DeadLetterConfig.Arn)).toMatch(/^<ScheduleFailuresQueue/);
      expect(schedule).toMatchObject({
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
      });
    },
  );

  it('does not start all at once what could not be started for a while', () => {
    const { template: full } = synthesizeStack({ erp: {} });
    const configs = resourcesOf(full, 'AWS::Lambda::EventInvokeConfig');
    const limitOf = (id: string) => configs.find(([, { FunctionName }]) => FunctionName.Ref === id)?.[1];
    for (const [, { Target }] of resourcesOf(full, 'AWS::Scheduler::Schedule')) {
      const [id] = Target.Arn['Fn::GetAtt'];
      if (full.Resources[id]?.Type !== 'AWS::Lambda::Function') continue;
      expect(limitOf(id)?.MaximumEventAgeInSeconds).toBeLessThanOrEqual(15 * 60);
      expect(limitOf(id)?.MaximumRetryAttempts).toBeLessThanOrEqual(2);
    }
    // What runs each minute is not worth a second look at what is two minutes old.
    const [exporter] = resourceOf(full, 'AWS::Lambda::Function', 'ErpExport');
    expect(limitOf(exporter)).toMatchObject({ MaximumEventAgeInSeconds: 120, MaximumRetryAttempts: 0 });
  });

  it.each(schedules)('%s has a role that may start its target, and nothing else', (_id, { Target }) => {
    const role = Target.RoleArn['Fn::GetAtt'][0];
    const allowed = statements(template).filter((statement) => statement.role === `<${role}>`);
    const each = allowed.flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`)),
    );
    const starts = /^<(Sweep|Drift|Retention)Queue/.test(asText(Target.Arn))
      ? 'sqs:SendMessage'
      : 'lambda:InvokeFunction';
    expect(each.sort()).toEqual(
      [`${starts} ${asText(Target.Arn)}`, `sqs:SendMessage ${asText(Target.DeadLetterConfig.Arn)}`].sort(),
    );
    const trust: Json = template.Resources[role]?.Properties.AssumeRolePolicyDocument;
    expect(Object.keys(trust.Statement[0].Condition.StringEquals)).toEqual([
      'aws:SourceAccount',
      'aws:SourceArn',
    ]);
  });
});

describe('the nine schedules', () => {
  const regular = schedules.filter(([id]) => !id.startsWith('HealthAges'));

  it.each(schedules)('%s is one that the embedded cloud knows as well', (_id, { ScheduleExpression }) => {
    expect(scheduleExpression(ScheduleExpression)).toBeDefined();
  });

  it('start the regular work, each at a minute of its own', () => {
    expect(regular.map(([id]) => id.replace(/Schedule[0-9A-F]*$/, '')).sort()).toEqual([
      'Drift',
      'HealthCheck',
      'PullCompletion',
      'PullGradebook',
      'PushStructure',
      'PushStudents',
      'PushTeachers',
      'Retention',
      'SyncAttendance',
    ]);
    const minutes = regular.map(([, { ScheduleExpression }]) => minuteOf(ScheduleExpression));
    expect(new Set(minutes).size).toBe(9);
  });

  it('plan what is pulled, under the names that pull-planner knows', () => {
    const pulls = regular.filter(([, { Target }]) => asText(Target.Arn).startsWith('<PullPlanner'));
    expect(pulls.map(([, { Target }]) => JSON.parse(Target.Input).pull).sort()).toEqual(
      [...pullNames].sort(),
    );
  });
});

describe('the sweeps', () => {
  const sweeps = schedules.filter(([id]) => id.startsWith('Push'));

  it('are started each hour, spread over it', () => {
    expect(sweeps.map(([, { Target }]) => JSON.parse(Target.Input))).toEqual([
      { sweep: 'structure' },
      { sweep: 'students' },
      { sweep: 'teachers' },
    ]);
    const minutes = sweeps.map(([, { ScheduleExpression }]) => minuteOf(ScheduleExpression));
    expect(new Set(minutes).size).toBe(3);
    for (const [, { ScheduleExpression }] of sweeps) {
      expect(ScheduleExpression).toMatch(/^cron\(\d+ \* \* \* \? \*\)$/);
    }
  });

  it('can be started at other times', () => {
    const other = synthesizeStack({ schedules: { pushStudents: 'rate(3 hours)' } }).template;
    const [, students] = resourcesOf(other, 'AWS::Scheduler::Schedule').find(([id]) =>
      id.startsWith('PushStudents'),
    )!;
    expect(students.ScheduleExpression).toBe('rate(3 hours)');
  });
});
