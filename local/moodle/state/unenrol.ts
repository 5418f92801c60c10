import { deleteGradesOf } from './grades.ts';
import type { SiteState } from './site-state.ts';

/** Ends somebody's enrolment, with the grades and the groups in that course. */
export function unenrol(state: SiteState, courseId: number, userId: number): void {
  const enrolment = state.enrolment(courseId, userId);
  if (!enrolment) return;
  state.enrolments.delete(enrolment.id);
  deleteGradesOf(state, courseId, userId);
  for (const group of state.groups.find('course', courseId)) {
    const membership = state.membership(group.id, userId);
    if (membership) state.memberships.delete(membership.id);
  }
}
