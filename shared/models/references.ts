/** The idnumber under which a record stands in Moodle, and back. Ids are decimal texts as {@link recordId} reads them. */
export type IdnumberParts =
  | { kind: 'department' | 'program' | 'batch' | 'student' | 'faculty'; id: string }
  | { kind: 'subject-course'; subjectId: string; programId: string };

/** The category of an op.department. */
export function departmentIdnumber(id: string): string {
  return `oec_dept_${id}`;
}

/** The category of an op.course. */
export function programIdnumber(id: string): string {
  return `oec_course_${id}`;
}

/** The course of an op.subject in one op.course that lists it. */
export function subjectCourseIdnumber(subjectId: string, programId: string): string {
  return `oec_subj_${subjectId}_course_${programId}`;
}

/** The groups of an op.batch: the same idnumber in every course of its program. */
export function batchIdnumber(id: string): string {
  return `oec_batch_${id}`;
}

/** The account of an op.student. */
export function studentIdnumber(id: string): string {
  return `oec_student_${id}`;
}

/** The account of an op.faculty. */
export function facultyIdnumber(id: string): string {
  return `oec_faculty_${id}`;
}

/** The mapping of an op.attendance.sheet, and the mark by which its session in Moodle is known. */
export function sheetIdnumber(id: string): string {
  return `oec_sheet_${id}`;
}

const single = /^oec_(dept|course|batch|student|faculty)_([1-9]\d*)$/;
const subjectCourse = /^oec_subj_([1-9]\d*)_course_([1-9]\d*)$/;
const kinds: Record<string, 'department' | 'program' | 'batch' | 'student' | 'faculty'> = {
  dept: 'department',
  course: 'program',
  batch: 'batch',
  student: 'student',
  faculty: 'faculty',
};

/** What an idnumber found in Moodle stands for; undefined when it is none of ours. */
export function parseIdnumber(idnumber: string): IdnumberParts | undefined {
  const [, prefix, id] = single.exec(idnumber) ?? [];
  const kind = prefix === undefined ? undefined : kinds[prefix];
  if (kind !== undefined && id !== undefined) return { kind, id };
  const [, subjectId, programId] = subjectCourse.exec(idnumber) ?? [];
  if (subjectId === undefined || programId === undefined) return undefined;
  return { kind: 'subject-course', subjectId, programId };
}
