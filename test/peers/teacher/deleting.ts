import { createHash } from 'node:crypto';
import { nowInSeconds } from '#local/moodle/now-in-seconds.ts';
import type { CourseModule } from '#local/moodle/state/activities.ts';
import { itemOfActivity } from '#local/moodle/state/grades.ts';
import type { SiteState } from '#local/moodle/state/site-state.ts';

/** Deletes a column with everybody's grades in it. */
export function deleteGradeItem(state: SiteState, itemid: number): void {
  state.gradebook.grades.deleteAll('item', itemid);
  state.gradebook.items.delete(itemid);
}

const deleteInstance: Record<CourseModule['modname'], (state: SiteState, id: number) => void> = {
  forum: ({ activities }, id) => activities.forums.delete(id),
  assign: ({ activities }, id) => {
    activities.assignmentGrades.deleteAll('assignment', id);
    activities.assignments.delete(id);
  },
  quiz: ({ activities }, id) => {
    activities.quizGrades.deleteAll('quiz', id);
    activities.quizzes.delete(id);
  },
  attendance: ({ attendance }, id) => {
    for (const session of attendance.sessions.find('attendance', id)) {
      attendance.logs.deleteAll('session', session.id);
      attendance.sessions.delete(session.id);
    }
    attendance.statuses.deleteAll('attendance', id);
    attendance.instances.delete(id);
  },
};

/** Deletes an activity with its column in the gradebook and all that anybody did in it. */
export function deleteModule(state: SiteState, { id, modname, instance }: CourseModule): void {
  const item = itemOfActivity(state, modname, instance);
  if (item) deleteGradeItem(state, item.id);
  state.completion.criteria.deleteAll('activity', id);
  state.completion.activities.deleteAll('activity', id);
  deleteInstance[modname](state, instance);
  state.activities.modules.delete(id);
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
 * Deletes an account as Moodle does (lib/moodlelib.php, delete_user): its places in courses and groups and all roles that it
 * has, or others have over it, go, and the row
 * stays without what anybody could find it by.
 */
export function deleteAccount(state: SiteState, userid: number): void {
  const { username, email } = state.users.get(userid)!;
  state.memberships.deleteAll('user', userid);
  state.enrolments.deleteAll('user', userid);
  state.roleAssignments.deleteAll('user', userid);
  state.roleAssignments.deleteAll('over', userid);
  state.users.update(userid, {
    deleted: true,
    username: `${email}.${nowInSeconds()}`.toLowerCase(),
    email: createHash('md5').update(username).digest('hex'),
    idnumber: '',
    timemodified: nowInSeconds(),
  });
}
