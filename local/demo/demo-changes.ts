import type { RecordItem } from '#shared/models/records.ts';
import { ordinaryStudentIds } from './people.ts';
import { demoBatches, programReference } from './structure.ts';

/** One thing that happens at the university, as the items the ERP writes for it. */
export type DemoChange = { title: string; items: RecordItem[] };

const changeDate = '2026-10-05 09:30:00';
const growingProgramId = 3;
const addedSubjectId = 2;

/**
 * Four everyday changes of the demo university: a student renamed, one moved to another batch, one deactivated,
 * a subject added to a program.
 *
 * @param items what {@link demoUniversity} gave, as it was written
 * @throws RangeError when `items` is not the demo university
 */
export function demoChanges(items: readonly RecordItem[]): DemoChange[] {
  const find = (model: string, matches: (item: RecordItem) => boolean): RecordItem => {
    const found = items.find((item) => item.model === model && matches(item));
    if (found === undefined) throw new RangeError(`The demo university lacks the ${model} to change.`);
    return found;
  };
  const [renamed, moved, deactivated] = onceEnrolledStudents(items);
  const student = (id: string | undefined) => find('op.student', (item) => item.id === id);
  return [
    { title: 'A student takes another last name', items: [rename(student(renamed), 'Newname-Ångström')] },
    {
      title: 'A student moves to another batch of another program',
      items: [moveElsewhere(find('op.student.course', (item) => studentOf(item) === moved))],
    },
    {
      title: 'A student leaves the university',
      items: [{ ...student(deactivated), active: false, write_date: changeDate }],
    },
    {
      title: 'A program gains a subject',
      items: [addSubject(find('op.course', (item) => item.id === String(growingProgramId)))],
    },
  ];
}

/** Ordinary students with exactly one enrolment, that leaves the subjects to the program. */
function onceEnrolledStudents(items: readonly RecordItem[]): string[] {
  const enrolments = items.filter((item) => item.model === 'op.student.course');
  return ordinaryStudentIds.map(String).filter((id) => {
    const own = enrolments.filter((item) => studentOf(item) === id);
    const subjects = own[0]?.subject_ids;
    return own.length === 1 && Array.isArray(subjects) && subjects.length === 0;
  });
}

function studentOf(enrolment: RecordItem): string | undefined {
  return Array.isArray(enrolment.student_id) ? String(enrolment.student_id[0]) : undefined;
}

function rename(student: RecordItem, lastName: string): RecordItem {
  const parts = [student.first_name, student.middle_name, lastName];
  return {
    ...student,
    last_name: lastName,
    name: parts.filter(Boolean).join(' '),
    write_date: changeDate,
  };
}

function moveElsewhere(enrolment: RecordItem): RecordItem {
  const present = Array.isArray(enrolment.course_id) ? enrolment.course_id[0] : undefined;
  const other = demoBatches.find(({ program }) => program !== present);
  if (other === undefined) throw new RangeError('The demo university has one program only.');
  return {
    ...enrolment,
    course_id: programReference(other.program),
    batch_id: other.reference,
    write_date: changeDate,
  };
}

function addSubject(program: RecordItem): RecordItem {
  const subjects = Array.isArray(program.subject_ids) ? program.subject_ids : [];
  return { ...program, subject_ids: [...subjects, addedSubjectId], write_date: changeDate };
}
