import { paginate, table } from '#local/pages/lists.ts';
import { type Html, html } from '#shared/http/html.ts';
import { fullName } from '../functions/users.ts';
import type { Role } from '../settings.ts';
import type { Enrolment, Group, User } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';

/** A user with the courses and groups. */
export function userPage(user: User, page: number, state: SiteState, roles: readonly Role[]): Html {
  const enrolments = paginate(state.enrolments.find('user', user.id), page, `/user/${user.id}`);
  const groups = state.memberships
    .find('user', user.id)
    .flatMap(({ groupid }) => state.groups.get(groupid) ?? []);
  const rows = enrolments.items.map((enrolment) => {
    const { courseid } = enrolment;
    const inCourse = groups.filter((group) => group.courseid === courseid);
    return [courseLink(courseid, state), ...placeCells(enrolment, inCourse, roles)];
  });
  return html`<h1>${fullName(user)}${accountBadge(user)}</h1>
<p class="soft">${user.email} · signs in as ${user.username} (${user.auth}) · ${user.idnumber || 'no ID number'}</p>
<h2>Courses (${enrolments.total})</h2>
${table(['Course', ...placeColumns], rows, 'Not enrolled anywhere.')}
${enrolments.links}`;
}

/** What a list says of an enrolment. */
export const placeColumns = ['Role', 'Groups', 'Enrolment'];

export function placeCells(
  { roleids, suspended }: Enrolment,
  groups: readonly Group[],
  roles: readonly Role[],
): [string, string, Html] {
  const held = roles.filter((role) => roleids.includes(role.id));
  return [
    held.map(({ name }) => name).join(', '),
    groups.map(({ name }) => name).join(', '),
    suspended
      ? html`<span class="badge warn">enrolment suspended</span>`
      : html`<span class="badge">active</span>`,
  ];
}

/** A user's name, and whether the account may log in. */
export function accountLink(user: User): Html {
  return html`<a href="/user/${user.id}">${fullName(user)}</a>${accountBadge(user)}`;
}

function accountBadge({ suspended }: User): Html | undefined {
  return suspended ? html` <span class="badge warn">account suspended</span>` : undefined;
}

function courseLink(courseid: number, state: SiteState): Html {
  const course = state.courses.get(courseid);
  return html`<a href="/course/${courseid}">${course?.fullname}</a>
${course?.visible === false && html`<span class="badge warn">hidden</span>`}`;
}
