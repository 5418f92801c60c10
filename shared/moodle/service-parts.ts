import { type IdnumberParts, parseIdnumber } from '#shared/models/references.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';

type SingleKind = Exclude<IdnumberParts['kind'], 'subject-course'>;

/** The record's id in an idnumber of the given kind. @throws RangeError for any other idnumber */
export function idOf(idnumber: string, kind: SingleKind): string {
  const parts = parseIdnumber(idnumber);
  if (parts?.kind !== kind) throw new RangeError(`${idnumber} is not the idnumber of a ${kind}.`);
  return parts.id;
}

/** The subject and program in the idnumber of a course. @throws RangeError for any other idnumber */
export function subjectCourseOf(idnumber: string): { subjectId: string; programId: string } {
  const parts = parseIdnumber(idnumber);
  if (parts?.kind !== 'subject-course') throw new RangeError(`${idnumber} is not the idnumber of a course.`);
  return parts;
}

/** Categories and groups are never hidden or taken away. */
export const takesNothingAway: Pick<PushService, 'isPresent' | 'takesAway'> = {
  isPresent: () => true,
  takesAway: () => false,
};
