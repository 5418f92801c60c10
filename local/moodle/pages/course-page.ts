import { paginate } from '#local/pages/pagination.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Role } from '../settings.ts';
import type { Course } from '../state/records.ts';
import type { Participant, SiteState } from '../state/site-state.ts';
import { accountBadge, enrolmentBadge } from './badges.ts';
import { roleNames } from './role-names.ts';

/** A course with its groups and participants. */
export function coursePage(course: Course, page: number, state: SiteState, roles: readonly Role[]): Html {
  const categories = state
    .categoryPath(course.categoryid)
    .flatMap((id) => state.categories.get(id)?.name ?? []);
  const groups = state.groups.find('course', course.id);
  const participants = paginate(
    state
      .participants(course.id)
      .sort((a, b) => a.user.lastname.localeCompare(b.user.lastname, 'en', { numeric: true })),
    page,
    (other) => `/course/${course.id}?page=${other}`,
  );
  return html`<p class="soft">${categories.join(' › ')}</p>
<h1>${course.fullname} ${!course.visible && html`<span class="badge warn">hidden</span>`}</h1>
<p class="soft">${course.shortname} · ${course.idnumber}</p>
<h2>Groups (${groups.length})</h2>
${groups.length === 0 && html`<p class="soft">None.</p>`}
<ul class="counts">${groups.map(
    (group) => html`<li>${group.name}
<div class="soft">${group.idnumber} · ${state.memberships.count('group', group.id)} members</div></li>`,
  )}</ul>
<h2>Participants (${participants.total})</h2>
${participants.total === 0 && html`<p class="soft">Nobody is enrolled.</p>`}
${
  participants.total > 0 &&
  html`<div class="card scroll"><table>
<thead><tr><th>Name</th><th>Role</th><th>Groups</th><th>Enrolment</th></tr></thead>
<tbody>${participants.items.map((participant) => row(participant, roles))}</tbody>
</table></div>`
}
${participants.links}`;
}

function row({ user, enrolment, groups }: Participant, roles: readonly Role[]): Html {
  return html`<tr>
<td><a href="/user/${user.id}">${user.firstname} ${user.lastname}</a>${accountBadge(user)}</td>
<td>${roleNames(enrolment, roles)}</td>
<td>${groups.map((group) => group.name).join(', ')}</td>
<td>${enrolmentBadge(enrolment)}</td>
</tr>`;
}
