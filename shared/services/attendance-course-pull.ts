import { type MappedCourse, pullStateOf } from '#shared/engine/mapped-courses.ts';
import type { PulledRecord } from '#shared/engine/pull-ports.ts';
import type { PullSession } from '#shared/engine/pull-service.ts';
import { chunkByVariables } from '#shared/moodle/chunk-by-variables.ts';
import { MoodleError } from '#shared/moodle/errors.ts';
import { type AttendanceSession, getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { parseIdnumber } from '#shared/oec/references.ts';
import { type ChangedMark, changedMarks, digestOf, marksIn, type SessionMemory } from './attendance-marks.ts';
import { type AttendanceNote, goodNote, noteOf } from './attendance-note.ts';
import { type Activity, dayOf, lineOf, registerOf, sheetOf } from './attendance-records.ts';

/** How long a claim keeps another pull off: as long as a worker can run. */
const claimMilliseconds = 5 * 60_000;

/** A session in which something has changed. */
interface ChangedSession {
  session: AttendanceSession;
  memory: SessionMemory;
  changes: ChangedMark[];
}

/**
 * Pulls the attendance of one course. Where the digest is that of the last time nothing is read or written; else each
 * mark is compared with what was pulled of it, and only those that differ are written.
 */
export async function pullAttendanceOf(
  course: MappedCourse,
  functions: string[],
  pull: PullSession,
): Promise<void> {
  const asked = pull.clock.now();
  const known = goodNote(course.state, asked);
  const { sessions, ...listing } = await readCourse(course, known, functions, pull);
  const note: AttendanceNote = { ...listing, digest: digestOf(sessions), asked_at: asked };
  if (known?.digest === note.digest) {
    pull.count('CoursesUnchanged', 1);
    return;
  }
  if (!(await claim(course, pull))) return;
  const newer = await noteSince(course, asked, pull);
  if (!newer) await writeChanges(course, note.activities, sessions, pull);
  // A note gives the claim back.
  await pull.states.note(pull.instance.id, course.idnumber, 'attendance', newer ?? note);
}

/** False where another pull has begun with the course. */
function claim(course: MappedCourse, { states, instance, clock }: PullSession): Promise<boolean> {
  return states.claim(instance.id, course.idnumber, 'attendance', clock.now() + claimMilliseconds);
}

/** The note of another pull that asked Moodle later than this one and was through with it sooner. */
async function noteSince(
  { idnumber }: MappedCourse,
  asked: number,
  { mappings, instance }: PullSession,
): Promise<AttendanceNote | undefined> {
  const mapping = (await mappings.getMany(instance.id, [idnumber])).get(idnumber);
  const note = mapping && noteOf(pullStateOf(mapping, 'attendance'));
  return note && note.asked_at > asked ? note : undefined;
}

/** The course's sessions, by the activities that are known, or by a new list where one of those is gone. */
async function readCourse(
  { moodleId }: MappedCourse,
  known: AttendanceNote | undefined,
  functions: string[],
  { client, clock }: PullSession,
): Promise<{ activities: Activity[]; listed_at: number; sessions: AttendanceSession[] }> {
  if (known) {
    const { activities, listed_at } = known;
    const sessions = await readSessions(activities).catch(unlessGone);
    if (sessions) return { activities, listed_at, sessions };
  }
  const modules = await getCourseModules(client, moodleId, { modname: 'attendance' });
  const activities = modules.flatMap(({ instance, name }) => (instance ? [{ id: instance, name }] : []));
  return { activities, listed_at: clock.now(), sessions: await readSessions(activities) };

  async function readSessions(listed: Activity[]): Promise<AttendanceSession[]> {
    const sessions: AttendanceSession[] = [];
    for (const { id } of listed) sessions.push(...(await getAttendanceSessions(client, functions, id)));
    return sessions;
  }
}

/** What Moodle says of an activity that it does not have. */
function unlessGone(error: unknown): undefined {
  if (error instanceof MoodleError && error.errorcode === 'invalidrecordunknown') return undefined;
  throw error;
}

async function writeChanges(
  course: MappedCourse,
  activities: Activity[],
  sessions: AttendanceSession[],
  pull: PullSession,
): Promise<void> {
  const changed = await findChanges(course, sessions, pull);
  const students = await studentsOf(
    changed.flatMap(({ changes }) => changes.map(({ userid }) => userid)),
    pull,
  );
  const instance = pull.instance.id;
  const parents: PulledRecord[] = [];
  const lines: PulledRecord[] = [];
  const rows = [];
  for (const { session, memory, changes } of changed) {
    const own = changes.flatMap(({ userid, hash, ...mark }) => {
      const studentId = students.get(userid);
      return studentId === undefined
        ? []
        : [{ userid, hash, line: { ...mark, studentId, date: memory.date } }];
    });
    if (own.length === 0) continue;
    const activity = activities.find(({ id }) => id === session.attendanceid);
    if (activity) parents.push(registerOf(instance, course.idnumber, activity));
    parents.push(sheetOf(instance, course.idnumber, session, memory.date));
    lines.push(...own.map(({ line }) => lineOf(instance, course.idnumber, session, line)));
    for (const { userid, hash } of own) memory.marks[userid] = hash;
    rows.push({ key: keyOf(course, session), values: { ...memory } });
  }
  await pull.pulled.putNew(instance, unique(parents));
  await pull.pulled.put(instance, lines);
  await pull.states.put(instance, rows);
  pull.count('RecordsPulled', lines.length);
}

/** Compares the sessions with what is remembered of them. */
async function findChanges(
  course: MappedCourse,
  sessions: AttendanceSession[],
  { states, instance, count }: PullSession,
): Promise<ChangedSession[]> {
  const rows = await states.list(instance.id, `attendance/${course.idnumber}/`);
  const memories = new Map(rows.map(({ key, values }) => [key, values as unknown as SessionMemory]));
  const changed: ChangedSession[] = [];
  for (const session of sessions) {
    const memory = memories.get(keyOf(course, session)) ?? { marks: {}, date: dayOf(session) };
    const { marks, skipped } = marksIn(session);
    if (skipped > 0) count('ValuesSkipped', skipped);
    const changes = changedMarks(marks, memory.marks);
    if (changes.length > 0) changed.push({ session, memory, changes });
  }
  return changed;
}

/** Ids of the students behind these accounts. Others, such as those who enrolled themselves, are none of the ERP's. */
async function studentsOf(userids: number[], { client, count }: PullSession): Promise<Map<number, string>> {
  const students = new Map<number, string>();
  const distinct = [...new Set(userids)];
  for (const chunk of chunkByVariables(distinct, () => 1)) {
    for (const { id, idnumber } of await getUsersByField(client, 'id', chunk)) {
      const parts = parseIdnumber(idnumber);
      if (parts?.kind === 'student') students.set(id, parts.id);
    }
  }
  const unknown = distinct.length - students.size;
  if (unknown > 0) count('PeopleUnknown', unknown);
  return students;
}

function keyOf({ idnumber }: MappedCourse, { id }: AttendanceSession): string {
  return `attendance/${idnumber}/${id}`;
}

/** Several sessions share a register. */
function unique(records: PulledRecord[]): PulledRecord[] {
  return [...new Map(records.map((record) => [`${record.model}#${record.id}`, record])).values()];
}
