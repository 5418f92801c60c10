import type { PushedModel } from '#shared/models/models.ts';
import { subjectCourseOf } from '#shared/models/references.ts';
import type { Reading } from '#shared/moodle/push/record-view.ts';

/**
 * Courses of which nobody can tell whether a person should be in them, because a record that decides it cannot be
 * read. A person keeps them as they are: a failed read may never take anything away.
 */
export interface Doubts {
  /** A record that may ask for any course. */
  everything: boolean;
  /** Ids of programs, any course of which may be asked for. */
  programs: Set<string>;
  /** Idnumbers of courses. */
  courses: Set<string>;
}

export function noDoubts(): Doubts {
  return { everything: false, programs: new Set(), courses: new Set() };
}

/** Whether there is any course that could be in doubt. */
export function isAnyDoubt({ everything, programs, courses }: Doubts): boolean {
  return everything || programs.size > 0 || courses.size > 0;
}

/** Whether the course is in doubt. @param course its idnumber */
export function isInDoubt(doubts: Doubts, course: string): boolean {
  return (
    doubts.everything ||
    doubts.courses.has(course) ||
    (doubts.programs.size > 0 && doubts.programs.has(subjectCourseOf(course).programId))
  );
}

/** Whether a record is gone or archived, whatever else it says. */
export function isOver(reading: Reading<'op.course' | 'op.subject'>): boolean {
  if (reading.state === 'valid') return !reading.record.active;
  return reading.state === 'missing' || reading.retired;
}

/** Whether a record cannot be read and does not say that it is archived either. */
export function isUnreadable(reading: Reading<PushedModel>): boolean {
  return reading.state === 'invalid' && !reading.retired;
}
