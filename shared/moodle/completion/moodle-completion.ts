import * as z from 'zod';
import type { Enrolment } from '#shared/models/enrolment.ts';
import { parseIdnumber, subjectCourseOf } from '#shared/models/references.ts';
import type { UsersCourse } from '#shared/moodle/functions/enrolments.ts';
import { canonicalJson, payloadHash } from '#shared/sync/hash.ts';

/** The attribute of op.student.course that holds what Moodle knows of its completion. */
export const completionAttribute = 'moodle_completion';

const courseSchema = z.object({
  subject_id: z.number(),
  completed: z.boolean().nullable(),
  progress: z.number().nullable(),
});

const entrySchema = z.object({
  /** Whether all courses that can be completed are; false where none can. */
  completed: z.boolean(),
  /** Mean of the courses that can be completed; null where none of them has a progress. */
  progress: z.number().nullable(),
  /** By the course's idnumber. */
  courses: z.record(z.string(), courseSchema),
  /** When Moodle was asked, as Odoo writes times. */
  at: z.string(),
});
type CompletionEntry = z.infer<typeof entrySchema>;

/** What the attribute holds: an entry for each instance. Those of others are nobody's business here. */
const attributeSchema = z.record(z.string(), z.unknown());

/** What each instance says in the attribute; what cannot be read is left out. */
export function entriesOf(attribute: unknown): CompletionEntry[] {
  const entries = attributeSchema.catch({}).parse(attribute);
  return Object.values(entries).flatMap((entry) => entrySchema.safeParse(entry).data ?? []);
}

/** How far a student is in the courses that Moodle named, by the course's idnumber. */
export type StudentProgress = ReadonlyMap<
  string,
  {
    /** null where nothing makes the course complete, or Moodle does not track the student in it. */
    completed: boolean | null;
    /** Per cent of the activities that are tracked; null where there is none. */
    progress: number | null;
    /** Whether anything makes the course complete: true or false for all its students alike. */
    hasCriteria: boolean;
  }
>;

/** What an answer of `core_enrol_get_users_courses` says of the courses that are the ERP's. */
export function studentProgress(answer: readonly UsersCourse[]): StudentProgress {
  const own = answer.filter(({ idnumber }) => parseIdnumber(idnumber)?.model === 'op.subject');
  return new Map(
    own.map((course) => [
      course.idnumber,
      {
        completed: completedOf(course),
        progress: rounded(course.progress),
        hasCriteria: course.completionhascriteria,
      },
    ]),
  );
}

/** Hash of all that counts in an answer: while it is the same, nothing has to be read or written. */
export function progressDigest(courses: StudentProgress): string {
  return payloadHash(Object.fromEntries(courses));
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
function rounded(percentage: number | null): number | null {
  return percentage === null ? null : Math.round(percentage * 100) / 100;
}

/** What one look at a student has seen. */
export interface Look {
  instance: string;
  courses: StudentProgress;
  /** When Moodle was asked, as Odoo writes times. */
  at: string;
}

/**
 * What `moodle_completion` of an enrolment should become, or undefined where it stays as it is: also where a later
 * look has been written already, and where Moodle names none of its courses, which means nothing (they may be
 * hidden). Of a course that Moodle does not name, an earlier value stays, as long as it belongs to the enrolment, whose
 * program or subjects may have changed.
 *
 * @param before what the attribute holds
 */
export function nextCompletion(
  enrolment: Enrolment,
  before: unknown,
  { instance, courses, at }: Look,
): Record<string, unknown> | undefined {
  if (enrolment.state === 'finished') return undefined;
  const seen = [...courses].filter(([idnumber]) => isOf(enrolment, idnumber));
  if (seen.length === 0) return undefined;
  const entries = attributeSchema.catch({}).parse(before);
  const known = entrySchema.safeParse(entries[instance]).data;
  if (known && known.at > at) return undefined;
  const still = Object.entries(known?.courses ?? {}).filter(([idnumber]) => isOf(enrolment, idnumber));
  const now = seen.map(([idnumber, { completed, progress }]) => {
    const subject_id = Number(subjectCourseOf(idnumber).subjectId);
    return [idnumber, { subject_id, completed, progress }] as const;
  });
  const entry = entryOf(Object.fromEntries([...still, ...now]), at);
  if (known && canonicalJson({ ...known, at }) === canonicalJson(entry)) return undefined;
  return { ...entries, [instance]: entry };
}

function entryOf(courses: CompletionEntry['courses'], at: string): CompletionEntry {
  const completable = Object.values(courses).filter(({ completed }) => completed !== null);
  const percentages = completable.flatMap(({ progress }) => progress ?? []);
  const sum = percentages.reduce((total, progress) => total + progress, 0);
  return {
    completed: completable.length > 0 && completable.every(({ completed }) => completed),
    progress: percentages.length === 0 ? null : rounded(sum / percentages.length),
    courses,
    at,
  };
}

/** Whether a course is one of an enrolment's. Who has chosen no subjects is in the courses of the program that Moodle names. */
function isOf({ programId, batchId, subjectIds }: Enrolment, idnumber: string): boolean {
  const course = parseIdnumber(idnumber);
  if (course?.model !== 'op.subject' || course.programId !== programId) return false;
  // An enrolment moves on from term to term, and keeps what was completed.
  if (course.period?.per === 'batch' && course.period.id !== batchId) return false;
  return subjectIds.length === 0 || subjectIds.includes(course.id);
}
