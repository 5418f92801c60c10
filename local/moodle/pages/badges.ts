import { type Html, html } from '#shared/http/html.ts';
import type { Enrolment, User } from '../state/records.ts';

/** Marks an account that may not log in. */
export function accountBadge(user: User): Html | undefined {
  return user.suspended ? html` <span class="badge warn">account suspended</span>` : undefined;
}

/** Whether the enrolment counts. */
export function enrolmentBadge(enrolment: Enrolment): Html {
  return enrolment.suspended
    ? html`<span class="badge warn">enrolment suspended</span>`
    : html`<span class="badge">active</span>`;
}
