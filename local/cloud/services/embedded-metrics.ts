import type { MetricKey } from './metric-store.ts';

/** Values of one metric that a log line publishes. */
export interface PublishedMetric {
  readonly key: MetricKey;
  readonly values: readonly number[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

/**
 * The metrics in a function's log line, as CloudWatch takes them from it; none for any other line.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param line may have something in front of the JSON
 */
export function embeddedMetrics(line: string): PublishedMetric[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  const fields = parsed(line.slice(line.indexOf('{')));
  const metadata = fields?._aws as { Timestamp: number; CloudWatchMetrics: Directive[] } | undefined;
  if (!fields || !metadata) return [];
  return metadata.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) => ({
        key: {
          namespace: Namespace,
          name: Name,
          dimensions: Object.fromEntries(names.map((name) => [name, String(fields[name])])),
        },
        values: [fields[Name]].flat() as number[],
        at: metadata.Timestamp,
      })),
    ),
  );
}

/** A line that only looks like metrics is an ordinary line to CloudWatch too. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
