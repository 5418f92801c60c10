import { nowInSeconds } from '../now-in-seconds.ts';
import type { CourseModule } from './activities.ts';
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
