import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FinishedCall } from '#shared/moodle/client.ts';

/** Counts a call of Moodle; the number of calls is the sample count of their times. */
export function countCall(metrics: Metrics, call: FinishedCall): void {
  metrics.addMetric('MoodleCallTime', MetricUnit.Milliseconds, Math.round(call.milliseconds));
  if (!call.ok) metrics.addMetric('MoodleCallsFailed', MetricUnit.Count, 1);
}
