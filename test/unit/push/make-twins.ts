import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';

/**
 * Puts a second category, course and group beside those that were pushed, as two calls at one moment leave them.
 *
 * @param course the idnumber of the course
 * @returns the ids of the second ones
 */
export function makeTwins({ siteState }: SimulatedMoodle, course: string) {
  const { categories, courses, groups } = siteState;
  const copy = <Row extends { id: number }>(table: { insert(row: Omit<Row, 'id'>): Row }, row: Row) =>
    table.insert(row).id;
  return {
    category: copy(categories, siteState.categoryByIdnumber('oec_course_1')!),
    course: copy(courses, siteState.courseByIdnumber(course)!),
    group: copy(groups, groups.all()[0]!),
  };
}
