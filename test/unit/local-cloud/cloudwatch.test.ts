import { describe, expect, it } from 'vitest';
import { CloudWatchService } from '#local/cloud/services/cloudwatch-service.ts';
import { VirtualClock } from '#local/cloud/virtual-clock.ts';

const hour = 3600;
const start = Date.parse('2026-09-01T08:00:00Z') / 1000;

/** A log line as Powertools prints it. @param seconds after `start` */
function line(seconds: number, values: Record<string, number | number[]>, dimensions = ['service']): string {
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: 'Count' }));
  const CloudWatchMetrics = [{ Namespace: 'Link', Dimensions: [dimensions], Metrics }];
  const _aws = { Timestamp: (start + seconds) * 1000, CloudWatchMetrics };
  return `[push-worker] ${JSON.stringify({ _aws, service: 'push-worker', instance: 'demo', ...values })}`;
}

/** Value by hour after `start`. */
async function asked(
  cloudwatch: CloudWatchService,
  MetricName: string,
  Stat: string,
  dimensions = { service: 'push-worker' },
) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricStat = { Metric: { Namespace: 'Link', MetricName, Dimensions }, Period: hour, Stat };
  const answer = (await cloudwatch.handle('GetMetricData', {
    StartTime: start,
    EndTime: start + 3 * hour,
    MetricDataQueries: [{ Id: 'a', MetricStat }],
  })) as { MetricDataResults: { Timestamps: number[]; Values: number[] }[] };
  const { Timestamps, Values } = answer.MetricDataResults[0]!;
  return Timestamps.map((time, index) => [(time - start) / hour, Values[index]]);
}

describe('the stand-in for CloudWatch', () => {
  it('counts what functions print, by the time in the line, the newest first', async () => {
    const cloudwatch = new CloudWatchService(new VirtualClock());
    cloudwatch.takeLine(line(10, { Pushed: 2, Time: [5, 20] }));
    cloudwatch.takeLine(line(3599, { Pushed: 3, Time: 8 }));
    cloudwatch.takeLine(line(2 * hour, { Pushed: 7 }));
    cloudwatch.takeLine(line(3 * hour, { Pushed: 100 }));
    expect(await asked(cloudwatch, 'Pushed', 'Sum')).toEqual([
      [2, 7],
      [0, 5],
    ]);
    expect(await asked(cloudwatch, 'Time', 'SampleCount')).toEqual([[0, 3]]);
    expect(await asked(cloudwatch, 'Time', 'Average')).toEqual([[0, 11]]);
    expect(await asked(cloudwatch, 'Time', 'Maximum')).toEqual([[0, 20]]);
  });

  it('tells metrics apart by all their dimensions', async () => {
    const cloudwatch = new CloudWatchService(new VirtualClock());
    cloudwatch.takeLine(line(10, { Age: 4 }, ['service', 'instance']));
    expect(await asked(cloudwatch, 'Age', 'Sum')).toEqual([]);
    expect(
      await asked(cloudwatch, 'Age', 'Sum', { instance: 'demo', service: 'push-worker' } as never),
    ).toEqual([[0, 4]]);
  });

  it('passes over lines that are no metrics, and refuses what it cannot answer', async () => {
    const cloudwatch = new CloudWatchService(new VirtualClock());
    cloudwatch.takeLine('[push-worker] {"level":"INFO","message":"\\"CloudWatchMetrics\\""}');
    cloudwatch.takeLine('[push-worker] {"_aws":{"CloudWatchMetrics"');
    await expect(asked(cloudwatch, 'Time', 'p95')).rejects.toThrow('percentiles');
    await expect(cloudwatch.handle('PutMetricData', {})).rejects.toThrow('PutMetricData');
  });
});
