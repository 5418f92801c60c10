import type { DiscardData, DiscardPlan } from '#cli/commands/failures/discard.ts';
import type { findMessages } from '#cli/commands/failures/list.ts';
import type { RetryData, RetryPlan } from '#cli/commands/failures/retry.ts';
import { type Fields, field } from '#cli/console/visit.ts';

export type Messages = Awaited<ReturnType<typeof findMessages>>;

/** What was found out or done, and the form that asked for it. */
export type Work = { form: Fields } & (
  | { kind: 'retry-plan'; plan: RetryPlan }
  | { kind: 'retried'; data: RetryData }
  | { kind: 'discard-plan'; plan: DiscardPlan }
  | { kind: 'discarded'; data: DiscardData }
  | { kind: 'messages'; messages: Messages }
);

/** Where a form came from. */
export function backOf(form: Fields): string {
  const back = field(form, 'back');
  return back.startsWith('/failures') ? back : '/failures';
}
