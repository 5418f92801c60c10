import * as z from 'zod';
import { studentIdnumber } from '#shared/models/references.ts';
import { courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import type { MappingPages } from '#shared/moodle/mappings/mapping.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import { mappedCourses, pullStateOf } from '#shared/moodle/pulls/mapped-courses.ts';
import type { PlanPorts } from '#shared/moodle/pulls/pull-service.ts';

const hour = 60 * 60_000;
const hoursOfDay = 24;

/** What the pull of completion notes on a student's mapping `oec_student_5@enrolments`. */
const lookSchema = z.object({
  /** Hash of what Moodle answered. */
  digest: z.string(),
  /** Courses that the student had completed. */
  completed: z.array(z.string()),
  /** When Moodle's answer was last compared with the ERP's records. */
  at: z.iso.datetime(),
});
export type LastLook = z.infer<typeof lookSchema>;

/** A student with courses in Moodle. */
export interface EnrolledStudent {
  id: string;
  moodleId: number;
  /** Idnumbers of the courses in which the enrolment is active. */
  courses: string[];
  lastLook: LastLook | undefined;
}

/** A student in a task. */
export const studentToAskSchema = z.object({
  id: z.string(),
  moodle_id: z.number(),
  /** An answer with this digest means that nothing has to be done; without it, the records are looked at whatever it is. */
  digest: z.string().optional(),
});
export type StudentToAsk = z.infer<typeof studentToAskSchema>;

/** The students of whom Moodle is asked now. */
export async function* studentsToAsk(
  { id: instance }: { id: string },
  { mappings, clock, isByHand = false }: PlanPorts,
): AsyncIterable<StudentToAsk> {
  const now = clock.now();
  const courses = new Map<string, boolean>();
  for await (const { idnumber, state } of mappedCourses(instance, mappings, 'completion')) {
    courses.set(idnumber, lacksCriteria(state, now));
  }
  for await (const student of enrolledStudents(instance, mappings)) {
    const toAsk = studentToAsk(student, courses, now, isByHand);
    if (toAsk) yield toAsk;
  }
}

/**
 * The students of an instance, from the rows `oec_student_5` (the account) and `oec_student_5@enrolments`. Between the
 * two lie the rows of all students whose id begins with 5, so accounts are kept until their courses come by.
 */
export async function* enrolledStudents(
  instance: string,
  mappings: MappingPages,
): AsyncIterable<EnrolledStudent> {
  const accounts = new Map<string, number>();
  for await (const mapping of eachMapping(instance, mappings, studentIdnumber(''))) {
    const { record_id: id, service, moodle_id, extra_data } = mapping;
    if (service === 'students' && moodle_id !== undefined) accounts.set(id, moodle_id);
    const moodleId = accounts.get(id);
    if (service !== 'enrolments' || moodleId === undefined) continue;
    accounts.delete(id);
    const courses = Object.entries(courseStatesOf(extra_data)).flatMap(([course, { state }]) =>
      state === 'active' ? course : [],
    );
    const lastLook = lookSchema.safeParse(pullStateOf(mapping, 'completion')).data;
    yield { id, moodleId, courses, lastLook };
  }
}

/**
 * Whether Moodle is asked about a student now, and what for. It is left alone where nothing can have changed: in
 * courses that nothing makes complete, and in those that the student has completed. Once a day everybody is looked
 * at whatever is remembered, and compared with the ERP's records: that finds a course that was reopened or has got
 * criteria, and gives back what the ERP has overwritten.
 *
 * @param lacksCriteria by idnumber, whether a course in use is remembered to have no criteria
 * @param now milliseconds since 1970
 * @param isByHand asks about everybody who is in any of these courses
 */
export function studentToAsk(
  { id, moodleId, courses, lastLook }: EnrolledStudent,
  lacksCriteria: ReadonlyMap<string, boolean>,
  now: number,
  isByHand = false,
): StudentToAsk | undefined {
  const inUse = courses.filter((course) => lacksCriteria.has(course));
  if (inUse.length === 0) return undefined;
  const student = { id, moodle_id: moodleId };
  if (isByHand || !lastLook || Date.parse(lastLook.at) < lastDailyHour(id, now)) return student;
  const { completed, digest } = lastLook;
  const isSettled = (course: string) => completed.includes(course) || lacksCriteria.get(course) === true;
  return inUse.every(isSettled) ? undefined : { ...student, digest };
}

/**
 * When the hour of the day began last in which a student is looked at whatever is remembered. The id names the hour
 * (5 and 29: from 05:00 UTC), so the daily looks are spread evenly and nothing has to be stored for it.
 *
 * @param now milliseconds since 1970
 */
export function lastDailyHour(studentId: string, now: number): number {
  const hourOfDay = Number(studentId) % hoursOfDay;
  const days = Math.floor((now / hour - hourOfDay) / hoursOfDay);
  return (days * hoursOfDay + hourOfDay) * hour;
}

/**
 * How long a course is believed to have no criteria, and from when on that is noted anew. Each student is looked at
 * once a day whatever is remembered, so a new criterion is found within a day; and as the belief lasts half a day
 * longer, even the only student of a course renews it before it ends.
 */
const believedFor = 36 * hour;
const renewedAfter = 12 * hour;

/** What the pull of completion notes on a course's mapping. */
const memorySchema = z.object({ criteria: z.boolean(), at: z.iso.datetime() });
type CriteriaMemory = z.infer<typeof memorySchema>;

/** Whether a course is remembered to have nothing that makes it complete. @param now milliseconds since 1970 */
export function lacksCriteria(memory: unknown, now: number): boolean {
  const known = memorySchema.safeParse(memory).data;
  return known?.criteria === false && now - Date.parse(known.at) < believedFor;
}

/** What is to be remembered of a course; undefined where nothing has to be noted. */
export function nextMemory(memory: unknown, criteria: boolean, now: number): CriteriaMemory | undefined {
  const known = memorySchema.safeParse(memory).data;
  const next = { criteria, at: new Date(now).toISOString() };
  // Without a memory a course is asked about: that it has criteria needs no note of its own.
  if (criteria) return known?.criteria === false ? next : undefined;
  const isFresh = known?.criteria === false && now - Date.parse(known.at) < renewedAfter;
  return isFresh ? undefined : next;
}
