import { nowInSeconds } from '../now-in-seconds.ts';
import type { AttendanceSession } from './attendance.ts';
import { addModule } from './course-modules.ts';
import { addGradeItem } from './grade-items.ts';
import type { SiteState } from './site-state.ts';

/** The statuses of a new attendance activity, in the order in which Moodle stores them. */
const usualStatuses = [
  { acronym: 'P', description: 'Present', grade: 2 },
  { acronym: 'A', description: 'Absent', grade: 0 },
  { acronym: 'L', description: 'Late', grade: 1 },
  { acronym: 'E', description: 'Excused', grade: 1 },
] as const;

/** Adds an attendance activity with the usual statuses and its column in the gradebook. */
export function addAttendance(
  state: SiteState,
  activity: { courseid: number; name: string; groupmode?: number },
): { id: number; cmid: number; itemid: number } {
  const { courseid, name } = activity;
  const { id } = state.attendance.instances.insert({});
  for (const status of usualStatuses)
    state.attendance.statuses.insert({
      ...status,
      attendanceid: id,
      visible: true,
      deleted: false,
      setnumber: 0,
    });
  const cmid = addModule(state, { ...activity, modname: 'attendance', instance: id });
  const item = { itemtype: 'mod', itemname: name, itemmodule: 'attendance', iteminstance: id } as const;
  return { id, cmid, itemid: addGradeItem(state, courseid, item) };
}

export type NewSession = Pick<AttendanceSession, 'attendanceid' | 'sessdate'> &
  Partial<Pick<AttendanceSession, 'duration' | 'groupid' | 'description' | 'statusset'>>;

/** Adds a session that nobody has taken yet. @returns its id */
export function addSession(state: SiteState, session: NewSession): number {
  const untaken = { lasttaken: null, lasttakenby: 0, timemodified: nowInSeconds() };
  const defaults = { duration: 0, groupid: 0, description: '', statusset: 0 };
  return state.attendance.sessions.insert({ ...defaults, ...session, ...untaken }).id;
}
