import { paginate } from '#local/pages/pagination.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Row } from '../orm/field.ts';
import { archivedBadge, type View } from './view.ts';

const shownFields = ['name', 'email', 'gr_no'];

/** The students whose name, e-mail or registration number holds every word of the query; everybody without one. */
export function peoplePage(query: string, page: number, view: View): Html {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = view.rows('op.student').filter((row) => {
    const text = textOf(row, view);
    return words.every((word) => text.includes(word));
  });
  const linkTo = (other: number) => `/people?${new URLSearchParams({ q: query, page: `${other}` })}`;
  const people = paginate(found, page, linkTo);
  return html`<h1>Students (${people.total})</h1>
${people.total === 0 && html`<p class="soft">Nobody of that name.</p>`}
${
  people.total > 0 &&
  html`<div class="card scroll"><table>
<thead><tr><th>Name</th><th>E-mail</th><th>Registration number</th><th>Enrolments</th></tr></thead>
<tbody>${people.items.map(
    (row) => html`<tr>
<td><a href="/student/${row.id}">${view.text('op.student', row, 'name')}</a>${archivedBadge(row)}</td>
<td>${view.text('op.student', row, 'email')}</td>
<td>${view.text('op.student', row, 'gr_no')}</td>
<td>${view.referring('op.student.course', 'student_id', row.id).length}</td>
</tr>`,
  )}</tbody>
</table></div>`
}
${people.links}`;
}

function textOf(row: Row, view: View): string {
  return shownFields
    .map((field) => view.text('op.student', row, field))
    .join(' ')
    .toLowerCase();
}
