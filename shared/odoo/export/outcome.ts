import type { PushedModel } from '#shared/models/models.ts';
import { OdooError, OdooUnavailableError } from '#shared/odoo/client/errors.ts';
import type { TransportName } from '#shared/odoo/client/transport.ts';
import type { ExportFinding, ExportState, ModelSummary } from './export-state.ts';
import { findingsOf, heldOf } from './findings.ts';
import { isReadable, type ModelState } from './model-state.ts';
import type { ExportPorts } from './ports.ts';
import { AnotherDatabaseError } from './take-over.ts';

/** Why a run ended early. */
export type Failure = {
  code: string;
  message: string;
  /** Whether the ERP is merely away: that passes by itself, and alarms only when it lasts. */
  isAway: boolean;
};

/** What came of a run. */
export type Outcome = {
  /** Whether all changes of all models have been read. */
  isCaughtUp: boolean;
  /** How the ERP was called, where that is known. */
  transport?: TransportName;
  /** Whether all records of all models have been compared. */
  isCompared: boolean;
  /** Whether the comparison shows that the ERP has gone back in time. */
  isBack?: boolean;
  /** Whether another comparison is wanted at once. */
  isMore?: boolean;
  failure?: Failure;
};

/** What an error of a run means. @throws the error itself where it is ours */
export function failureOf(error: unknown): Failure {
  if (error instanceof AnotherDatabaseError)
    return { code: 'another-database', message: error.message, isAway: false };
  if (!(error instanceof OdooError)) throw error;
  return { code: error.code, message: error.message, isAway: error instanceof OdooUnavailableError };
}

type End = {
  outcome: Outcome;
  models: ReadonlyMap<PushedModel, ModelState>;
  holder: string | undefined;
  run: NonNullable<ExportState['last_run']>;
};

/** The state at the end of a run. @param now milliseconds since 1970 */
export function endedWith(
  state: ExportState,
  { outcome, models, holder, run }: End,
  now: number,
): ExportState {
  const at = new Date(now).toISOString();
  const { failure } = outcome;
  return {
    ...withoutLease(state, holder),
    last_run: run,
    ...(outcome.isCaughtUp && { last_success: at, transport: outcome.transport }),
    ...(failure && { last_error: { at, code: failure.code, message: failure.message } }),
    ...(outcome.isCompared && {
      comparing_since: outcome.isMore ? at : undefined,
      last_comparison: at,
      back_since: outcome.isBack ? (state.back_since ?? at) : undefined,
    }),
    findings: [...failureFindings(failure), ...findingsOf(models)],
    models: Object.fromEntries([...models].map(([model, one]) => [model, summaryOf(one)])),
  };
}

/** The state where nobody knows how to reach the ERP. @param now milliseconds since 1970 */
export function unconnectable(state: ExportState, message: string, now: number): ExportState {
  const at = new Date(now).toISOString();
  const failure = { code: 'connection-unreadable', message, isAway: false };
  return {
    ...state,
    watched_since: state.watched_since ?? at,
    last_error: { at, code: failure.code, message },
    findings: [...failureFindings(failure), ...state.findings.filter(({ model }) => model !== undefined)],
  };
}

/** The state once the run of this holder is over; the lease of another one stays. */
export function withoutLease(state: ExportState, holder: string | undefined): ExportState {
  if (state.lease === undefined || state.lease.holder !== holder) return state;
  const { lease: _lease, ...rest } = state;
  return rest;
}

/** Logs what a run has done, and what was not known before it. */
export function logNews(before: ExportState, after: ExportState, { log, counts }: ExportPorts): void {
  const known = new Set(before.findings.map(keyOf));
  for (const finding of after.findings) {
    if (known.has(keyOf(finding))) continue;
    if (finding.severity === 'failed') log.error('Export finding', { ...finding });
    else log.warn('Export finding', { ...finding });
  }
  if (after.last_error && after.last_error.at !== before.last_error?.at)
    log.warn('The export ended early', { code: after.last_error.code, reason: after.last_error.message });
  if (counts.written + counts.deleted > 0) log.info('Exported', { ...after.last_run });
  else log.debug('Nothing to export', { ...after.last_run });
}

function keyOf({ code, model, field }: ExportFinding): string {
  return [code, model, field].join(' ');
}

function failureFindings(failure: Failure | undefined): ExportFinding[] {
  if (!failure || failure.isAway) return [];
  const { code, message } = failure;
  const advice = 'Nothing is exported until it is put right: oec-moodle erp test.';
  return [{ code, severity: 'failed', message, advice }];
}

function summaryOf(state: ModelState): ModelSummary {
  const { watermark, pass, records, compared_at, accepted_until, brake } = state;
  const summary = {
    status: statusOf(state),
    watermark,
    position: pass?.position,
    records,
    compared_at,
    held: heldOf(state),
    released_until: brake.released_until,
    accepted_until,
  };
  return Object.fromEntries(
    Object.entries(summary).filter(([, value]) => value !== undefined),
  ) as ModelSummary;
}

function statusOf(state: ModelState): ModelSummary['status'] {
  if (state.refused) return 'refused';
  if (!isReadable(state)) return 'missing';
  return state.complete_at === undefined ? 'reading' : 'complete';
}
