import type { RecordItem } from '#shared/models/records.ts';
import { firstNames, lastNames, middleNames } from './names.ts';
import type { Random } from './random.ts';
import { demoBatches, demoWriteDate, isElective, subjectIdsOf } from './structure.ts';

const studentCount = 500;
const facultyCount = 30;
const overlongName = 'Maximiliana-'.repeat(10);

/** Students whose records Moodle cannot take, by id; demoProblems says why. */
const badStudents: Record<number, Record<string, unknown>> = {
  11: { email: false },
  23: { first_name: overlongName, last_name: 'Overlong', name: `${overlongName} Overlong` },
  37: { first_name: '<b>Bold</b>', last_name: 'Letters', name: '<b>Bold</b> Letters' },
  48: { email: 'the.siblings@students.example.org' },
  49: { email: 'the.siblings@students.example.org' },
  52: { email: 'not-an-email' },
};

/** Students who look odd and must arrive all the same, by id. */
const oddStudents: Record<number, Record<string, unknown>> = {
  5: { email: 'UPPER.CASE@STUDENTS.EXAMPLE.ORG' },
  8: { email: 'plus+moodle@students.example.org' },
  13: { first_name: 'Sukarno', middle_name: false, last_name: false, name: 'Sukarno False' },
  17: {
    first_name: 'Maeve',
    last_name: "O'Neil",
    name: "Maeve O'Neil",
    email: "o'neil@students.example.org",
  },
  21: { first_name: 'Joy 🎓', middle_name: '', last_name: 'Ünal', name: 'Joy 🎓 Ünal' },
  29: { first_name: 'Tom & Jerry', middle_name: '', last_name: 'Twins', name: 'Tom & Jerry Twins' },
};

/** Teachers whose records Moodle cannot take, by id. */
const badFaculty: Record<number, Record<string, unknown>> = {
  30: { first_name: 'Ada', last_name: overlongName, name: `Ada ${overlongName}` },
};

/** Ids of the students whose accounts and enrolments are to arrive. */
export const goodStudentIds: number[] = idsUpTo(studentCount).filter((id) => !(id in badStudents));

/** Ids of the students nothing odd is told of: the ones to pick an example from. */
export const ordinaryStudentIds: number[] = goodStudentIds.filter((id) => !(id in oddStudents));

/** Ids of the teachers who can teach. */
export const goodFacultyIds: number[] = idsUpTo(facultyCount).filter((id) => !(id in badFaculty));

/** The 500 students and 30 teachers of the demo university. */
export function demoPeople(random: Random): RecordItem[] {
  const students = idsUpTo(studentCount).map((id) => ({
    ...person('op.student', id, 'students.example.org', random),
    gr_no: `GR-${1000 + id}`,
    ...badStudents[id],
    ...oddStudents[id],
  }));
  const faculty = idsUpTo(facultyCount).map((id) => ({
    ...person('op.faculty', id, 'staff.example.org', random),
    faculty_subject_ids: id <= 10 ? [taughtSubject(random)] : [],
    main_department_id: false,
    allowed_department_ids: [1],
    ...badFaculty[id],
  }));
  return [...students, ...faculty];
}

function person(model: string, id: number, domain: string, random: Random): RecordItem {
  const first = random.pick(firstNames);
  const middle = random.below(6) === 0 ? random.pick(middleNames) : false;
  const last = random.pick(lastNames);
  return {
    model,
    id: String(id),
    first_name: first,
    middle_name: middle,
    last_name: last,
    name: [first, middle, last].filter(Boolean).join(' '),
    email: `${asciiLetters(first)}.${asciiLetters(last)}${id}@${domain}`,
    phone: false,
    mobile: random.below(3) === 0 ? `+41 44 000 ${String(id).padStart(4, '0')}` : false,
    company_id: false,
    active: true,
    write_date: demoWriteDate,
  };
}

/** A compulsory subject that some batch really has. */
function taughtSubject(random: Random): number {
  const { program } = random.pick(demoBatches);
  return random.pick(subjectIdsOf(program).filter((subject) => !isElective(subject)));
}

function asciiLetters(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
}

function idsUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
