import * as z from 'zod';
import type { Enrolment } from '#shared/models/enrolment.ts';
import { parseIdnumber } from '#shared/models/references.ts';
import { canonicalJson } from '#shared/sync/hash.ts';
import { rounded, type StudentProgress } from './completion-answer.ts';

/** The attribute of op.student.course that holds what Moodle knows of its completion. */
export const completionAttribute = 'moodle_completion';

const courseSchema = z.object({
  subject_id: z.number(),
  completed: z.boolean().nullable(),
  progress: z.number().nullable(),
});
type CourseCompletion = z.infer<typeof courseSchema>;

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
 * hidden). Of a course that Moodle does not name, an earlier value stays.
 *
 * @param before what the attribute holds
 */
export function nextCompletion(
  enrolment: Enrolment,
  before: unknown,
  { instance, courses, at }: Look,
): Record<string, unknown> | undefined {
  if (enrolment.state === 'finished') return undefined;
  const seen = coursesOf(enrolment, courses);
  if (Object.keys(seen).length === 0) return undefined;
  const entries = attributeSchema.catch({}).parse(before);
  const known = entrySchema.safeParse(entries[instance]).data;
  if (known && known.at > at) return undefined;
  const entry = entryOf({ ...stillOf(enrolment, known), ...seen }, at);
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

function coursesOf(enrolment: Enrolment, courses: StudentProgress): Record<string, CourseCompletion> {
  return Object.fromEntries(
    [...courses]
      .filter(([, { subjectId, programId }]) => isOf(enrolment, subjectId, programId))
      .map(([idnumber, { subjectId, completed, progress }]) => [
        idnumber,
        { subject_id: Number(subjectId), completed, progress },
      ]),
  );
}

/** Courses written earlier that still belong to the enrolment, whose program or subjects may have changed. */
function stillOf(enrolment: Enrolment, known: CompletionEntry | undefined): Record<string, CourseCompletion> {
  return Object.fromEntries(
    Object.entries(known?.courses ?? {}).filter(([idnumber]) => {
      const parts = parseIdnumber(idnumber);
      return parts?.model === 'op.subject' && isOf(enrolment, parts.id, parts.programId);
    }),
  );
}

/** Who has chosen no subjects is in the courses of the program that Moodle names. */
function isOf({ programId, subjectIds }: Enrolment, subject: string, program: string): boolean {
  return program === programId && (subjectIds.length === 0 || subjectIds.includes(subject));
}
