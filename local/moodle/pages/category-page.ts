import { paginate } from '#local/pages/pagination.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Category } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { courseLine } from './course-line.ts';

/** All courses of one category. */
export function categoryPage(category: Category, page: number, state: SiteState): Html {
  const courses = paginate(
    state.courses.find('category', category.id),
    page,
    (other) => `/category/${category.id}?page=${other}`,
  );
  return html`<h1>${category.name}</h1>
<p class="soft">${category.idnumber}</p>
<h2>Courses (${courses.total})</h2>
<ul class="tree card">${courses.items.map((course) => courseLine(course, state))}</ul>
${courses.links}`;
}
