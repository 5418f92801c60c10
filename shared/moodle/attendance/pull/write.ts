import { studentIdnumber } from '#shared/models/references.ts';
import { studentsOfAccounts } from '#shared/moodle/accounts/students-of-accounts.ts';
import { laterSide, takenByTeachers } from '#shared/moodle/attendance/state.ts';
import { KnownStatuses } from '#shared/moodle/attendance/statuses.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import { isTooMuchOfCourse, type Judged, judgeLosses } from '#shared/moodle/pulls/losses.ts';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { correctLine, type ErpSide, findSheets, type KnownLine, linesOf } from './erp-side.ts';
import { KnownSessions } from './known-sessions.ts';
import { type ChangedMark, changedMarks, isMark, marksIn } from './marks.ts';
import { type Activity, lineOf, registerOf, sheetOf } from './records.ts';
import { followSession, goneSessions, withdraw } from './sheets.ts';

/** A session in which something has changed. */
interface ChangedSession {
  session: AttendanceSession;
  side: ErpSide;
  changes: ChangedMark[];
}

/** A changed mark of a student of the ERP's. */
type StudentMark = ChangedMark & { studentId: string };

/** What is to be written of a session, before anything is. */
interface DecidedSession extends Omit<ChangedSession, 'changes'> {
  marks: StudentMark[];
  /** Those that are to stand in a line; of the others the line says something newer. */
  writes: { mark: StudentMark; line: KnownLine | undefined }[];
}

/** A student's mark in an activity: one that Moodle holds no more, its status cleared or its session gone, or a new one. */
interface MarkInActivity {
  attendanceid: number;
  mark: StudentMark | KnownLine;
}

/**
 * Writes what has changed in the sessions of a course, and remembers it. Whatever is to be taken back is put to the
 * brake as a whole, before any of it is.
 *
 * @param course its idnumber
 * @returns how many marks of the course the records have now, and how many the brake holds
 */
export async function writeAttendance(
  course: string,
  activities: Activity[],
  sessions: AttendanceSession[],
  pull: PullSession,
): Promise<{ marks: number; held: number }> {
  const statuses = await KnownStatuses.read(course, sessions, pull);
  const known = await KnownSessions.read(course, pull);
  const gone = await goneSessions(known, sessions, pull);
  for (const session of sessions) await followSession(session, known, pull);
  const changed = await findChanges(sessions, known, statuses, pull);
  const decided = await decide(course, changed, pull);
  const losses = gone.flatMap(({ attendanceid, lines }) => lines.map((mark) => ({ attendanceid, mark })));
  const judged = await judge([...clearedIn(decided, known), ...losses], decided, known, course, pull);
  const held = new Set(judged.held.map(({ mark }) => mark));
  const kept = new Set(judged.kept.map(({ mark }) => mark));
  const isTaken = (mark: MarkInActivity['mark']) => !held.has(mark) && !kept.has(mark);

  const goneLines = gone.flatMap((session) => session.lines.filter(isTaken));
  const withdrawn = await withdraw(goneLines, pull);
  const instance = pull.instance.id;
  const parents: PulledRecord[] = [];
  const lines: PulledRecord[] = [];
  let corrected = 0;
  for (const { session, side, marks, writes } of decided) {
    const settled = marks.filter((mark) => !held.has(mark));
    if (settled.length === 0) continue;
    const before = known.of(session);
    const activity = activities.find(({ id }) => id === session.attendanceid);
    if (side.isPulled && activity) {
      parents.push(registerOf(instance, course, activity));
      parents.push(sheetOf(instance, course, session, before.date));
    }
    for (const { mark, line } of writes.filter((write) => isTaken(write.mark))) {
      if (line && !line.id.startsWith('moodle_')) {
        corrected += Number(await correctLine(line, session, mark, pull));
      } else lines.push(lineOf(instance, course, session, side.sheet, mark));
    }
    await doubtPush(side, settled.filter(isTaken), pull);
    const hashes = Object.fromEntries(settled.map(({ userid, hash }) => [userid, hash]));
    const sheet = side.isPulled ? undefined : side.sheet.id;
    known.set(session.id, { ...before, marks: { ...before.marks, ...hashes }, sheet });
  }
  for (const { id, lines: taken } of gone) if (!taken.some((line) => held.has(line))) known.empty(id);
  await pull.pulled.putNew(instance, unique(parents));
  await pull.pulled.put(instance, lines);
  await pull.states.put(instance, [...known.changedRows(), ...statuses.rows()]);
  pull.count('RecordsPulled', lines.length + corrected + withdrawn);
  return { marks: known.marks, held: held.size };
}

/** Compares the sessions with what is remembered of them. */
async function findChanges(
  sessions: AttendanceSession[],
  known: KnownSessions,
  statuses: KnownStatuses,
  pull: PullSession,
): Promise<ChangedSession[]> {
  const sides = await findSheets(sessions, known, pull);
  const changed: ChangedSession[] = [];
  for (const session of sessions) {
    const side = sides.get(session.id);
    if (!side) continue;
    const { marks, untold } = marksIn(session, (id) => statuses.meaningOf(session, id));
    if (untold.length > 0) pull.count('ValuesSkipped', untold.length);
    // Where a push has left a mark to Moodle, what Moodle holds is not new, but the ERP says something else.
    const changes = changedMarks(marks, side.state.left.length > 0 ? {} : known.of(session).marks);
    if (changes.length > 0) changed.push({ session, side, changes });
  }
  return changed;
}

/** Finds out which of the changes are to be written, and where. */
async function decide(
  course: string,
  changed: readonly ChangedSession[],
  pull: PullSession,
): Promise<DecidedSession[]> {
  const userids = changed.flatMap(({ changes }) => changes.map(({ userid }) => userid));
  const students = await studentsOfAccounts(userids, course, pull);
  const decided: DecidedSession[] = [];
  for (const { session, side, changes } of changed) {
    const marks = changes.flatMap((change) => {
      const studentId = students.get(change.userid);
      return studentId === undefined ? [] : [{ ...change, studentId }];
    });
    if (marks.length === 0) continue;
    const studentIds = marks.map(({ studentId }) => studentId);
    const lines = await linesOf(session, side, studentIds, pull);
    const writes = marks.flatMap((mark) => {
      const line = lines.get(mark.studentId);
      return line && !isMoodlesTurn(session, side, mark, line, pull) ? [] : [{ mark, line }];
    });
    decided.push({ session, side, marks, writes });
  }
  return decided;
}

/** Marks whose status was cleared. */
function clearedIn(decided: readonly DecidedSession[], known: KnownSessions): MarkInActivity[] {
  return decided.flatMap(({ session, writes }) =>
    writes
      .filter(({ mark }) => mark.acronym === undefined && isMark(known.of(session).marks[mark.userid]))
      .map(({ mark }) => ({ attendanceid: session.attendanceid, mark })),
  );
}

/**
 * Decides what becomes of marks that Moodle holds no more. One that the activity has given the student anew since the
 * last pull, in a session that was made again, takes the place of one that is gone: nothing is lost then, and nobody is
 * asked.
 */
async function judge(
  losses: readonly MarkInActivity[],
  decided: readonly DecidedSession[],
  known: KnownSessions,
  course: string,
  pull: PullSession,
): Promise<Judged<MarkInActivity>> {
  const keyOf = (attendanceid: number, studentId: string) => `${attendanceid}/${studentId}`;
  const given = new Map<string, number>();
  for (const { session, marks } of decided) {
    for (const { acronym, userid, studentId } of marks) {
      if (acronym === undefined || isMark(known.of(session).marks[userid])) continue;
      const key = keyOf(session.attendanceid, studentId);
      given.set(key, (given.get(key) ?? 0) + 1);
    }
  }
  const lost = losses.filter(({ attendanceid, mark }) => {
    const key = keyOf(attendanceid, mark.studentId);
    const replacements = given.get(key) ?? 0;
    given.set(key, replacements - 1);
    return replacements <= 0;
  });
  const { instance, log } = pull;
  const isTooMuch = isTooMuchOfCourse(lost.length, known.marks, instance.brake.share);
  const judged = await judgeLosses(lost, isTooMuch, pull);
  if (judged.held.length > 0) {
    const about = { instance: instance.id, course, asked: lost.length, marks: known.marks };
    log.warn('Attendance that Moodle holds no more is not taken back: the brake is on', about);
  }
  return judged;
}

/** Whether Moodle's mark goes into a line that is there: where nobody has edited it since, or Moodle was later. */
function isMoodlesTurn(
  session: AttendanceSession,
  { state }: ErpSide,
  { acronym, remark }: StudentMark,
  line: KnownLine,
  { instance }: PullSession,
): boolean {
  const isSame = line.acronym === acronym;
  if (line.isAsPulled) return !isSame || (line.item.remark || '') !== remark;
  if (isSame) return false;
  if (instance.sync_attendance_from === 'moodle') return true;
  return laterSide(line.writtenAt, takenByTeachers(session.lasttaken, state)) === 'moodle';
}

/**
 * Moodle no longer holds what the sheet's hash stands for: without it, the next sweep has the push decide, by the
 * same clocks, and the ERP's next edit is never taken for what Moodle holds already.
 */
async function doubtPush(
  { mapping, state }: ErpSide,
  marks: StudentMark[],
  pull: PullSession,
): Promise<void> {
  if (mapping?.sync_hash === undefined) return;
  const isNews = marks.some(({ studentId, acronym }) => state.marks[studentIdnumber(studentId)] !== acronym);
  // A push that writes the row at this moment has looked at Moodle itself.
  if (isNews) await pull.mappings.save({ ...mapping, sync_hash: undefined });
}

/** Several sessions share a register. */
function unique(records: PulledRecord[]): PulledRecord[] {
  return [...new Map(records.map((record) => [`${record.model}#${record.id}`, record])).values()];
}
