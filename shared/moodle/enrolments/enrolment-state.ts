import * as z from 'zod';

/** From when until when somebody is let into a course, in seconds since 1970; 0 is no limit, as in Moodle. */
export const periodSchema = z.object({ timestart: z.number(), timeend: z.number() });
export type Period = z.infer<typeof periodSchema>;

/**
 * What a person's courses are known to be in Moodle, kept in the mapping's `extra_data` so that the next push can
 * apply the difference. `pending` is written before the call: whatever happens to the worker, nothing that may have
 * reached Moodle is forgotten.
 */
export const courseStateSchema = z.object({
  state: z.enum(['pending', 'active', 'suspended']),
  /** Group idnumbers the person is, or may be, a member of. */
  groups: z.record(z.string(), z.enum(['pending', 'member'])),
  /** Left out where the enrolment has no limits. */
  period: periodSchema.optional(),
});
export type CourseState = z.infer<typeof courseStateSchema>;

/** Course states by the idnumber of the course. */
export const courseStatesSchema = z.record(z.string(), courseStateSchema);
export type CourseStates = z.infer<typeof courseStatesSchema>;

const readableStates = courseStatesSchema.catch({});

/** The course states of a mapping; none where nothing was pushed yet. */
export function courseStatesOf(extraData: Record<string, unknown> | undefined): CourseStates {
  return readableStates.parse(extraData?.courses ?? {});
}

/** The cohorts a person is, or may be, a member of, by the idnumbers of their mappings; kept beside the courses. */
const cohortStatesSchema = z.record(z.string(), z.enum(['pending', 'member']));
export type CohortStates = z.infer<typeof cohortStatesSchema>;

const readableCohorts = cohortStatesSchema.catch({});

/** The cohorts in a mapping. */
export function cohortStatesOf(extraData: Record<string, unknown> | undefined): CohortStates {
  return readableCohorts.parse(extraData?.cohorts ?? {});
}

/** Everything that either of two workers may have done: what both agree on stays, the rest is in doubt. */
export function mergeCourseStates(one: CourseStates, other: CourseStates): CourseStates {
  const merged: CourseStates = {};
  for (const course of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [a, b] = [one[course], other[course]];
    const groups: CourseState['groups'] = {};
    for (const group of new Set([...Object.keys(a?.groups ?? {}), ...Object.keys(b?.groups ?? {})])) {
      groups[group] = 'pending';
    }
    merged[course] = {
      state: a?.state === 'suspended' && b?.state === 'suspended' ? 'suspended' : 'pending',
      groups,
    };
  }
  return merged;
}

/** The extra data of a mapping that two workers have written at once. */
export function mergeExtraData(
  one: Record<string, unknown> | undefined,
  other: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  if (!one?.courses && !other?.courses) return one && other ? { ...other, ...one } : (one ?? other);
  const cohorts = Object.keys({ ...cohortStatesOf(one), ...cohortStatesOf(other) });
  return {
    ...{ ...other, ...one },
    courses: mergeCourseStates(courseStatesOf(one), courseStatesOf(other)),
    ...(cohorts.length > 0 && { cohorts: Object.fromEntries(cohorts.map((cohort) => [cohort, 'pending'])) }),
  };
}
