import { paginate } from '#local/pages/pagination.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Role } from '../settings.ts';
import type { Enrolment, User } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { accountBadge, enrolmentBadge } from './badges.ts';
import { roleNames } from './role-names.ts';

/** A user with the courses and groups. */
export function userPage(user: User, page: number, state: SiteState, roles: readonly Role[]): Html {
  const enrolments = paginate(
    state.enrolments.find('user', user.id),
    page,
    (other) => `/user/${user.id}?page=${other}`,
  );
  const groupNames = groupNamesByCourse(user, state);
  return html`<h1>${user.firstname} ${user.lastname}${accountBadge(user)}</h1>
<p class="soft">${user.email} · signs in as ${user.username} (${user.auth}) · ${user.idnumber || 'no ID number'}</p>
<h2>Courses (${enrolments.total})</h2>
${enrolments.total === 0 && html`<p class="soft">Not enrolled anywhere.</p>`}
${
  enrolments.total > 0 &&
  html`<div class="card scroll"><table>
<thead><tr><th>Course</th><th>Role</th><th>Groups</th><th>Enrolment</th></tr></thead>
<tbody>${enrolments.items.map(
    (enrolment) => html`<tr>
<td>${courseLink(enrolment, state)}</td>
<td>${roleNames(enrolment, roles)}</td>
<td>${groupNames.get(enrolment.courseid)?.join(', ')}</td>
<td>${enrolmentBadge(enrolment)}</td>
</tr>`,
  )}</tbody>
</table></div>`
}
${enrolments.links}`;
}

function courseLink({ courseid }: Enrolment, state: SiteState): Html {
  const course = state.courses.get(courseid);
  return html`<a href="/course/${courseid}">${course?.fullname}</a>
${course?.visible === false && html`<span class="badge warn">hidden</span>`}`;
}

function groupNamesByCourse(user: User, state: SiteState): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (const { groupid } of state.memberships.find('user', user.id)) {
    const group = state.groups.get(groupid);
    if (group) names.set(group.courseid, [...(names.get(group.courseid) ?? []), group.name]);
  }
  return names;
}
