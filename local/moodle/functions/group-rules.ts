import {
  courseContextInvalid,
  invalidParameter,
  MoodleException,
  missingRecord,
} from '../moodle-exception.ts';
import type { Group } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';

/** @throws MoodleException `invalidrecord` */
export function requireGroup(state: SiteState, groupId: number): Group {
  const group = state.groups.get(groupId);
  if (!group) throw missingRecord('groups');
  return group;
}

/** @throws MoodleException `errorcoursecontextnotvalid` */
export function requireCourseContext(state: SiteState, courseId: number): void {
  if (!state.courses.get(courseId)) throw courseContextInvalid(courseId);
}

/** @throws MoodleException `invalidparameter` when the name is blank or a group of the course has it */
export function requireFreeGroupName(state: SiteState, courseId: number, name: string): void {
  if (name.trim() === '') throw invalidParameter();
  if (state.groups.count('name', `${courseId}/${name}`) > 0) throw invalidParameter();
}

/**
 * By the cached list, and letter by letter as PHP compares.
 *
 * @throws MoodleException `idnumbertaken` when another group of the course has it
 */
export function requireFreeGroupIdnumber(
  state: SiteState,
  courseId: number,
  idnumber: string,
  ownId?: number,
): void {
  if (idnumber === '') return;
  const isTaken = state
    .groupList(courseId)
    .some((group) => group.idnumber === idnumber && group.id !== ownId);
  if (isTaken) throw new MoodleException('idnumbertaken', 'This ID number is already in use');
}

export const groupLengths = { name: 254, idnumber: 100, enrolmentkey: 50 } as const;
