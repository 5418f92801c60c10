import type { PulledRecord, PullRow } from '#shared/engine/pull-ports.ts';
import type { PullSession } from '#shared/engine/pull-service.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import { studentIdnumber } from '#shared/oec/references.ts';
import { dayOf } from '#shared/oec/school-day.ts';
import { studentsOfAccounts } from '../students-of-accounts.ts';
import type { AttendanceCourse } from './course-pull.ts';
import { laterSide } from './decision.ts';
import { type ErpSide, findSheets, type KnownLine, linesOf } from './erp-side.ts';
import { type ChangedMark, changedMarks, marksIn, type SessionMemory } from './marks.ts';
import { type Activity, lineOf, registerOf, sheetOf, takenFields } from './records.ts';
import { followSession, goneSessions, type Remembered, withdraw } from './sheets.ts';
import { takenByTeachers } from './state.ts';
import { knownStatuses, meaningOf, type StatusMemory, statusMemoryOf, statusRowKey } from './statuses.ts';

/** A session in which something has changed. */
interface ChangedSession {
  session: AttendanceSession;
  memory: SessionMemory;
  side: ErpSide;
  changes: ChangedMark[];
}

/** A changed mark of a student of the ERP's. */
type StudentMark = ChangedMark & { studentId: string };

/** Writes what has changed in the sessions of a course, and remembers it. */
export async function writeAttendance(
  course: AttendanceCourse,
  activities: Activity[],
  sessions: AttendanceSession[],
  pull: PullSession,
): Promise<void> {
  const statuses = await readStatuses(course, sessions, pull);
  const remembered = await readMemories(course, pull);
  const gone = await goneSessions(remembered, sessions, pull);
  const withdrawn = await withdraw(gone, pull);
  const rows = new Map<string, PullRow>(gone.map(({ row }) => [row.key, row]));
  const memories = memoriesOf(course, sessions, remembered, pull);
  for (const session of sessions) {
    const memory = memories.get(session.id)!;
    const key = keyOf(course, session);
    if (await followSession(session, memory, pull)) rows.set(key, { key, values: { ...memory } });
  }
  const changed = await findChanges(sessions, memories, statuses, pull);
  const userids = changed.flatMap(({ changes }) => changes.map(({ userid }) => userid));
  const students = await studentsOfAccounts(userids, course.idnumber, pull);
  const instance = pull.instance.id;
  const parents: PulledRecord[] = [];
  const lines: PulledRecord[] = [];
  let corrected = 0;
  for (const { session, memory, side, changes } of changed) {
    const marks = changes.flatMap((change) => {
      const studentId = students.get(change.userid);
      return studentId === undefined ? [] : [{ ...change, studentId }];
    });
    if (marks.length === 0) continue;
    const activity = activities.find(({ id }) => id === session.attendanceid);
    if (side.isPulled && activity) {
      parents.push(registerOf(instance, course.idnumber, activity));
      parents.push(sheetOf(instance, course.idnumber, session, memory.date));
    }
    const studentIds = marks.map(({ studentId }) => studentId);
    const known = await linesOf(session, side, studentIds, pull);
    for (const mark of marks) {
      const line = known.get(mark.studentId);
      if (line && !isMoodlesTurn(session, side, mark, line, pull)) continue;
      if (line && !line.id.startsWith('moodle_')) {
        corrected += Number(await correct(session, mark, line, pull));
      } else lines.push(lineOf(instance, course.idnumber, session, side.sheet, mark));
    }
    await doubtPush(side, marks, pull);
    for (const { userid, hash } of marks) memory.marks[userid] = hash;
    const sheet = side.isPulled ? undefined : side.sheet.id;
    const key = keyOf(course, session);
    rows.set(key, { key, values: { ...memory, sheet } });
  }
  await pull.pulled.putNew(instance, unique(parents));
  await pull.pulled.put(instance, lines);
  await pull.states.put(instance, [...rows.values(), ...statusRows(course, statuses)]);
  pull.count('RecordsPulled', lines.length + corrected + withdrawn);
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
