import { counts, peopleList, table } from '#local/pages/lists.ts';
import type { Pages, Titled } from '#local/pages/register-pages.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Environment, Row } from '../orm/model.ts';
import { View } from './view.ts';

/** The pages for people: the counts, a student, an enrolment, an exam, and the search for students. */
export function pagesOf(env: Environment): Pages {
  const view = new View(env);
  const pageOf = (model: string, content: (row: Row, view: View) => Html) => {
    return (id: number): Titled | undefined => {
      const row = view.row(model, id);
      return row && { title: view.nameOf(model, id), content: content(row, view) };
    };
  };
  return {
    name: env.settings.schoolName,
    noun: 'school',
    home: () => ({ title: 'School', content: homePage(view) }),
    people: (query, page) => {
      const text = (row: Row, field: string) => view.text('op.student', row, field);
      return peopleList(view.rows('op.student'), {
        title: 'Students',
        query,
        page,
        textOf: (row) => ['name', 'email', 'gr_no'].map((field) => text(row, field)).join(' '),
        columns: ['Name', 'E-mail', 'Registration number', 'Enrolments'],
        cells: (row) => [
          html`${view.link('op.student', row.id)}${archivedBadge(row)}`,
          text(row, 'email'),
          text(row, 'gr_no'),
          view.referring('op.student.course', 'student_id', row.id).length,
        ],
      });
    },
    kinds: {
      student: pageOf('op.student', studentPage),
      enrolment: pageOf('op.student.course', enrolmentPage),
      exam: pageOf('op.exam', examPage),
    },
  };
}

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
function homePage(view: View): Html {
  const there = counted.filter(([model]) => view.has(model));
  const results = view.rows('op.result.line').slice(-latest).toReversed();
  return html`${counts(there.map(([model, name]) => [view.rows(model).length, name]))}
${view.section('Newest results', 'op.result.line', results, {
  Student: 'student_id',
  Exam: 'exam_id',
  Marks: 'marks',
  Status: 'status',
})}`;
}

/** A student with the contact, the enrolments, and what came from Moodle. */
function studentPage(student: Row, view: View): Html {
  const text = (field: string) => view.text('op.student', student, field);
  const ofStudent = (model: string) => view.referring(model, 'student_id', student.id);
  return html`<h1>${text('name')}${archivedBadge(student)}</h1>
<p class="soft">${text('email') || 'no e-mail'} · ${text('gr_no') || 'no registration number'} · saved ${text('write_date')} UTC</p>
${view.section('Enrolments', 'op.student.course', ofStudent('op.student.course'), {
  Program: (row) => view.link('op.student.course', row.id, view.nameOf('op.course', row.course_id!)),
  Batch: 'batch_id',
  'Roll number': 'roll_number',
  State: 'state',
})}
${view.section('Results', 'op.result.line', ofStudent('op.result.line'), {
  Exam: 'exam_id',
  Marks: 'marks',
  Status: 'status',
})}
${view.section('Exams', 'op.exam.attendees', ofStudent('op.exam.attendees'), {
  Exam: 'exam_id',
  Present: 'status',
  Marks: 'marks',
  Note: 'note',
})}
${view.section('Attendance', 'op.attendance.line', ofStudent('op.attendance.line'), {
  Sheet: 'attendance_id',
  Date: 'attendance_date',
  Mark: (row) =>
    ['present', 'absent', 'excused', 'late'].filter((flag) => row[flag] === true).join(', ') || 'absent',
  Remark: 'remark',
})}`;
}

/** An enrolment with all of its fields, those that the school has added too. */
function enrolmentPage(enrolment: Row, view: View): Html {
  const model = view.env.models.get('op.student.course');
  return html`<h1>Enrolment of ${view.link('op.student', enrolment.student_id)}</h1>
${table(
  ['Field', 'Value'],
  Object.entries(model.fields).map(([name, { label }]) => [label, view.cell(model.name, enrolment, name)]),
)}`;
}

/** An exam with everybody's marks and results. */
function examPage(exam: Row, view: View): Html {
  const text = (field: string) => view.text('op.exam', exam, field);
  const ofExam = (model: string) => view.referring(model, 'exam_id', exam.id);
  return html`<h1>${text('name')}${archivedBadge(exam)}</h1>
<p class="soft">${text('exam_code')} · ${view.nameOf('op.subject', exam.subject_id!)} · ${view.nameOf('op.exam.session', exam.session_id!)}
· ${text('state')} · ${text('total_marks')} marks, ${text('min_marks')} to pass</p>
${view.section('Results', 'op.result.line', ofExam('op.result.line'), {
  Student: 'student_id',
  Marks: 'marks',
  Status: 'status',
})}
${view.section('Attendees', 'op.exam.attendees', ofExam('op.exam.attendees'), {
  Student: 'student_id',
  Present: 'status',
  Marks: 'marks',
})}`;
}

/** Says that a record is archived. */
function archivedBadge({ active }: Row): Html | undefined {
  return active === false ? html` <span class="badge warn">archived</span>` : undefined;
}
