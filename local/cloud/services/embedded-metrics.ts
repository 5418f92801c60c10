/** What names a metric: a namespace, a name and all its dimensions, in any order. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values of one metric that a log line publishes. @property at milliseconds since 1970 */
interface PublishedMetric {
  readonly metric: MetricName;
  readonly values: readonly number[];
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
  return metadata.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name: name }) =>
      Dimensions.map((names) => ({
        metric: {
          namespace,
          name,
          dimensions: Object.fromEntries(names.map((each) => [each, String(fields[each])])),
        },
        values: [fields[name]].flat() as number[],
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
