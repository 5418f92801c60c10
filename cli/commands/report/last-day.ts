import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { hourlyMetrics, hoursOfLastDay, type WantedMetric } from '#shared/store/tables/hourly-metrics.ts';
import { type Figures, figureNames, type LastDay } from './report.ts';

/** Functions that call Moodle. */
const callers = ['push-worker', 'pull-worker', 'drift'];

/** What each figure adds up: a metric of functions (docs/operations.md). */
const sources: Record<keyof Figures, Pick<WantedMetric, 'name' | 'statistic'> & { of: readonly string[] }> = {
  // A call is counted by its time.
  calls: { name: 'MoodleCallTime', statistic: 'SampleCount', of: callers },
  calls_failed: { name: 'MoodleCallsFailed', statistic: 'Sum', of: callers },
  pushed: { name: 'Pushed', statistic: 'Sum', of: ['push-worker'] },
  pulled: { name: 'RecordsPulled', statistic: 'Sum', of: ['pull-worker'] },
  given_up: { name: 'PermanentlyFailed', statistic: 'Sum', of: ['push-worker'] },
};

/**
 * What the functions counted in the last 24 hours of the clock.
 *
 * @param namespace where their metrics are
 * @param now milliseconds since 1970
 */
export async function lastDay(client: CloudWatchClient, namespace: string, now: number): Promise<LastDay> {
  const wanted = figureNames.flatMap((figure) => {
    const { of, ...metric } = sources[figure];
    return of.map((service) => ({ figure, metric: { namespace, ...metric, dimensions: { service } } }));
  });
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

function noFigures(): Figures {
  return { calls: 0, calls_failed: 0, pushed: 0, pulled: 0, given_up: 0 };
}
