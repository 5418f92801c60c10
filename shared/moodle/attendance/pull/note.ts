import * as z from 'zod';

/** What the pull of attendance notes on the mapping of a course. */
const noteSchema = z.object({
  /** The attendance activities of the course; most courses have none. */
  activities: z.array(z.object({ id: z.number(), name: z.string() })),
  /** When they were listed, in milliseconds since 1970. */
  listed_at: z.number(),
  /** Of the sessions as they were pulled last. */
  digest: z.string(),
  /** When Moodle was asked for them: what it answered earlier is out of date. */
  asked_at: z.number(),
  /** When a push had last left a mark as it is in Moodle: the pull has looked at that since. */
  left_at: z.string().optional(),
  /** How many marks of the course the records have. */
  marks: z.number().optional(),
  /** How many the brake holds: Moodle has them no more, and nobody has said yet that this is meant. */
  held: z.number().optional(),
});
export type AttendanceNote = z.infer<typeof noteSchema>;

/**
 * How long the list of activities is good for. When it is made anew, the sessions are also compared mark by mark, so
 * that whoever was unknown to the ERP then, or got lost here, is found within a day.
 */
const goodFor = 24 * 60 * 60_000;

/** The note of a course, if there is one that can be read. */
export function noteOf(state: Record<string, unknown> | undefined): AttendanceNote | undefined {
  return noteSchema.safeParse(state).data;
}

/** The note where it is still good. @param now milliseconds since 1970 */
export function goodNote(
  state: Record<string, unknown> | undefined,
  now: number,
): AttendanceNote | undefined {
  const note = noteOf(state);
  return note && now - note.listed_at < goodFor ? note : undefined;
}

export type AttendanceCourse = z.infer<typeof attendanceCourseSchema>;

/** A course in a task of the pull. */
export const attendanceCourseSchema = z.object({
  idnumber: z.string(),
  moodleId: z.number(),
  /** What the pull noted last. */
  state: z.record(z.string(), z.unknown()).optional(),
  /** What the pushes keep of it. */
  extraData: z.record(z.string(), z.unknown()).optional(),
});
