import { type Html, html } from '#shared/http/html.ts';
import type { Course } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';

/** A course as one line of a list. */
export function courseLine(course: Course, state: SiteState): Html {
  const participants = state.enrolments.count('course', course.id);
  return html`<li><a href="/course/${course.id}">${course.fullname}</a>
<span class="soft">${course.shortname} · ${participants} participants</span>
${!course.visible && html`<span class="badge warn">hidden</span>`}</li>`;
}
