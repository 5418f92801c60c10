import { type Html, html } from '#shared/http/html.ts';
import type { Row } from '../orm/field.ts';
import { archivedBadge, link, section, type View } from './view.ts';

/** An exam with everybody's marks and results. */
export function examPage(exam: Row, view: View): Html {
  const text = (field: string) => view.text('op.exam', exam, field);
  const people = (model: string) => view.referring(model, 'exam_id', exam.id);
  const student = (row: Row) =>
    link(`/student/${row.student_id}`, view.nameOf('op.student', row.student_id!));
  return html`<h1>${text('name')}${archivedBadge(exam)}</h1>
<p class="soft">${text('exam_code')} · ${view.nameOf('op.subject', exam.subject_id!)} · ${view.nameOf('op.exam.session', exam.session_id!)}
· ${text('state')} · ${text('total_marks')} marks, ${text('min_marks')} to pass</p>
${section(
  'Results',
  ['Student', 'Marks', 'Status'],
  people('op.result.line').map((row) => [student(row), String(row.marks ?? 0), String(row.status ?? '')]),
)}
${section(
  'Attendees',
  ['Student', 'Present', 'Marks'],
  people('op.exam.attendees').map((row) => [student(row), String(row.status ?? ''), String(row.marks ?? 0)]),
)}`;
}
