import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What is known of a call of Moodle or of the ERP once it is over. */
interface FinishedCall {
  milliseconds: number;
  ok: boolean;
}

/** Counts a call of Moodle, or of the ERP; the number of calls is the sample count of their times. */
export function countCall(metrics: Metrics, call: FinishedCall, peer: 'Moodle' | 'Odoo' = 'Moodle'): void {
  metrics.addMetric(`${peer}CallTime`, MetricUnit.Milliseconds, Math.round(call.milliseconds));
  if (!call.ok) metrics.addMetric(`${peer}CallsFailed`, MetricUnit.Count, 1);
}
