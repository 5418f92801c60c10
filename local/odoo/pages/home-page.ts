import { type Html, html } from '#shared/http/html.ts';
import { section, type View } from './view.ts';

const counted: readonly [model: string, name: string][] = [
  ['op.department', 'departments'],
  ['op.course', 'programs'],
  ['op.subject', 'subjects'],
  ['op.batch', 'batches'],
  ['op.student', 'students'],
  ['op.faculty', 'teachers'],
  ['op.student.course', 'enrolments'],
  ['op.session', 'lectures'],
  ['op.exam', 'exams'],
  ['op.exam.attendees', 'exam marks'],
  ['op.result.line', 'results'],
  ['op.attendance.line', 'attendance marks'],
];
const latest = 50;

/** The counts, and the results that came last. */
export function homePage(view: View): Html {
  const results = view.rows('op.result.line').slice(-latest).toReversed();
  return html`<ul class="counts">
${counted
  .filter(([model]) => view.has(model))
  .map(([model, name]) => html`<li><b>${view.rows(model).length.toLocaleString('en')}</b> ${name}</li>`)}
</ul>
${section(
  'Newest results',
  ['Student', 'Exam', 'Marks', 'Status'],
  results.map((line) => [
    html`<a href="/student/${Number(line.student_id)}">${view.nameOf('op.student', line.student_id!)}</a>`,
    html`<a href="/exam/${Number(line.exam_id)}">${view.nameOf('op.exam', line.exam_id!)}</a>`,
    String(line.marks ?? 0),
    String(line.status ?? ''),
  ]),
)}`;
}
