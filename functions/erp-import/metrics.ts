import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { failureMetrics } from '#functions/failure-metrics.ts';
import type { ImportRun } from '#shared/odoo/import/run.ts';

/** Counts what came of a unit. @param run undefined where the unit has to wait for the ERP */
export function countImport(metrics: Metrics, run: ImportRun | undefined): void {
  for (const [name, count] of Object.entries(run ? countsOf(run) : { Postponed: 1 })) {
    metrics.addMetric(name, MetricUnit.Count, count);
  }
}

function countsOf({ outcomes, again, exhausted }: ImportRun): Record<string, number> {
  // Those of a healthy unit are counted even when zero, so that their graphs have no holes.
  const counts: Record<string, number> = { Units: 1, Imported: 0, Unchanged: 0 };
  const add = (name: string, count = 1) => {
    if (count > 0) counts[name] = (counts[name] ?? 0) + count;
  };
  for (const outcome of outcomes.values()) {
    if (outcome.result === 'failed') add(failureMetrics[outcome.failure.class]);
    else if (outcome.result === 'unchanged') add('Unchanged');
    else if (!['gone', 'later', 'left'].includes(outcome.result)) add('Imported');
  }
  add('Retried', again.filter(({ failureId }) => failureId !== undefined).length);
  add('PermanentlyFailed', exhausted.length);
  return counts;
}
