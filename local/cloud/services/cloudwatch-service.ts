import { ServiceError } from '../cloud-error.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { type MetricKey, MetricStore, type Statistics } from './metric-store.ts';

/** Times are seconds since 1970, as AWS's JSON protocol sends them. */
interface GetMetricDataInput {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly ScanBy?: 'TimestampDescending' | 'TimestampAscending';
  readonly MetricDataQueries: readonly MetricDataQuery[];
}

interface MetricDataQuery {
  readonly Id: string;
  readonly Label?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    /** Seconds. */
    readonly Period: number;
    readonly Stat: string;
  };
}

const statistics: Readonly<Record<string, (values: Statistics) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/**
 * A stand-in for CloudWatch's metrics: those that the functions print as log lines, and of those that Lambda publishes
 * itself Invocations, Errors and RecursiveInvocationsDropped. Time is the cloud's virtual time. What is published can be asked for at once; AWS
 * takes a minute or two.
 */
export class CloudWatchService {
  readonly #store = new MetricStore();
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Reads a line that a function has printed. */
  takeLine(line: string): void {
    for (const { key, values, at } of embeddedMetrics(line)) this.#store.add(key, values, at);
  }

  /** Counts an invocation of a function that has ended. */
  countInvocation(functionName: string, ok: boolean): void {
    const dimensions = { FunctionName: functionName };
    const at = this.#clock.now();
    this.#store.add({ namespace: 'AWS/Lambda', name: 'Invocations', dimensions }, [1], at);
    this.#store.add({ namespace: 'AWS/Lambda', name: 'Errors', dimensions }, [ok ? 0 : 1], at);
  }

  /** Counts an event that Lambda has taken for a part of a recursive loop. */
  countDropped(functionName: string): void {
    const dimensions = { FunctionName: functionName };
    const name = 'RecursiveInvocationsDropped';
    this.#store.add({ namespace: 'AWS/Lambda', name, dimensions }, [1], this.#clock.now());
  }

  /** @returns the answer's body; throws ServiceError */
  handle(action: string, body: unknown): unknown {
    if (action !== 'GetMetricData')
      throw new ServiceError('InvalidAction', `The embedded cloud does not know CloudWatch ${action}`);
    const input = body as GetMetricDataInput;
    if (input.StartTime >= input.EndTime)
      throw new ServiceError('ValidationError', 'The parameter StartTime must be less than EndTime.');
    return {
      MetricDataResults: input.MetricDataQueries.map((query) => this.#answer(query, input)),
      Messages: [],
    };
  }

  #answer(query: MetricDataQuery, { StartTime, EndTime, ScanBy }: GetMetricDataInput) {
    const { MetricStat } = query;
    const statistic = statistics[MetricStat?.Stat ?? ''];
    if (!MetricStat || !statistic || MetricStat.Period % 60 !== 0)
      throw new ServiceError(
        'ValidationError',
        `The embedded cloud knows no expressions, percentiles or periods below a minute: ${query.Id}`,
      );
    const key = keyOf(MetricStat.Metric);
    const points: { time: number; value: number }[] = [];
    for (let time = StartTime - (StartTime % 60); time < EndTime; time += MetricStat.Period) {
      const end = Math.min(time + MetricStat.Period, EndTime);
      const values = this.#store.statistics(key, time * 1000, end * 1000);
      if (values) points.push({ time, value: statistic(values) });
    }
    if (ScanBy !== 'TimestampAscending') points.reverse();
    return {
      Id: query.Id,
      Label: query.Label ?? MetricStat.Metric.MetricName,
      Timestamps: points.map(({ time }) => time),
      Values: points.map(({ value }) => value),
      StatusCode: 'Complete',
    };
  }
}

function keyOf({
  Namespace,
  MetricName,
  Dimensions = [],
}: NonNullable<MetricDataQuery['MetricStat']>['Metric']): MetricKey {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return { namespace: Namespace, name: MetricName, dimensions };
}
