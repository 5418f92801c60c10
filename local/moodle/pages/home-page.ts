import { type Html, html } from '#shared/http/html.ts';
import type { Category } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { courseLine } from './course-line.ts';

/** Past this a category shows a link to a page of its own. */
const COURSES_SHOWN = 100;

/** The counts and the tree of categories with their courses. */
export function homePage(state: SiteState): Html {
  return html`<ul class="counts">
${counts(state).map(([name, count]) => html`<li><b>${count.toLocaleString('en')}</b> ${name}</li>`)}
</ul>
<h2>Categories and courses</h2>
<ul class="tree card">${state.categories.find('parent', 0).map((category) => branch(category, state))}</ul>`;
}

// The site's own course and the guest are Moodle's furniture, nothing that arrived.
function counts(state: SiteState): [string, number][] {
  return [
    ['categories', state.categories.size],
    ['courses', state.courses.size - 1],
    ['people', state.users.size - 1],
    ['groups', state.groups.size],
    ['enrolments', state.enrolments.size],
    ['memberships', state.memberships.size],
  ];
}

function branch(category: Category, state: SiteState): Html {
  const children = state.categories.find('parent', category.id);
  const courses = state.courses.find('category', category.id);
  return html`<li><details open>
<summary>${category.name} <span class="soft">${category.idnumber}</span></summary>
<ul>${children.map((child) => branch(child, state))}${courses.slice(0, COURSES_SHOWN).map((course) => courseLine(course, state))}
${courses.length > COURSES_SHOWN && html`<li><a href="/category/${category.id}">All ${courses.length} courses</a></li>`}</ul>
</details></li>`;
}
