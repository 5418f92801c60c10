import * as z from 'zod';
import { ServiceError } from '../cloud-error.ts';
import { operation, Service } from '../protocol/service.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { embeddedMetrics, type MetricName } from './embedded-metrics.ts';

const minute = 60_000;
/** As long as CloudWatch keeps values by the minute, in milliseconds. */
const kept = 15 * 24 * 60 * minute;

const metricQuery = z.object({
  Id: z.string(),
  Label: z.string().optional(),
  MetricStat: z
    .object({
      Metric: z.object({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      }),
      /** Seconds. */
      Period: z.int(),
      Stat: z.string(),
    })
    .optional(),
});
/** Times are seconds since 1970, as AWS's JSON protocol sends them. */
const metricData = z.object({
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  MetricDataQueries: z.array(metricQuery),
});

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SampleCount: ({ length }) => length,
  Sum: sumOf,
  Average: (values) => sumOf(values) / values.length,
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
};

/**
 * A stand-in for CloudWatch's metrics: those that the functions print as log lines, and of those that Lambda publishes
 * itself Invocations, Errors and RecursiveInvocationsDropped. Time is the cloud's virtual time. What is published can be
 * asked for at once; AWS takes a minute or two.
 */
export class CloudWatchService extends Service {
  readonly #clock: VirtualClock;
  /** Values by metric and by the minute, in milliseconds since 1970. */
  readonly #metrics = new Map<string, Map<number, number[]>>();

  protected readonly operations = {
    GetMetricData: operation(metricData, (input) => {
      if (input.StartTime >= input.EndTime)
        throw new ServiceError('ValidationError', 'The parameter StartTime must be less than EndTime.');
      return {
        MetricDataResults: input.MetricDataQueries.map((query) => this.#answer(query, input)),
        Messages: [],
      };
    }),
  };

  constructor(clock: VirtualClock) {
    super('CloudWatch', { unknown: 'InvalidAction', invalid: 'ValidationError' });
    this.#clock = clock;
  }

  /** Reads a line that a function has printed. */
  takeLine(line: string): void {
    for (const { metric, values, at } of embeddedMetrics(line)) this.#add(metric, values, at);
  }

  /** Counts an invocation of a function that has ended. */
  invoked(functionName: string, ok: boolean): void {
    this.#count('Invocations', functionName, 1);
    this.#count('Errors', functionName, ok ? 0 : 1);
  }

  /** Counts an event that Lambda has taken for a part of a recursive loop. */
  dropped(functionName: string): void {
    this.#count('RecursiveInvocationsDropped', functionName, 1);
  }

  #count(name: string, FunctionName: string, value: number): void {
    this.#add({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName } }, [value], this.#clock.now());
  }

  #add(metric: MetricName, values: readonly number[], at: number): void {
    const key = keyOf(metric);
    const minutes = this.#metrics.get(key) ?? new Map<number, number[]>();
    this.#metrics.set(key, minutes);
    const start = at - (at % minute);
    const counted = minutes.get(start) ?? [];
    minutes.set(start, counted);
    counted.push(...values);
    for (const old of minutes.keys()) {
      if (old > start - kept) break;
      minutes.delete(old);
    }
  }

  #answer(
    { Id, Label, MetricStat }: z.infer<typeof metricQuery>,
    { StartTime, EndTime, ScanBy }: z.infer<typeof metricData>,
  ) {
    const statistic = statistics[MetricStat?.Stat ?? ''];
    if (!MetricStat || !statistic || MetricStat.Period % 60 !== 0)
      throw new ServiceError(
        'ValidationError',
        `The embedded cloud knows no expressions, percentiles or periods below a minute: ${Id}`,
      );
    const { Namespace: namespace, MetricName: name, Dimensions } = MetricStat.Metric;
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    const minutes = [...(this.#metrics.get(keyOf({ namespace, name, dimensions })) ?? [])];
    const points: { time: number; value: number }[] = [];
    for (let time = StartTime - (StartTime % 60); time < EndTime; time += MetricStat.Period) {
      const end = Math.min(time + MetricStat.Period, EndTime);
      const values = minutes.flatMap(([at, counted]) =>
        at >= time * 1000 && at < end * 1000 ? counted : [],
      );
      if (values.length > 0) points.push({ time, value: statistic(values) });
    }
    if (ScanBy !== 'TimestampAscending') points.reverse();
    return {
      Id,
      Label: Label ?? name,
      Timestamps: points.map(({ time }) => time),
      Values: points.map(({ value }) => value),
      StatusCode: 'Complete',
    };
  }
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
