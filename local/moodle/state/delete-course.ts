import { deleteModule } from './course-modules.ts';
import { deleteGradeItem } from './grade-items.ts';
import type { SiteState } from './site-state.ts';

/** Deletes a course with everything in it, as a manager may; no web service of the sync can. */
export function deleteCourse(state: SiteState, courseid: number): void {
  const { gradebook, completion } = state;
  for (const module of state.activities.modules.find('course', courseid)) deleteModule(state, module);
  for (const item of gradebook.items.find('course', courseid)) deleteGradeItem(state, item.id);
  for (const category of gradebook.categories.find('course', courseid))
    gradebook.categories.delete(category.id);
  for (const done of completion.courses.find('course', courseid)) completion.courses.delete(done.id);
  for (const group of state.groups.find('course', courseid)) {
    for (const member of state.memberships.find('group', group.id)) state.memberships.delete(member.id);
    state.groups.delete(group.id);
  }
  for (const enrolment of state.enrolments.find('course', courseid)) state.enrolments.delete(enrolment.id);
  state.courses.delete(courseid);
}
