import { describe, expect, it } from 'vitest';
import { resourceOf, resourcesOf, synthesizeStack } from '#test/infra/template.ts';

describe('alarms', () => {
  const { template } = synthesizeStack({ alarmEmail: 'registrar@example.org' });
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
  const [topicId] = resourceOf(template, 'AWS::SNS::Topic', 'AlarmTopic');

  it.each(alarms)('%s is mailed, says what it means, and is quiet while nothing happens', (_id, alarm) => {
    expect(alarm.AlarmActions).toEqual([{ Ref: topicId }]);
    expect(alarm.AlarmDescription).toMatch(/\.$/);
    expect(alarm.TreatMissingData).toBe('notBreaching');
  });

  it.each(['PermanentlyFailed', 'StreamFailures'])('%s raises one with its first message', (queue) => {
    const [, alarm] = resourceOf(template, 'AWS::CloudWatch::Alarm', queue);
    expect(alarm).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    expect(alarm.Dimensions[0].Value['Fn::GetAtt'][0]).toMatch(new RegExp(`^${queue}Queue`));
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

  it('are there without an address too, to be seen in the console', () => {
    const silent = synthesizeStack().template;
    expect(resourcesOf(silent, 'AWS::CloudWatch::Alarm')).toHaveLength(alarms.length);
    expect(resourcesOf(silent, 'AWS::SNS::Topic')).toEqual([]);
  });
});
