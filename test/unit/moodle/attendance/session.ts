import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';

/** A session as the client answers it: nobody has taken it. */
export function attendanceSession(changes: Partial<AttendanceSession> = {}): AttendanceSession {
  return {
    id: 1,
    attendanceid: 1,
    groupid: 0,
    sessdate: 0,
    duration: 0,
    lasttaken: 0,
    timemodified: 0,
    description: '',
    statusset: 0,
    statuses: ['P', 'L', 'E', 'A'].map((acronym, index) => ({
      id: index + 1,
      acronym,
      description: acronym,
      grade: 1,
    })),
    attendance_log: [],
    users: [],
    ...changes,
  };
}
