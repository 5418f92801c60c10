import { paginate } from '#local/pages/pagination.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { User } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { accountBadge } from './badges.ts';

/** The people whose name, username, e-mail or idnumber holds every word of the query; everybody without one. */
export function peoplePage(query: string, page: number, state: SiteState): Html {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = state.users
    .all()
    .filter((user) => !user.guest && words.every((word) => textOf(user).includes(word)));
  const people = paginate(
    found,
    page,
    (other) => `/people?${new URLSearchParams({ q: query, page: `${other}` })}`,
  );
  return html`<h1>People (${people.total})</h1>
${people.total === 0 && html`<p class="soft">Nobody of that name.</p>`}
${
  people.total > 0 &&
  html`<div class="card scroll"><table>
<thead><tr><th>Name</th><th>E-mail</th><th>ID number</th><th>Courses</th></tr></thead>
<tbody>${people.items.map(
    (user) => html`<tr>
<td><a href="/user/${user.id}">${user.firstname} ${user.lastname}</a>${accountBadge(user)}</td>
<td>${user.email}</td>
<td>${user.idnumber}</td>
<td>${courseCount(state.enrolments.count('user', user.id))}</td>
</tr>`,
  )}</tbody>
</table></div>`
}
${people.links}`;
}

function textOf({ firstname, lastname, username, email, idnumber }: User): string {
  return `${firstname} ${lastname} ${username} ${email} ${idnumber}`.toLowerCase();
}

function courseCount(count: number): string {
  return `${count} ${count === 1 ? 'course' : 'courses'}`;
}
