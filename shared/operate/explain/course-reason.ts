import { subjectCourseIdnumber } from '#shared/models/references.ts';
import type { TaughtCourse } from '#shared/moodle/enrolments/teaching.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { courseNames } from '#shared/moodle/structure/course-names.ts';
import type { Step } from './step.ts';

/** A course that a person could be in by one of the ERP's records, and whether that record leads there. */
export interface CourseReason extends TaughtCourse {
  /** Idnumber. */
  course: string;
  /** Ids of the batches whose groups the person is to be in there. */
  batchIds: string[];
  /** Why the record does not lead there, as a sentence, and what to do about it; undefined where it does. */
  obstacle?: { text: string; advice: string };
}

/** The courses of a person by the ERP's records. */
export interface PersonsCourses {
  /** One for each record that could lead to a course. */
  steps: Step[];
  reasons: CourseReason[];
  /** What stands in the way where nothing leads to any course. */
  nowhere: Step;
}

/** What a course is called: its short name in Moodle and the subject's code, as far as they can be read. */
export async function namesOfCourse(
  view: RecordView,
  { subjectId, programId, period }: TaughtCourse,
): Promise<{ shortname: string | undefined; code: string | undefined }> {
  const subject = await view.read('op.subject', subjectId);
  const named = await courseNames(view, { subjectId, programId, period });
  const shortname = named.failure ? undefined : named.fields.shortname;
  return { shortname, code: subject.state === 'valid' ? subject.record.code : undefined };
}

/**
 * Whether a course is the one that is asked for.
 *
 * @param named id of a subject, short name or ID number of a course, or code of a subject, without regard to case
 */
export async function isNamed(view: RecordView, reason: CourseReason, named: string): Promise<boolean> {
  const { shortname, code } = await namesOfCourse(view, reason);
  const wanted = named.trim().toLowerCase();
  return [reason.subjectId, reason.course, shortname, code].some((name) => name?.toLowerCase() === wanted);
}

/** @param obstacle why the record does not lead there */
export function courseReason(
  taught: TaughtCourse,
  batchIds: string[],
  obstacle?: CourseReason['obstacle'],
): CourseReason {
  const { subjectId, programId, period } = taught;
  return { ...taught, course: subjectCourseIdnumber(subjectId, programId, period), batchIds, obstacle };
}
