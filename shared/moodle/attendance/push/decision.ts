import type { AttendanceAcronym } from '#shared/models/fields/attendance-acronym.ts';
import { laterSide, type SheetState, takenByTeachers } from '#shared/moodle/attendance/state.ts';

/** What the ERP says of a student. */
export interface WantedMark {
  student: string;
  acronym: AttendanceAcronym;
  writtenAt: number | undefined;
}

/** What a session in Moodle says: an acronym, `other` where OpenEduCat has no place for the status. */
export interface HeldMarks {
  /** By idnumber of the student; one without a status is left out. */
  marks: Map<string, AttendanceAcronym | 'other'>;
  /** The session's `lasttaken`. */
  lastTaken: number;
}

/** What comes of the ERP's marks. */
export interface MarkDecision {
  send: WantedMark[];
  /** Students whose mark in Moodle counts. */
  left: string[];
}

/**
 * Decides which of the ERP's marks are sent. What Moodle holds already never is, and where it holds nothing there is
 * no dispute.
 *
 * @param direction `oec`: what the ERP has not sent yet; `both`: what it has written last
 * @param force send again what was sent: what Moodle holds is in doubt
 */
export function decideMarks(
  direction: 'oec' | 'both',
  wanted: WantedMark[],
  held: HeldMarks,
  state: SheetState,
  force: boolean,
): MarkDecision {
  const takenAt = takenByTeachers(held.lastTaken, state);
  const decision: MarkDecision = { send: [], left: [] };
  for (const mark of wanted) {
    const { student, acronym, writtenAt } = mark;
    const there = held.marks.get(student);
    if (there === acronym) continue;
    const isDecided = there === undefined || state.sending?.marks[student] === acronym;
    if (direction === 'oec') {
      if (isDecided || force || state.marks[student] !== acronym) decision.send.push(mark);
    } else if (isDecided || laterSide(writtenAt, takenAt) === 'oec') decision.send.push(mark);
    else decision.left.push(student);
  }
  return decision;
}
