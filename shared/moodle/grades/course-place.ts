import { parseIdnumber } from '#shared/models/references.ts';

/** Where a Moodle course stands in the ERP. */
export interface CoursePlace {
  /** The course's idnumber. */
  course: string;
  /** The op.course's id. */
  program: number;
  /** The op.subject's id. */
  subject: number;
}

/** @throws Error for anything but the idnumber of a subject's course */
export function coursePlaceOf(idnumber: string): CoursePlace {
  const parts = parseIdnumber(idnumber);
  if (parts?.kind !== 'subject-course') throw new Error(`${idnumber} is no course of a subject.`);
  return { course: idnumber, program: Number(parts.programId), subject: Number(parts.subjectId) };
}
