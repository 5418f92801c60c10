import { itemOfActivity } from './grade-items.ts';
import { setGrade } from './set-grade.ts';
import type { SiteState } from './site-state.ts';

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
    const log = state.attendance.logs.find('place', `${id}/${userid}`)[0];
    const status = statuses.find((each) => each.id === log?.statusid);
    const set = statuses.filter(({ setnumber }) => setnumber === statusset);
    return status ? [{ points: status.grade, most: Math.max(...set.map(({ grade }) => grade)) }] : [];
  });
  const most = marks.reduce((sum, mark) => sum + mark.most, 0);
  const points = marks.reduce((sum, mark) => sum + mark.points, 0);
  const finalgrade = most > 0 ? (points / most) * item.grademax : null;
  setGrade(state, { itemid: item.id, userid, finalgrade, at });
}
