import { nowInSeconds } from '../now-in-seconds.ts';
import type { AttendanceSession } from './attendance.ts';
import { addModule } from './course-modules.ts';
import { addGradeItem, itemOfActivity, setGrade } from './grades.ts';
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
  addUsualStatuses(state, id);
  const cmid = addModule(state, { ...activity, modname: 'attendance', instance: id });
  const item = { itemtype: 'mod', itemname: name, itemmodule: 'attendance', iteminstance: id } as const;
  return { id, cmid, itemid: addGradeItem(state, courseid, item) };
}

export function addUsualStatuses(state: SiteState, attendanceid: number): void {
  const shown = { visible: true, deleted: false, setnumber: 0 };
  for (const status of usualStatuses) state.attendance.statuses.insert({ ...status, ...shown, attendanceid });
}

export type NewSession = Pick<AttendanceSession, 'attendanceid' | 'sessdate'> &
  Partial<Pick<AttendanceSession, 'duration' | 'groupid' | 'description' | 'statusset'>>;

/** Adds a session that nobody has taken yet. @returns its id */
export function addSession(state: SiteState, session: NewSession): number {
  const untaken = { lasttaken: null, lasttakenby: 0, timemodified: nowInSeconds() };
  const defaults = { duration: 0, groupid: 0, description: '', statusset: 0 };
  return state.attendance.sessions.insert({ ...defaults, ...session, ...untaken }).id;
}

/**
 * Puts a student's share of the points of all sessions taken so far into the gradebook. Moodle does so when
 * attendance is taken on its pages, not when a web service takes it.
 */
export function updateAttendanceGrade(
  state: SiteState,
  attendanceid: number,
  userid: number,
  at: number,
): void {
  const item = itemOfActivity(state, 'attendance', attendanceid);
  if (!item) return;
  const statuses = state.attendance.statuses.find('attendance', attendanceid);
  const marks = state.attendance.sessions.find('attendance', attendanceid).flatMap(({ id, statusset }) => {
    const log = state.attendance.logs.first('place', `${id}/${userid}`);
    const status = statuses.find((each) => each.id === log?.statusid);
    const set = statuses.filter(({ setnumber }) => setnumber === statusset);
    return status ? [{ points: status.grade, most: Math.max(...set.map(({ grade }) => grade)) }] : [];
  });
  const most = marks.reduce((sum, mark) => sum + mark.most, 0);
  const points = marks.reduce((sum, mark) => sum + mark.points, 0);
  const finalgrade = most > 0 ? (points / most) * item.grademax : null;
  setGrade(state, { itemid: item.id, userid, finalgrade, at });
}
