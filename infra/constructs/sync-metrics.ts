import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { metricsNamespace } from '#shared/metrics-namespace.ts';

/** A metric that a function publishes itself (docs/operations.md lists them), without the dimension of instances. */
export function syncMetric(
  service: 'push-worker' | 'pull-worker' | 'drift' | 'health-check' | 'erp-export' | 'erp-import',
  metricName: string,
  { period, statistic, label }: { period: Duration; statistic: string; label?: string },
): Metric {
  return new Metric({
    namespace: metricsNamespace,
    metricName,
    // Powertools adds the function's service name to every metric.
    dimensionsMap: { service },
    period,
    statistic,
    ...(label && { label }),
  });
}
