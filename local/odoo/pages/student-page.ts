import { type Html, html } from '#shared/http/html.ts';
import type { Row } from '../orm/field.ts';
import { archivedBadge, link, section, type View } from './view.ts';

/** A student with the contact, the enrolments, and what came from Moodle. */
export function studentPage(student: Row, view: View): Html {
  const text = (field: string) => view.text('op.student', student, field);
  return html`<h1>${text('name')}${archivedBadge(student)}</h1>
<p class="soft">${text('email') || 'no e-mail'} · ${text('gr_no') || 'no registration number'} · saved ${text('write_date')} UTC</p>
${enrolments(student, view)}
${results(student, view)}
${examMarks(student, view)}
${attendance(student, view)}`;
}

function enrolments(student: Row, view: View): Html {
  const rows = view.referring('op.student.course', 'student_id', student.id);
  return section(
    'Enrolments',
    ['Program', 'Batch', 'Roll number', 'State'],
    rows.map((row) => [
      link(`/enrolment/${row.id}`, view.nameOf('op.course', row.course_id!)),
      view.nameOf('op.batch', row.batch_id!),
      String(row.roll_number ?? ''),
      String(row.state ?? ''),
    ]),
  );
}

function results(student: Row, view: View): Html {
  const rows = view.referring('op.result.line', 'student_id', student.id);
  return section(
    'Results',
    ['Exam', 'Marks', 'Status'],
    rows.map((row) => [
      link(`/exam/${row.exam_id}`, view.nameOf('op.exam', row.exam_id!)),
      String(row.marks ?? 0),
      String(row.status ?? ''),
    ]),
  );
}

function examMarks(student: Row, view: View): Html {
  const rows = view.referring('op.exam.attendees', 'student_id', student.id);
  return section(
    'Exams',
    ['Exam', 'Present', 'Marks', 'Note'],
    rows.map((row) => [
      link(`/exam/${row.exam_id}`, view.nameOf('op.exam', row.exam_id!)),
      String(row.status ?? ''),
      String(row.marks ?? 0),
      String(row.note ?? ''),
    ]),
  );
}

function attendance(student: Row, view: View): Html {
  const rows = view.referring('op.attendance.line', 'student_id', student.id);
  const flags = ['present', 'absent', 'excused', 'late'];
  return section(
    'Attendance',
    ['Sheet', 'Date', 'Mark', 'Remark'],
    rows.map((row) => [
      view.nameOf('op.attendance.sheet', row.attendance_id!),
      view.text('op.attendance.line', row, 'attendance_date'),
      flags.filter((flag) => row[flag] === true).join(', ') || 'absent',
      String(row.remark ?? ''),
    ]),
  );
}
