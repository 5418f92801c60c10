import type { FailureClass } from '#shared/sync/failure.ts';

/** The metric that counts each class of failures. */
export const failureMetrics = {
  invalid: 'FailedInvalid',
  conflict: 'FailedConflict',
  refused: 'FailedRefused',
  dependency: 'FailedDependency',
  unreachable: 'FailedUnreachable',
  misconfigured: 'FailedMisconfigured',
} as const satisfies Record<FailureClass, string>;
