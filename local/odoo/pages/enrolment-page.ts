import { type Html, html } from '#shared/http/html.ts';
import type { Row } from '../orm/field.ts';
import { section, type View } from './view.ts';

/** An enrolment with all of its fields, those that the school has added too. */
export function enrolmentPage(enrolment: Row, view: View): Html {
  const model = view.env.models.get('op.student.course');
  const rows = Object.entries(model.fields).map(([name, { label, relation, type }]) => {
    const value = enrolment[name] ?? null;
    if (type === 'many2one') return [label, view.nameOf(relation!, value)];
    if (Array.isArray(value)) return [label, value.map((id) => view.nameOf(relation!, id)).join(', ')];
    return [label, view.text(model.name, enrolment, name)];
  });
  const student = Number(enrolment.student_id);
  return html`<h1>Enrolment of <a href="/student/${student}">${view.nameOf('op.student', student)}</a></h1>
${section('Fields', ['Field', 'Value'], rows)}`;
}
