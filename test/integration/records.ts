import type { Item } from '#shared/store/documents.ts';

/** Fields that a test sets; a many2one may be given as a bare id or as `[id, name]`. */
type Fields = Record<string, unknown>;

const writeDate = '2026-09-01 08:00:00';

function record(model: string, id: number, fields: Fields): Item {
  return { model, id: String(id), write_date: writeDate, ...fields };
}

const reference = (id: number, kind: string): [number, string] => [id, `${kind} ${id}`];

/** Each factory gives a record as Odoo's `read()` does; `fields` replaces what a test is about. */
export function department(id: number, fields: Fields = {}): Item {
  return record('op.department', id, {
    name: `Department ${id}`,
    code: `D${id}`,
    parent_id: false,
    ...fields,
  });
}

export function program(id: number, fields: Fields = {}): Item {
  return record('op.course', id, {
    name: `Program ${id}`,
    code: `P${id}`,
    parent_id: false,
    department_id: false,
    subject_ids: [],
    active: true,
    ...fields,
  });
}

export function subject(id: number, fields: Fields = {}): Item {
  return record('op.subject', id, {
    name: `Subject ${id}`,
    code: `S${id}`,
    type: 'theory',
    subject_type: 'compulsory',
    department_id: false,
    active: true,
    ...fields,
  });
}

export function batch(id: number, programId: number, fields: Fields = {}): Item {
  return record('op.batch', id, {
    name: `Batch ${id}`,
    code: `B${id}`,
    start_date: '2026-09-01',
    end_date: '2027-06-30',
    course_id: reference(programId, 'Program'),
    active: true,
    ...fields,
  });
}

function person(model: string, id: number, noun: string, fields: Fields): Item {
  return record(model, id, {
    name: `${noun} Number${id}`,
    first_name: noun,
    middle_name: false,
    last_name: `Number${id}`,
    email: `${noun.toLowerCase()}${id}@example.org`,
    phone: false,
    mobile: false,
    company_id: false,
    active: true,
    ...fields,
  });
}

export function student(id: number, fields: Fields = {}): Item {
  return person('op.student', id, 'Student', { gr_no: `GR-${id}`, ...fields });
}

export function faculty(id: number, fields: Fields = {}): Item {
  return person('op.faculty', id, 'Teacher', {
    faculty_subject_ids: [],
    main_department_id: false,
    allowed_department_ids: [],
    ...fields,
  });
}

/** @param studentIds of the children */
export function parent(id: number, studentIds: number[], fields: Fields = {}): Item {
  return record('op.parent', id, {
    name: [9_000 + id, `Parent Number${id}`],
    email: `parent${id}@example.org`,
    mobile: false,
    student_ids: studentIds,
    active: true,
    ...fields,
  });
}

export function enrolment(
  id: number,
  studentId: number,
  programId: number,
  batchId: number,
  fields: Fields = {},
): Item {
  return record('op.student.course', id, {
    student_id: reference(studentId, 'Student'),
    course_id: reference(programId, 'Program'),
    batch_id: reference(batchId, 'Batch'),
    roll_number: false,
    subject_ids: [],
    state: 'running',
    ...fields,
  });
}

export function session(
  id: number,
  facultyId: number,
  subjectId: number,
  programId: number,
  fields: Fields = {},
): Item {
  return record('op.session', id, {
    name: `Session ${id}`,
    faculty_id: reference(facultyId, 'Teacher'),
    subject_id: reference(subjectId, 'Subject'),
    course_id: reference(programId, 'Program'),
    batch_id: false,
    start_datetime: '2026-09-07 08:00:00',
    end_datetime: '2026-09-07 09:00:00',
    state: 'confirm',
    active: true,
    ...fields,
  });
}

/** A register of a batch in a subject of a program. */
export function register(
  id: number,
  subjectId: number,
  programId: number,
  batchId: number,
  fields: Fields = {},
): Item {
  return record('op.attendance.register', id, {
    name: `Register ${id}`,
    code: `R${id}`,
    course_id: reference(programId, 'Program'),
    batch_id: reference(batchId, 'Batch'),
    subject_id: reference(subjectId, 'Subject'),
    active: true,
    ...fields,
  });
}

export function sheet(id: number, registerId: number, fields: Fields = {}): Item {
  return record('op.attendance.sheet', id, {
    name: `R${registerId}${String(id).padStart(2, '0')}`,
    register_id: reference(registerId, 'Register'),
    session_id: false,
    attendance_date: '2026-09-07',
    faculty_id: false,
    state: 'done',
    active: true,
    ...fields,
  });
}

/** A line that says one thing, such as `late`. */
export function line(
  id: number,
  sheetId: number | string,
  studentId: number,
  says: 'present' | 'absent' | 'excused' | 'late',
  fields: Fields = {},
): Item {
  return record('op.attendance.line', id, {
    attendance_id: [sheetId, `Sheet ${sheetId}`],
    student_id: reference(studentId, 'Student'),
    present: false,
    absent: false,
    excused: false,
    late: false,
    [says]: true,
    remark: false,
    active: true,
    ...fields,
  });
}
