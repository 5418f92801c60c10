import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { isStale, secondsSinceSuccess } from '#shared/moodle/health/staleness.ts';
import type { InstanceStates } from '#shared/store/tables/instance-states.ts';

/**
 * Publishes how the instances fare, as gauges. Only the age of the last success is worth a metric of each instance;
 * which of them the others count stands on their rows and in the log. Paused and disabled instances do not count.
 *
 * @param now milliseconds since 1970
 */
export function publishStates(
  metrics: Metrics,
  { instances, unreadable }: Awaited<ReturnType<InstanceStates['list']>>,
  now: number,
): void {
  const active = instances.filter(({ instance }) => instance.status === 'active');
  for (const { instance, state } of active) {
    metrics
      .singleMetric()
      .addDimension('instance', instance.id)
      .addMetric('SecondsSinceLastSync', MetricUnit.Seconds, secondsSinceSuccess(state, now));
  }
  const count = (name: string, isCounted: (row: (typeof active)[number]) => boolean, others = 0) =>
    metrics.addMetric(name, MetricUnit.Count, active.filter(isCounted).length + others);
  metrics.addMetric('ActiveInstances', MetricUnit.Count, active.length);
  count('StaleInstances', ({ instance, state }) => isStale(instance, state, now));
  // A row that cannot be read cannot be synced with either.
  count('UnhealthyInstances', ({ state }) => state.health?.status === 'failed', unreadable.length);
  count('InstancesWithBrakeOn', ({ state }) => state.brakesOn > 0);
  count('InstancesWithBreakerOpen', ({ state }) => state.isBreakerOpen);
}
