import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { hourlyMetrics, hoursOfLastDay, type WantedMetric } from '#shared/store/tables/hourly-metrics.ts';
import { type Figures, figureNames, type LastDay } from './report.ts';

/** What each figure adds up: metrics of the functions (docs/operations.md). */
const sources: Record<keyof Figures, readonly Pick<WantedMetric, 'name' | 'statistic' | 'dimensions'>[]> = {
  // A call is counted by its time.
  calls: [
    metric('push-worker', 'MoodleCallTime', 'SampleCount'),
    metric('pull-worker', 'MoodleCallTime', 'SampleCount'),
    metric('drift', 'MoodleCallTime', 'SampleCount'),
  ],
  calls_failed: [
    metric('push-worker', 'MoodleCallsFailed'),
    metric('pull-worker', 'MoodleCallsFailed'),
    metric('drift', 'MoodleCallsFailed'),
  ],
  pushed: [metric('push-worker', 'Pushed')],
  pulled: [metric('pull-worker', 'RecordsPulled')],
  given_up: [metric('push-worker', 'PermanentlyFailed')],
};

/**
 * What the functions counted in the last 24 hours of the clock.
 *
 * @param namespace where their metrics are
 * @param now milliseconds since 1970
 */
export async function lastDay(client: CloudWatchClient, namespace: string, now: number): Promise<LastDay> {
  const wanted = figureNames.flatMap((figure) =>
    sources[figure].map((source) => ({ figure, metric: { namespace, ...source } })),
  );
  const values = await hourlyMetrics(
    client,
    wanted.map(({ metric }) => metric),
    now,
  );
  const hours = hoursOfLastDay(now).map((hour) => {
    const figures = noFigures();
    for (const [index, { figure }] of wanted.entries()) figures[figure] += values[index]?.get(hour) ?? 0;
    return { hour: new Date(hour).toISOString(), ...figures };
  });
  const total = noFigures();
  for (const hour of hours) for (const name of figureNames) total[name] += hour[name];
  return { from: hours[0]!.hour, hours, total };
}

function metric(service: string, name: string, statistic: WantedMetric['statistic'] = 'Sum') {
  return { name, statistic, dimensions: { service } };
}

function noFigures(): Figures {
  return { calls: 0, calls_failed: 0, pushed: 0, pulled: 0, given_up: 0 };
}
