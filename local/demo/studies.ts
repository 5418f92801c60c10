import type { RecordItem } from '#shared/models/records.ts';
import { goodFacultyIds, goodStudentIds } from './people.ts';
import type { Random } from './random.ts';
import {
  demoBatches,
  demoWriteDate,
  isElective,
  type Many2one,
  programReference,
  subjectIdsOf,
  subjectReference,
} from './structure.ts';

const enrolmentCount = 700;
const sessionCount = 60;
const finishedCount = 12;

/** A person as a many2one; `name` is read from the person's own record. */
type NameOf = (id: number) => string;

/**
 * 700 enrolments: each good student in one batch, then second ones from the first student on, a few of them
 * finished. Most leave the subjects to the program; every twelfth names its own, an elective among them.
 * Nobody whose record is bad is enrolled, so that every enrolment is one that arrives.
 */
export function demoEnrolments(random: Random, nameOfStudent: NameOf): RecordItem[] {
  return Array.from({ length: enrolmentCount }, (_, index) => {
    const position = index % goodStudentIds.length;
    const isSecond = index >= goodStudentIds.length;
    const student = goodStudentIds[position] ?? 1;
    const { reference, program } = batchAt(position + (isSecond ? 5 : 0));
    return {
      model: 'op.student.course',
      id: String(index + 1),
      student_id: [student, nameOfStudent(student)],
      course_id: programReference(program),
      batch_id: reference,
      roll_number: String(100_000 + index),
      subject_ids: index % 12 === 11 ? chosenSubjects(program, random) : [],
      academic_years_id: false,
      academic_term_id: false,
      state: index >= enrolmentCount - finishedCount ? 'finished' : 'running',
      write_date: demoWriteDate,
    };
  });
}

/** 60 lectures of the coming week, the last two cancelled; demo timetables of OpenEduCat are drafts. */
export function demoSessions(random: Random, nameOfTeacher: NameOf): RecordItem[] {
  return Array.from({ length: sessionCount }, (_, index) => {
    const { reference, program } = batchAt(index);
    const teacher = goodFacultyIds[index % goodFacultyIds.length] ?? 1;
    const subject = subjectReference(random.pick(subjectIdsOf(program)));
    const day = `2026-09-${String(7 + (index % 5)).padStart(2, '0')}`;
    const hour = String(8 + (index % 8)).padStart(2, '0');
    return {
      model: 'op.session',
      id: String(index + 1),
      name: `${nameOfTeacher(teacher)}:${subject[1]}:${hour}:00-${hour}:45`,
      faculty_id: [teacher, nameOfTeacher(teacher)],
      subject_id: subject,
      course_id: programReference(program),
      batch_id: reference,
      start_datetime: `${day} ${hour}:00:00`,
      end_datetime: `${day} ${hour}:45:00`,
      state: index >= sessionCount - 2 ? 'cancel' : 'draft',
      active: true,
      company_id: [1, 'Example University'],
      write_date: demoWriteDate,
    };
  });
}

function batchAt(position: number): { reference: Many2one; program: number } {
  const batch = demoBatches[position % demoBatches.length];
  if (batch === undefined) throw new RangeError('The demo university has no batches.');
  return batch;
}

/** All but one of the compulsory subjects, and one elective where the program has any. */
function chosenSubjects(program: number, random: Random): number[] {
  const subjects = subjectIdsOf(program);
  const compulsory = subjects.filter((subject) => !isElective(subject));
  const electives = subjects.filter(isElective);
  return [...compulsory.slice(1), ...(electives.length > 0 ? [random.pick(electives)] : [])];
}
