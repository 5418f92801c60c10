import type { AttendanceAcronym } from '#shared/models/fields/attendance-acronym.ts';
import { laterSide, type SheetState, takenByTeachers } from '#shared/moodle/attendance/state.ts';

/** What the ERP says of a student. */
export interface DesiredMark {
  student: string;
  acronym: AttendanceAcronym;
  writtenAt: number | undefined;
}

/** What a session in Moodle says: an acronym, `other` where OpenEduCat has no place for the status. */
export interface ObservedMarks {
  /** By idnumber of the student; one without a status is left out. */
  marks: Map<string, AttendanceAcronym | 'other'>;
  /** The session's `lasttaken`. */
  lastTaken: number;
}

/**
 * Decides which of the ERP's marks are sent. What Moodle holds already never is, and where it holds nothing there is
 * no dispute.
 *
 * @param direction `oec`: what the ERP has not sent yet; `both`: what it has written last
 * @param force send again what was sent: what Moodle holds is in doubt
 * @returns what is sent, and the students whose mark in Moodle counts
 */
export function decideMarks(
  direction: 'oec' | 'both',
  desired: DesiredMark[],
  observed: ObservedMarks,
  state: SheetState,
  force: boolean,
): { send: DesiredMark[]; left: string[] } {
  const takenAt = takenByTeachers(observed.lastTaken, state);
  const send: DesiredMark[] = [];
  const left: string[] = [];
  for (const mark of desired) {
    const { student, acronym, writtenAt } = mark;
    const there = observed.marks.get(student);
    if (there === acronym) continue;
    const isDecided = there === undefined || state.sending?.marks[student] === acronym;
    if (direction === 'oec') {
      if (isDecided || force || state.marks[student] !== acronym) send.push(mark);
    } else if (isDecided || laterSide(writtenAt, takenAt) === 'oec') send.push(mark);
    else left.push(student);
  }
  return { send, left };
}
