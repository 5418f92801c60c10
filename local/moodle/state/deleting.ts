import { createHash } from 'node:crypto';
import { nowInSeconds } from '../now-in-seconds.ts';
import { deleteModule } from './course-modules.ts';
import { deleteGradeItem, deleteGradesOf } from './grades.ts';
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

/** Deletes a course with everything in it, as a manager may; no web service of the sync can. */
export function deleteCourse(state: SiteState, courseid: number): void {
  const { gradebook, completion } = state;
  for (const module of state.activities.modules.find('course', courseid)) deleteModule(state, module);
  for (const item of gradebook.items.find('course', courseid)) deleteGradeItem(state, item.id);
  gradebook.categories.deleteAll('course', courseid);
  completion.courses.deleteAll('course', courseid);
  for (const group of state.groups.find('course', courseid)) {
    state.memberships.deleteAll('group', group.id);
    state.groups.delete(group.id);
  }
  state.enrolments.deleteAll('course', courseid);
  state.courses.delete(courseid);
}

/**
 * Deletes an account as Moodle does (lib/moodlelib.php, delete_user): its places in courses and groups go, and the row
 * stays without what anybody could find it by.
 */
export function deleteAccount(state: SiteState, userid: number): void {
  const { username, email } = state.users.get(userid)!;
  state.memberships.deleteAll('user', userid);
  state.enrolments.deleteAll('user', userid);
  state.users.update(userid, {
    deleted: true,
    username: `${email}.${nowInSeconds()}`.toLowerCase(),
    email: createHash('md5').update(username).digest('hex'),
    idnumber: '',
    timemodified: nowInSeconds(),
  });
}
