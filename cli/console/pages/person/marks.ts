import type { Name } from '#cli/commands/failures/failure-target.ts';
import { exactGrade, showMarks } from '#cli/commands/person/marks.ts';
import { addressOf } from '#cli/console/pages/failures/choice.ts';
import { offsetOf, pager, pageSize, translated } from '#cli/console/parts.ts';
import type { TextKey } from '#cli/console/texts/catalogue.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { personIdnumber } from '#shared/operate/explain/person.ts';
import type { PulledMarks } from '#shared/operate/person/marks.ts';
import { type Chosen, pathOf } from './chosen.ts';
import { kindText } from './search.ts';

/** What has come back from Moodle of a student, and whether the ERP has it. Nothing of it stands on any other page. */
export async function marksShown(visit: Visit, person: Chosen): Promise<Shown> {
  const { context, say } = visit;
  const { data } = await showMarks(context, {}, personIdnumber(person.model, person.id));
  const { grades, attendance, completion } = data;
  const longest = Math.max(grades.length, attendance.length, completion.length);
  return {
    title: say('person.marks_of', { person: kindText(visit, person) }),
    body: html`<p><a href="${pathOf(person)}">${kindText(visit, person)}</a></p>
${longest === 0 && html`<p>${say('person.no_marks')}</p>`}
${tableHtml(
  visit,
  'grades',
  ['moodle', 'course', 'name', 'marks', 'exact', 'status', 'graded'],
  grades,
  (grade) => [
    ...[grade.instance, grade.course, html`<bdi>${grade.name}</bdi>`, grade.marks ?? '–'],
    ...[
      grade.grade_raw === null ? say('person.taken_back') : html`<span lang="en">${exactGrade(grade)}</span>`,
    ],
    ...[grade.status ? say(`person.mark_${grade.status}`) : '', minuteOf(grade.graded_at ?? '')],
  ],
)}
${tableHtml(
  visit,
  'attendance',
  ['moodle', 'course', 'date', 'says'],
  attendance,
  ({ instance, course, date, says }) => [
    ...[instance, course, date, say(says ? `person.mark_${says}` : 'person.taken_back')],
  ],
)}
${tableHtml(
  visit,
  'completion',
  ['course', 'completed', 'progress'],
  completion,
  ({ course, completed, progress }) => [
    ...[course, completed === null ? '–' : say(completed ? 'person.yes' : 'person.no')],
    progress === null ? '–' : `${progress} %`,
  ],
)}
${pager(visit, longest)}`,
  };
}

type Column =
  | 'moodle'
  | 'course'
  | 'name'
  | 'marks'
  | 'exact'
  | 'status'
  | 'graded'
  | 'date'
  | 'says'
  | 'completed'
  | 'progress';

/** What each table has in OpenEduCat. */
const models = {
  grades: 'op.result.line',
  attendance: 'op.attendance.line',
  completion: 'op.student.course',
} as const;

/** A table of what came back, a page at a time, with what became of each row in the ERP. */
function tableHtml<Kind extends keyof PulledMarks>(
  visit: Visit,
  kind: Kind,
  columns: readonly Column[],
  all: PulledMarks[Kind],
  cellsOf: (row: PulledMarks[Kind][number]) => (string | number | Html)[],
): Html | false {
  const { say } = visit;
  const offset = offsetOf(visit);
  const rows = all.slice(offset, offset + pageSize);
  if (rows.length === 0) return false;
  return html`<h2 id="${kind}">${say(`person.${kind}`, { count: all.length })}</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="${kind}"><table aria-labelledby="${kind}"><thead><tr>
${columns.map((column) => html`<th scope="col">${say(`person.column_${column}` as TextKey)}</th>`)}<th scope="col">${say('person.column_erp')}</th>
</tr></thead><tbody>${rows.map((row) => {
    const [heading, ...cells] = cellsOf(row);
    return html`<tr><th scope="row" class="long">${heading}</th>${cells.map((cell) => html`<td class="long">${cell}</td>`)}<td>${erpHtml(visit, [models[kind], row.id], row)}</td></tr>`;
  })}</tbody></table></div>`;
}

/** How far it is on its way to the ERP; what failed has a page of its own, where it can be tried again. */
function erpHtml(
  visit: Visit,
  name: Name,
  { in_erp: row }: PulledMarks[keyof PulledMarks][number],
): Html | string {
  if (!row) return '–';
  const { status, failure } = row;
  const word = translated(visit, status.replaceAll('_', ' '));
  if (!failure) return word;
  return html`<a href="${addressOf('erp', name)}">${word}</a>: ${translated(visit, failure.reason)} ${translated(visit, failure.advice)}`;
}
