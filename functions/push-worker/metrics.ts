import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { failureMetrics } from '#functions/failure-metrics.ts';
import type { PushLedger } from '#shared/moodle/push/push-ledger.ts';

/**
 * Counts what came of a work unit. The instance is no dimension, since each would be billed as a metric of its own:
 * it stands beside the metrics in the log line, where Logs Insights can group by it.
 *
 * @param record undefined where the unit has to wait for the instance
 */
export function countWork(metrics: Metrics, instance: string, record: PushLedger | undefined): void {
  metrics.addMetadata('instance', instance);
  for (const [name, count] of Object.entries(record ? countsOf(record) : { Postponed: 1 })) {
    metrics.addMetric(name, MetricUnit.Count, count);
  }
}

function countsOf(record: PushLedger): Record<string, number> {
  // Those of a healthy unit are counted even when zero, so that their graphs have no holes.
  const counts: Record<string, number> = { Units: 1, Pushed: 0, Skipped: 0 };
  const add = (name: string, count = 1) => {
    if (count > 0) counts[name] = (counts[name] ?? 0) + count;
  };
  for (const outcome of record.outcomes.values()) {
    if (outcome.result === 'failed') add(failureMetrics[outcome.failure.class]);
    else if (outcome.result === 'held') add('HeldByBrake');
    else if (outcome.result === 'skipped') add('Skipped');
    else if (outcome.result !== 'nothing') add('Pushed');
  }
  add('Retried', record.again.filter(({ failureId }) => failureId !== undefined).length);
  add('PermanentlyFailed', record.exhausted.length);
  return counts;
}
