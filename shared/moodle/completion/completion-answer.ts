import { parseIdnumber } from '#shared/models/references.ts';
import type { UsersCourse } from '#shared/moodle/functions/enrolments.ts';
import { payloadHash } from '#shared/sync/hash.ts';

/** How far a student is in one course. */
export interface CourseProgress {
  subjectId: string;
  programId: string;
  /** null where nothing makes the course complete, or Moodle does not track the student in it. */
  completed: boolean | null;
  /** Per cent of the activities that are tracked; null where there is none. */
  progress: number | null;
  /** Whether anything makes the course complete: true or false for all its students alike. */
  hasCriteria: boolean;
}

/** How far a student is in the courses that Moodle named, by the course's idnumber. */
export type StudentProgress = ReadonlyMap<string, CourseProgress>;

/** What an answer of `core_enrol_get_users_courses` says of the courses that are the ERP's. */
export function studentProgress(answer: readonly UsersCourse[]): StudentProgress {
  const courses = new Map<string, CourseProgress>();
  for (const course of answer) {
    const parts = parseIdnumber(course.idnumber);
    if (parts?.model !== 'op.subject') continue;
    courses.set(course.idnumber, {
      subjectId: parts.id,
      programId: parts.programId,
      completed: completedOf(course),
      progress: rounded(course.progress),
      hasCriteria: course.completionhascriteria,
    });
  }
  return courses;
}

/** Hash of all that counts in an answer: while it is the same, nothing has to be read or written. */
export function progressDigest(courses: StudentProgress): string {
  return payloadHash(
    Object.fromEntries(
      [...courses].map(([idnumber, { completed, progress, hasCriteria }]) => [
        idnumber,
        { completed, progress, hasCriteria },
      ]),
    ),
  );
}

/** Moodle says false also of a course that nobody can ever complete: that is not the same as not completed yet. */
function completedOf({
  completed,
  completionhascriteria,
  completionusertracked,
}: UsersCourse): boolean | null {
  const canBeCompleted = completionhascriteria && completionusertracked;
  return completed || canBeCompleted ? completed : null;
}

/** Two places are enough for a percentage that people read. */
export function rounded(percentage: number | null): number | null {
  return percentage === null ? null : Math.round(percentage * 100) / 100;
}
