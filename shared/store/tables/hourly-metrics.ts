import {
  type CloudWatchClient,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';

/** A metric to ask for. */
export interface WantedMetric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  statistic: 'Sum' | 'SampleCount';
}

/** Values by the beginning of their hour, in milliseconds since 1970; an hour in which nothing was published is missing. */
export type HourlyValues = ReadonlyMap<number, number>;

export const hourMilliseconds = 60 * 60 * 1000;
const hoursOfDay = 24;

/** The last 24 hours of the clock, the running one included, the oldest first: each by its beginning. */
export function hoursOfLastDay(now: number): number[] {
  const running = now - (now % hourMilliseconds);
  return Array.from(
    { length: hoursOfDay },
    (_, index) => running - (hoursOfDay - 1 - index) * hourMilliseconds,
  );
}

/** When the first of them began, in ISO 8601 in UTC. */
export function beginOfLastDay(now: number): string {
  return new Date(hoursOfLastDay(now)[0]!).toISOString();
}

/**
 * The values of metrics in the hours of the last day (`hoursOfLastDay`), all in one question to CloudWatch.
 *
 * @param wanted at most 500
 * @returns the values of each metric, in the order of `wanted`
 */
export async function hourlyMetrics(
  client: CloudWatchClient,
  wanted: readonly WantedMetric[],
  now: number,
): Promise<HourlyValues[]> {
  const hours = hoursOfLastDay(now);
  const queries = wanted.map(
    ({ namespace, name, dimensions, statistic }, index): MetricDataQuery => ({
      Id: `m${index}`,
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: hourMilliseconds / 1000,
        Stat: statistic,
      },
    }),
  );
  const pages = paginateGetMetricData(
    { client },
    {
      MetricDataQueries: queries,
      StartTime: new Date(hours[0]!),
      EndTime: new Date(hours.at(-1)! + hourMilliseconds),
    },
  );
  const found = wanted.map(() => new Map<number, number>());
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const values = found[Number(Id.slice(1))];
      for (const [index, time] of Timestamps.entries()) values?.set(time.getTime(), Values[index] ?? 0);
    }
  }
  return found;
}
