import { type CourseModule, getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';

/** What students see of a course, beside what the grade report says of each cell. */
export interface Visibility {
  /** Whether they may enter the course and look into its gradebook. */
  isOpen: boolean;
  /** The course's activities by their `cmid`; without one where nothing of an activity was asked. */
  modules: ReadonlyMap<number, CourseModule>;
}

/**
 * Asks what students see of a course. The report shows the token's user more: grades of a course that is hidden, or
 * does not show its gradebook, and of activities that were hidden from the start (only hiding one later hides its
 * column). Asked after the report: what is seen then was seen or may be.
 *
 * @param hasActivities whether grades of activities are to be brought
 */
export async function askVisibility(
  courseId: number,
  { client }: Pick<PullSession, 'client'>,
  hasActivities: boolean,
): Promise<Visibility> {
  const [course] = await getCoursesByIds(client, [courseId]);
  const isOpen = course !== undefined && course.visible === 1 && course.showgrades === 1;
  const modules = isOpen && hasActivities ? await getCourseModules(client, courseId) : [];
  return { isOpen, modules: new Map(modules.map((module) => [module.id, module])) };
}

/** Whether students see the grades of a column. @param cmid null for a column of the gradebook's own */
export function isSeen({ isOpen, modules }: Visibility, cmid: number | null): boolean {
  return isOpen && (cmid === null || modules.get(cmid)?.visible === 1);
}
