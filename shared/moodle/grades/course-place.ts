import { subjectCourseOf } from '#shared/models/references.ts';

/** Where a Moodle course stands in the ERP. */
export interface CoursePlace {
  /** The course's idnumber. */
  course: string;
  /** The op.course's id. */
  program: number;
  /** The op.subject's id. */
  subject: number;
}

/** @throws RangeError for anything but the idnumber of a subject's course */
export function coursePlaceOf(idnumber: string): CoursePlace {
  const { subjectId, programId } = subjectCourseOf(idnumber);
  return { course: idnumber, program: Number(programId), subject: Number(subjectId) };
}
