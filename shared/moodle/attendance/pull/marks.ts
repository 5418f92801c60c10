import { dayOf } from '#shared/models/fields/school-day.ts';
import type { StatusMeaning } from '#shared/moodle/attendance/statuses.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { type Json, payloadHash } from '#shared/sync/hash.ts';
import type { PulledMark } from './records.ts';

/** A mark that is not what was pulled last. */
export interface ChangedMark extends PulledMark {
  userid: number;
  hash: string;
}

/** Long enough that two marks of one student never share it, short enough for a session of two thousand. */
const hashLength = 16;

/** In front of the hash of a mark that was taken back. */
const takenBack = '-';

/** The hash of a mark, without the time: that moves for all students when one of them is marked. */
export function markHash({ acronym, remark }: PulledMark): string {
  const hash = payloadHash({ acronym, remark }).slice(0, hashLength);
  return acronym === undefined ? `${takenBack}${hash}` : hash;
}

/** Whether what is remembered of a mark is one that was not taken back. */
export function isMark(hash: string | undefined): hash is string {
  return hash !== undefined && !hash.startsWith(takenBack);
}

/**
 * What a session says of each user. A status that OpenEduCat has no place for is none. `untold` are the statuses, one
 * for each mark, of which nobody can tell what they mean: those marks are left out.
 */
export function marksIn(
  { attendance_log: log }: Pick<AttendanceSession, 'attendance_log'>,
  meaningOf: (statusid: number) => StatusMeaning | undefined,
): { marks: Map<number, PulledMark>; untold: number[] } {
  const marks = new Map<number, PulledMark>();
  const untold: number[] = [];
  for (const { studentid, statusid, remarks: remark } of log) {
    const meaning = statusid === null ? 'none' : meaningOf(statusid);
    if (meaning === undefined) untold.push(statusid!);
    else marks.set(studentid, { acronym: meaning === 'none' ? undefined : meaning, remark });
  }
  return { marks, untold };
}

/**
 * The marks of a session that have changed. A mark without a status counts only where there was one before: it was
 * taken back then. A user who is missing from the session means nothing.
 */
export function changedMarks(
  marks: Map<number, PulledMark>,
  known: Readonly<Record<string, string>>,
): ChangedMark[] {
  const changed: ChangedMark[] = [];
  for (const [userid, mark] of marks) {
    const hash = markHash(mark);
    const before = known[userid];
    if (before !== hash && (mark.acronym !== undefined || before !== undefined))
      changed.push({ userid, ...mark, hash });
  }
  return changed;
}

/** Tells whether anything that a pull goes by has changed in the sessions of a course, or in what the instance says of them. */
export function digestOf(
  sessions: AttendanceSession[],
  { attendance_statuses: own, time_zone }: Pick<Instance, 'attendance_statuses' | 'time_zone'>,
): string {
  const essence: Json = sessions.map(({ id, sessdate, statuses, attendance_log: log }) => [
    id,
    dayOf(sessdate, time_zone),
    statuses.map((status) => [status.id, status.acronym, status.description, status.grade]),
    log
      .map((mark): Json => [mark.studentid, mark.statusid, mark.remarks])
      .sort((a, b) => Number((a as Json[])[0]) - Number((b as Json[])[0])),
  ]);
  return payloadHash({ essence, own });
}
