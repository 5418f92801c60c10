import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Failure, FailureClass } from '#shared/sync/failure.ts';

/** What is known of a call of Moodle or of the ERP once it is over. */
interface FinishedCall {
  milliseconds: number;
  ok: boolean;
}

/** Counts a call of Moodle, or of the ERP; the number of calls is the sample count of their times. */
export function countCall(metrics: Metrics, call: FinishedCall, peer: 'Moodle' | 'Odoo'): void {
  metrics.addMetric(`${peer}CallTime`, MetricUnit.Milliseconds, Math.round(call.milliseconds));
  if (!call.ok) metrics.addMetric(`${peer}CallsFailed`, MetricUnit.Count, 1);
}

/** What came of a unit, of the push or of the import. */
interface WorkedOff {
  readonly outcomes: ReadonlyMap<string, { result: string; failure?: Failure }>;
  readonly again: readonly { failureId?: string | undefined }[];
  readonly exhausted: readonly unknown[];
}

/** The metric that counts each class of failures. */
const failureMetrics = {
  invalid: 'FailedInvalid',
  conflict: 'FailedConflict',
  refused: 'FailedRefused',
  dependency: 'FailedDependency',
  unreachable: 'FailedUnreachable',
  misconfigured: 'FailedMisconfigured',
} as const satisfies Record<FailureClass, string>;

/** Results by which a record has arrived where it belongs. */
const arrivals: ReadonlySet<string> = new Set(['created', 'adopted', 'updated', 'deleted']);

/** Whether anything has arrived by a unit: then whom it was for can be reached. */
export function hasArrived({ outcomes }: WorkedOff): boolean {
  return [...outcomes.values()].some(({ result }) => arrivals.has(result));
}

/**
 * Counts what came of a unit.
 *
 * @param run undefined where the unit has to wait for whom it is for
 * @param names of the metrics that count what has arrived, and what was there already
 */
export function countRun(
  metrics: Metrics,
  run: WorkedOff | undefined,
  names: { arrived: string; unchanged: string },
): void {
  for (const [name, count] of Object.entries(run ? countsOf(run, names) : { Postponed: 1 }))
    metrics.addMetric(name, MetricUnit.Count, count);
}

function countsOf(
  { outcomes, again, exhausted }: WorkedOff,
  { arrived, unchanged }: { arrived: string; unchanged: string },
): Record<string, number> {
  // Those of a healthy unit are counted even when zero, so that their graphs have no holes.
  const counts: Record<string, number> = { Units: 1, [arrived]: 0, [unchanged]: 0 };
  const add = (name: string, count = 1) => {
    if (count > 0) counts[name] = (counts[name] ?? 0) + count;
  };
  for (const { result, failure } of outcomes.values()) {
    if (failure) add(failureMetrics[failure.class]);
    else if (result === 'held') add('HeldByBrake');
    else if (result === 'skipped' || result === 'unchanged') add(unchanged);
    else if (arrivals.has(result)) add(arrived);
  }
  add('Retried', again.filter(({ failureId }) => failureId !== undefined).length);
  add('PermanentlyFailed', exhausted.length);
  return counts;
}
