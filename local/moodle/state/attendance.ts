import type { Journal } from '#local/state/journal.ts';
import { MoodleTable } from './table.ts';

export type Attendance = { readonly id: number };

export type AttendanceStatus = {
  readonly id: number;
  attendanceid: number;
  acronym: string;
  description: string;
  /** Points. */
  grade: number;
  visible: boolean;
  deleted: boolean;
  /** Sets of statuses count from 0; a session uses one of them. */
  setnumber: number;
};

export type AttendanceSession = {
  readonly id: number;
  attendanceid: number;
  /** 0 for everybody. */
  groupid: number;
  sessdate: number;
  duration: number;
  /** null until it is taken for the first time. */
  lasttaken: number | null;
  lasttakenby: number;
  /** Does not move when attendance is taken on Moodle's pages. */
  timemodified: number;
  description: string;
  statusset: number;
};

export type AttendanceLog = {
  readonly id: number;
  sessionid: number;
  studentid: number;
  /** 0 where there is a remark only. */
  statusid: number;
  statusset: string;
  remarks: string | null;
  takenby: number;
};

export function attendanceTables(journal: Journal) {
  return {
    instances: new MoodleTable<Attendance, never>(journal, {}),
    statuses: new MoodleTable<AttendanceStatus, 'attendance'>(journal, { attendance: 'attendanceid' }),
    sessions: new MoodleTable<AttendanceSession, 'attendance'>(journal, { attendance: 'attendanceid' }),
    logs: new MoodleTable<AttendanceLog, 'session' | 'place'>(journal, {
      session: 'sessionid',
      place: ['sessionid', 'studentid'],
    }),
  };
}
