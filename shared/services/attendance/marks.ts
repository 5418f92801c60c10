import { type Json, payloadHash } from '#shared/engine/hash.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import { isAttendanceAcronym } from '#shared/oec/attendance-acronym.ts';
import type { PulledMark } from './records.ts';

/** What is remembered of a session, to tell what has changed in it. */
export interface SessionMemory {
  /** Hashes of the marks that were pulled, by the user's Moodle id. */
  marks: Record<string, string>;
  /** The day of the session when its sheet was made. */
  date: string;
  /** The ERP's own sheet that the session was made for: a teacher may remove the mark that tells so. */
  sheet?: string | undefined;
}

/** A mark that is not what was pulled last. */
export interface ChangedMark extends PulledMark {
  userid: number;
  hash: string;
}

/** Long enough that two marks of one student never share it, short enough for a session of two thousand. */
const hashLength = 16;

/** The hash of a mark, without the time: that moves for all students when one of them is marked. */
export function markHash({ acronym, remark }: PulledMark): string {
  return payloadHash({ acronym, remark }).slice(0, hashLength);
}

/**
 * What a session says of each user. `skipped` counts the marks that OpenEduCat has no place for: a status of a
 * teacher's own, or one that was deleted or hidden since.
 */
export function marksIn({ attendance_log: log, statuses }: AttendanceSession): {
  marks: Map<number, PulledMark>;
  skipped: number;
} {
  const acronyms = new Map(statuses.map(({ id, acronym }) => [id, acronym]));
  const marks = new Map<number, PulledMark>();
  let skipped = 0;
  for (const { studentid, statusid, remarks: remark } of log) {
    const acronym = statusid === null ? undefined : acronyms.get(statusid);
    if (statusid === null) marks.set(studentid, { acronym: undefined, remark });
    else if (acronym !== undefined && isAttendanceAcronym(acronym)) marks.set(studentid, { acronym, remark });
    else skipped += 1;
  }
  return { marks, skipped };
}

/**
 * The marks of a session that have changed. A mark without a status counts only where there was one before: it was
 * taken back then. A user who is missing from the session means nothing.
 */
export function changedMarks(marks: Map<number, PulledMark>, known: SessionMemory['marks']): ChangedMark[] {
  const changed: ChangedMark[] = [];
  for (const [userid, mark] of marks) {
    const hash = markHash(mark);
    const before = known[userid];
    if (before !== hash && (mark.acronym !== undefined || before !== undefined))
      changed.push({ userid, ...mark, hash });
  }
  return changed;
}

/** Tells whether anything that a pull goes by has changed in the sessions of a course. */
export function digestOf(sessions: AttendanceSession[]): string {
  const essence: Json = sessions.map(({ id, statuses, attendance_log: log }) => [
    id,
    statuses.map((status) => [status.id, status.acronym]),
    log
      .map((mark): Json => [mark.studentid, mark.statusid, mark.remarks])
      .sort((a, b) => Number((a as Json[])[0]) - Number((b as Json[])[0])),
  ]);
  return payloadHash({ essence });
}
