import { describe, expect, it } from 'vitest';
import { scheduleExpression } from '#local/cloud/services/schedule-expression.ts';
import { eventFilter } from '#local/cloud/tables/event-filter.ts';
import { TemplateEvaluator } from '#local/cloud/template/template-evaluator.ts';
import { VirtualClock } from '#local/cloud/virtual-clock.ts';

describe('eventFilter', () => {
  const filter = (pattern: object) =>
    eventFilter({ Filters: [{ Pattern: JSON.stringify(pattern) }] }, 'test');
  const event = { eventName: 'MODIFY', dynamodb: { NewImage: { a: { S: 'abc' }, b: { BOOL: true } } } };

  it.each([
    [{ eventName: ['INSERT', 'MODIFY'] }, true],
    [{ eventName: ['INSERT'] }, false],
    [{ dynamodb: { NewImage: { a: { S: [{ prefix: 'ab' }] } } } }, true],
    [{ dynamodb: { NewImage: { a: { S: [{ 'anything-but': ['abc'] }] } } } }, false],
    [{ dynamodb: { NewImage: { a: { S: [{ 'anything-but': { prefix: 'x' } }] } } } }, true],
    [{ dynamodb: { NewImage: { c: { S: [{ exists: false }] } } } }, true],
    [{ dynamodb: { NewImage: { b: { BOOL: [true] }, a: { S: [{ exists: true }] } } } }, true],
  ])('%j → %s', (pattern, expected) => {
    expect(filter(pattern)(event)).toBe(expected);
  });

  it('refuses operators it does not know', () => {
    expect(() => filter({ a: [{ numeric: ['>', 1] }] })).toThrow('numeric');
  });
});

describe('TemplateEvaluator', () => {
  const evaluator = new TemplateEvaluator(
    { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'push' } } } },
    'http://127.0.0.1:1',
  );

  it.each([
    [{ Ref: 'Q' }, 'http://127.0.0.1:1/000000000000/push'],
    [{ 'Fn::GetAtt': ['Q', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:push'],
    [{ 'Fn::Sub': `\${AWS::Region}-\${Q.QueueName}-\${!literal}` }, `us-east-1-push-\${literal}`],
    [{ 'Fn::Join': ['', ['a', { 'Fn::Select': [1, { 'Fn::Split': [':', 'x:y'] }] }]] }, 'ay'],
    [{ a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ])('%j', (value, expected) => {
    expect(evaluator.evaluate(value)).toEqual(expected);
  });
});

describe('VirtualClock', () => {
  it('fires what falls due in order and at its own time', () => {
    const clock = new VirtualClock();
    const start = clock.now();
    const seen: string[] = [];
    const note = (name: string, at: number) =>
      clock.schedule(start + at, name, () =>
        seen.push(`${name} ${Math.round((clock.now() - start) / 1000)}`),
      );
    note('late', 20_000);
    note('early', 10_000);
    note('beyond', 40_000);
    note('cancelled', 15_000)();
    clock.advance(30_000);
    expect(seen).toEqual(['early 10', 'late 20']);
    expect(clock.pending().map(({ label }) => label)).toEqual(['beyond']);
    clock.stop();
  });
});

describe('scheduleExpression', () => {
  it('reads at, rate and the simple crons in UTC and refuses the rest', () => {
    expect(scheduleExpression('at(2026-11-24T00:30:00)')).toEqual({
      kind: 'at',
      time: Date.UTC(2026, 10, 24, 0, 30),
    });
    expect(scheduleExpression('rate(5 minutes)')).toEqual({ kind: 'rate', every: 300_000 });
    for (const text of [
      'cron(0 * ? * MON *)',
      'cron(60 * * * ? *)',
      'cron(0 * * * *)',
      'cron(0 8 1 * ? *)',
    ]) {
      expect(() => scheduleExpression(text)).toThrow('cron');
    }
  });

  it.each([
    ['cron(5 * * * ? *)', '2026-11-24T10:05:00Z', '2026-11-24T11:05:00Z'],
    ['cron(55 0/4 * * ? *)', '2026-11-24T10:00:30Z', '2026-11-24T12:55:00Z'],
    ['cron(0,30 * ? * * *)', '2026-11-24T10:00:00Z', '2026-11-24T10:30:00Z'],
    ['cron(*/15 23 * * ? *)', '2026-11-24T23:45:00Z', '2026-11-25T23:00:00Z'],
  ])('%s after %s is due at %s', (text, after, next) => {
    const expression = scheduleExpression(text);
    expect(expression.kind === 'cron' && expression.next(Date.parse(after))).toBe(Date.parse(next));
  });
});
