import { counts, paginate, table } from '#local/pages/lists.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Role } from '../settings.ts';
import type { Category, Course } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { accountLink, placeCells, placeColumns } from './people.ts';

/** Past this a category shows a link to a page of its own. */
const COURSES_SHOWN = 100;

/** The counts and the tree of categories with their courses; Moodle's furniture, guest and front page, does not count. */
export function homePage(state: SiteState): Html {
  return html`${counts([
    [state.categories.size, 'categories'],
    [state.courses.size - 1, 'courses'],
    [state.users.size - 1, 'people'],
    [state.groups.size, 'groups'],
    [state.enrolments.size, 'enrolments'],
    [state.memberships.size, 'memberships'],
  ])}
<h2>Categories and courses</h2>
<ul class="tree card">${state.categories.find('parent', 0).map((category) => branch(category, state))}</ul>`;
}

function branch(category: Category, state: SiteState): Html {
  const children = state.categories.find('parent', category.id);
  const courses = state.courses.find('category', category.id);
  const shown = courses.slice(0, COURSES_SHOWN).map((course) => courseLine(course, state));
  return html`<li><details open>
<summary>${category.name} <span class="soft">${category.idnumber}</span></summary>
<ul>${children.map((child) => branch(child, state))}${shown}
${courses.length > COURSES_SHOWN && html`<li><a href="/category/${category.id}">All ${courses.length} courses</a></li>`}</ul>
</details></li>`;
}

/** All courses of one category. */
export function categoryPage({ id, name, idnumber }: Category, page: number, state: SiteState): Html {
  const courses = paginate(state.courses.find('category', id), page, `/category/${id}`);
  return html`<h1>${name}</h1>
<p class="soft">${idnumber}</p>
<h2>Courses (${courses.total})</h2>
<ul class="tree card">${courses.items.map((course) => courseLine(course, state))}</ul>
${courses.links}`;
}

function courseLine(course: Course, state: SiteState): Html {
  const participants = state.enrolments.count('course', course.id);
  return html`<li><a href="/course/${course.id}">${course.fullname}</a>
<span class="soft">${course.shortname} · ${participants} participants</span>
${hiddenBadge(course)}</li>`;
}

function hiddenBadge({ visible }: Course): Html | undefined {
  return visible ? undefined : html`<span class="badge warn">hidden</span>`;
}

/** A course with its groups and participants. */
export function coursePage(course: Course, page: number, state: SiteState, roles: readonly Role[]): Html {
  const categories = state
    .categoryPath(course.categoryid)
    .flatMap((id) => state.categories.get(id)?.name ?? []);
  const groups = state.groups.find('course', course.id);
  const everybody = state
    .participants(course.id)
    .sort((a, b) => a.user.lastname.localeCompare(b.user.lastname, 'en', { numeric: true }));
  const participants = paginate(everybody, page, `/course/${course.id}`);
  const rows = participants.items.map(({ user, enrolment, groups: own }) => [
    accountLink(user),
    ...placeCells(enrolment, own, roles),
  ]);
  return html`<p class="soft">${categories.join(' › ')}</p>
<h1>${course.fullname} ${hiddenBadge(course)}</h1>
<p class="soft">${course.shortname} · ${course.idnumber}</p>
<h2>Groups (${groups.length})</h2>
${groups.length === 0 && html`<p class="soft">None.</p>`}
<ul class="counts">${groups.map(
    (group) => html`<li>${group.name}
<div class="soft">${group.idnumber} · ${state.memberships.count('group', group.id)} members</div></li>`,
  )}</ul>
<h2>Participants (${participants.total})</h2>
${table(['Name', ...placeColumns], rows, 'Nobody is enrolled.')}
${participants.links}`;
}
