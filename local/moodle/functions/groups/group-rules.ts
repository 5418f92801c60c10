import {
  courseContextInvalid,
  invalidParameter,
  MoodleException,
  missingRecord,
} from '../../moodle-exception.ts';
import type { Group } from '../../state/records.ts';
import type { SiteState } from '../../state/site-state.ts';

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

/** @throws MoodleException `invalidparameter` when the name is blank or another group of the course has it */
export function requireFreeGroupName(state: SiteState, courseId: number, name: string, ownId?: number): void {
  if (name.trim() === '') throw invalidParameter();
  if (state.groups.find('name', `${courseId}/${name}`).some((group) => group.id !== ownId))
    throw invalidParameter();
}

/** @throws MoodleException `idnumbertaken` when another group of the course has it */
export function requireFreeGroupIdnumber(
  state: SiteState,
  courseId: number,
  idnumber: string,
  ownId?: number,
): void {
  if (idnumber === '') return;
  const owner = state.groupByIdnumber(courseId, idnumber);
  if (owner && owner.id !== ownId)
    throw new MoodleException('idnumbertaken', 'This ID number is already in use');
}

export const groupLengths = { name: 254, idnumber: 100, enrolmentkey: 50 } as const;
