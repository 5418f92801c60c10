import { dayOf } from '#shared/models/fields/school-day.ts';
import { studentIdnumber } from '#shared/models/references.ts';
import { studentsOfAccounts } from '#shared/moodle/accounts/students-of-accounts.ts';
import { laterSide, takenByTeachers } from '#shared/moodle/attendance/state.ts';
import {
  knownStatuses,
  meaningOf,
  type StatusMemory,
  statusMemoryOf,
  statusRowKey,
} from '#shared/moodle/attendance/statuses.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { PulledRecord, PullRow } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { type ErpSide, findSheets, type KnownLine, linesOf } from './erp-side.ts';
import { type ChangedMark, changedMarks, countMarks, isMark, marksIn, type SessionMemory } from './marks.ts';
import type { AttendanceCourse } from './note.ts';
import { type Activity, lineOf, registerOf, sheetOf, takenFields } from './records.ts';
import { followSession, type GoneSession, goneSessions, type Remembered, withdraw } from './sheets.ts';
import { judgeLosses, type MarkPlace } from './taken-back.ts';

/** A session in which something has changed. */
interface ChangedSession {
  session: AttendanceSession;
  memory: SessionMemory;
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

/** A mark that Moodle holds no more: its status was cleared, or its session is gone. */
type Loss = MarkPlace & { of: StudentMark | KnownLine };

/**
 * Writes what has changed in the sessions of a course, and remembers it. Whatever is to be taken back is put to the
 * brake as a whole, before any of it is.
 *
 * @returns how many marks of the course the records have now, and how many the brake holds
 */
export async function writeAttendance(
  course: AttendanceCourse,
  activities: Activity[],
  sessions: AttendanceSession[],
  pull: PullSession,
): Promise<{ marks: number; held: number }> {
  const statuses = await readStatuses(course, sessions, pull);
  const remembered = await readMemories(course, pull);
  const gone = await goneSessions(remembered, sessions, pull);
  const rows = new Map<string, PullRow>();
  const memories = memoriesOf(course, sessions, remembered, pull);
  for (const session of sessions) {
    const memory = memories.get(session.id)!;
    const key = keyOf(course, session);
    if (await followSession(session, memory, pull)) rows.set(key, { key, values: { ...memory } });
  }
  const changed = await findChanges(sessions, memories, statuses, pull);
  const decided = await decide(course, changed, pull);
  const losses = [...lossesIn(decided), ...lossesOf(gone)];
  const judged = await judgeLosses(
    losses,
    givenIn(decided),
    countMarks(remembered.values()),
    pull,
    course.idnumber,
  );
  const held = new Set(judged.held.map(({ of }) => of));
  const kept = new Set(judged.kept.map(({ of }) => of));
  const isTaken = (of: Loss['of']) => !held.has(of) && !kept.has(of);

  const withdrawn = await withdraw(
    gone.flatMap((session) => session.lines.filter(isTaken)),
    pull,
  );
  for (const { row, lines } of gone) if (!lines.some((line) => held.has(line))) rows.set(row.key, row);
  const instance = pull.instance.id;
  const parents: PulledRecord[] = [];
  const lines: PulledRecord[] = [];
  let corrected = 0;
  for (const { session, memory, side, marks, writes } of decided) {
    const settled = marks.filter((mark) => !held.has(mark));
    if (settled.length === 0) continue;
    const activity = activities.find(({ id }) => id === session.attendanceid);
    if (side.isPulled && activity) {
      parents.push(registerOf(instance, course.idnumber, activity));
      parents.push(sheetOf(instance, course.idnumber, session, memory.date));
    }
    for (const { mark, line } of writes.filter((write) => isTaken(write.mark))) {
      if (line && !line.id.startsWith('moodle_')) {
        corrected += Number(await correct(session, mark, line, pull));
      } else lines.push(lineOf(instance, course.idnumber, session, side.sheet, mark));
    }
    await doubtPush(side, settled.filter(isTaken), pull);
    for (const { userid, hash } of settled) memory.marks[userid] = hash;
    const sheet = side.isPulled ? undefined : side.sheet.id;
    const key = keyOf(course, session);
    rows.set(key, { key, values: { ...memory, sheet } });
  }
  await pull.pulled.putNew(instance, unique(parents));
  await pull.pulled.put(instance, lines);
  await pull.states.put(instance, [...rows.values(), ...statusRows(course, statuses)]);
  pull.count('RecordsPulled', lines.length + corrected + withdrawn);
  const now = new Map(remembered);
  for (const { key, values } of rows.values()) now.set(key, values as unknown as SessionMemory);
  return { marks: countMarks(now.values()), held: held.size };
}

/** Finds out which of the changes are to be written, and where. */
async function decide(
  { idnumber }: AttendanceCourse,
  changed: readonly ChangedSession[],
  pull: PullSession,
): Promise<DecidedSession[]> {
  const userids = changed.flatMap(({ changes }) => changes.map(({ userid }) => userid));
  const students = await studentsOfAccounts(userids, idnumber, pull);
  const decided: DecidedSession[] = [];
  for (const { changes, ...rest } of changed) {
    const { session, side } = rest;
    const marks = changes.flatMap((change) => {
      const studentId = students.get(change.userid);
      return studentId === undefined ? [] : [{ ...change, studentId }];
    });
    if (marks.length === 0) continue;
    const studentIds = marks.map(({ studentId }) => studentId);
    const known = await linesOf(session, side, studentIds, pull);
    const writes = marks.flatMap((mark) => {
      const line = known.get(mark.studentId);
      return line && !isMoodlesTurn(session, side, mark, line, pull) ? [] : [{ mark, line }];
    });
    decided.push({ ...rest, marks, writes });
  }
  return decided;
}

/** Marks whose status was cleared. */
function lossesIn(decided: readonly DecidedSession[]): Loss[] {
  return decided.flatMap(({ session: { attendanceid }, memory, writes }) =>
    writes
      .filter(({ mark }) => mark.acronym === undefined && isMark(memory.marks[mark.userid]))
      .map(({ mark }) => ({ student: mark.studentId, attendanceid, of: mark })),
  );
}

/** Marks whose session is gone. */
function lossesOf(gone: readonly GoneSession[]): Loss[] {
  return gone.flatMap(({ attendanceid, lines }) =>
    lines.map((line) => ({ student: line.studentId, attendanceid, of: line })),
  );
}

/** Marks where there was none. */
function givenIn(decided: readonly DecidedSession[]): MarkPlace[] {
  return decided.flatMap(({ session: { attendanceid }, memory, marks }) =>
    marks
      .filter(({ acronym, userid }) => acronym !== undefined && !isMark(memory.marks[userid]))
      .map(({ studentId }) => ({ student: studentId, attendanceid })),
  );
}

/** What is known of the statuses of each activity that has sessions, by its id; the marks will say which are untold. */
async function readStatuses(
  { idnumber }: AttendanceCourse,
  sessions: AttendanceSession[],
  { states, instance, clock }: PullSession,
): Promise<Map<number, StatusMemory>> {
  const rows = await states.list(instance.id, statusRowKey(idnumber));
  const remembered = new Map(rows.map(({ key, values }) => [key, values]));
  const known = new Map<number, StatusMemory>();
  for (const [id, own] of Map.groupBy(sessions, ({ attendanceid }) => attendanceid)) {
    const before = statusMemoryOf(remembered.get(statusRowKey(idnumber, id)));
    const statuses = knownStatuses(own, before.statuses);
    known.set(id, { statuses, untold: [], seen_at: clock.now() });
  }
  return known;
}

function statusRows({ idnumber }: AttendanceCourse, statuses: Map<number, StatusMemory>): PullRow[] {
  return [...statuses].map(([id, values]) => ({ key: statusRowKey(idnumber, id), values: { ...values } }));
}

async function readMemories(
  { idnumber }: AttendanceCourse,
  { states, instance }: PullSession,
): Promise<Map<string, SessionMemory>> {
  const rows = await states.list(instance.id, `attendance/${idnumber}/`);
  return new Map(rows.map(({ key, values }) => [key, values as unknown as SessionMemory]));
}

/** What is remembered of each session, by its id; of one that was not there yet, where it is. */
function memoriesOf(
  course: AttendanceCourse,
  sessions: AttendanceSession[],
  remembered: Remembered,
  { instance }: PullSession,
): Map<number, SessionMemory> {
  return new Map(
    sessions.map((session): [number, SessionMemory] => {
      const { id, attendanceid, sessdate } = session;
      const known = remembered.get(keyOf(course, session));
      return [id, known ?? { marks: {}, attendanceid, date: dayOf(sessdate, instance.time_zone) }];
    }),
  );
}

/** Compares the sessions with what is remembered of them. Notes the statuses that nobody can tell. */
async function findChanges(
  sessions: AttendanceSession[],
  memories: ReadonlyMap<number, SessionMemory>,
  statuses: ReadonlyMap<number, StatusMemory>,
  pull: PullSession,
): Promise<ChangedSession[]> {
  const sides = await findSheets(sessions, memories, pull);
  const changed: ChangedSession[] = [];
  for (const session of sessions) {
    const memory = memories.get(session.id)!;
    const side = sides.get(session.id);
    if (!side) continue;
    const known = statuses.get(session.attendanceid)!;
    const { marks, untold } = marksIn(session, (id) =>
      meaningOf(id, known.statuses[id], pull.instance.attendance_statuses),
    );
    known.untold = [...new Set([...known.untold, ...untold])];
    if (untold.length > 0) pull.count('ValuesSkipped', untold.length);
    // Where a push has left a mark to Moodle, what Moodle holds is not new, but the ERP says something else.
    const changes = changedMarks(marks, side.state.left.length > 0 ? {} : memory.marks);
    if (changes.length > 0) changed.push({ session, memory, side, changes });
  }
  return changed;
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

/** Has the ERP's own line say what Moodle says, unless the ERP has written it since it was read. */
function correct(
  session: AttendanceSession,
  mark: StudentMark,
  { id, item }: KnownLine,
  { pulled, instance }: PullSession,
): Promise<boolean> {
  const key = { model: 'op.attendance.line', id };
  const read = { name: 'write_date', value: item.write_date };
  return pulled.setFields(instance.id, key, takenFields(session, mark), read);
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

function keyOf({ idnumber }: AttendanceCourse, { id }: AttendanceSession): string {
  return `attendance/${idnumber}/${id}`;
}

/** Several sessions share a register. */
function unique(records: PulledRecord[]): PulledRecord[] {
  return [...new Map(records.map((record) => [`${record.model}#${record.id}`, record])).values()];
}
