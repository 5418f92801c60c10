import { nowInSeconds } from '../now-in-seconds.ts';
import type { CourseModule } from './activities.ts';
import { deleteGradeItem, itemOfActivity } from './grades.ts';
import type { SiteState } from './site-state.ts';

export type NewModule = Pick<CourseModule, 'courseid' | 'modname' | 'instance' | 'name'> &
  Partial<Pick<CourseModule, 'groupmode' | 'completion' | 'visible'>>;

/** Puts an activity whose own row is there into its course. @returns its cmid */
export function addModule(state: SiteState, module: NewModule): number {
  const defaults = { visible: true, groupmode: 0, completion: false, timemodified: nowInSeconds() };
  return state.activities.modules.insert({ ...defaults, ...module }).id;
}

/** The announcements that Moodle puts into every new course. */
export function addAnnouncements(state: SiteState, courseid: number): void {
  const { id } = state.activities.forums.insert({});
  addModule(state, { courseid, modname: 'forum', instance: id, name: 'Announcements' });
}

export function moduleOf(
  state: SiteState,
  modname: CourseModule['modname'],
  instance: number,
): CourseModule | undefined {
  return state.activities.modules.first('instance', `${modname}/${instance}`);
}

/** A course's activities of one kind, in the order in which they were added. */
export function modulesOf(
  state: SiteState,
  courseid: number,
  modname: CourseModule['modname'],
): CourseModule[] {
  return state.activities.modules.find('course', courseid).filter((module) => module.modname === modname);
}

/** Deletes an activity with its column in the gradebook and all that anybody did in it. */
export function deleteModule(state: SiteState, { id, modname, instance }: CourseModule): void {
  const item = itemOfActivity(state, modname, instance);
  if (item) deleteGradeItem(state, item.id);
  state.completion.criteria.deleteAll('activity', id);
  state.completion.activities.deleteAll('activity', id);
  deleteInstance[modname](state, instance);
  state.activities.modules.delete(id);
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
