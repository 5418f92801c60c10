import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Mark } from '#local/moodle/teacher/attendance.ts';
import { getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import type { Item } from '#shared/store/documents.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { batch, enrolment, type Kit, program, student, subject } from '../kit.ts';

/** The course that most tests are about. */
export const course = 'oec_subj_1_course_1';
/** Students 1, 2 and 3 of batch 1 in it. */
export const studies: Item[] = [
  program(1, { subject_ids: [1] }),
  subject(1),
  batch(1, 1),
  ...[1, 2, 3].flatMap((id) => [student(id), enrolment(id, id, 1, 1)]),
];

/** A time at which attendance is taken, in seconds since 1970 and as a record has it. */
export const nine = {
  seconds: Date.UTC(2026, 8, 7, 9) / 1000,
  written: '2026-09-07 09:00:00',
  taken: '2026-09-07T09:00:00.000Z',
};
export const ten = {
  seconds: nine.seconds + 3600,
  written: '2026-09-07 10:00:00',
  taken: '2026-09-07T10:00:00.000Z',
};

/** A course of a kit's Moodle, with whoever teaches there. */
export function classroom(kit: Kit, idnumber = course) {
  const { moodle } = kit.site();
  const { siteState } = moodle;
  const teacher = teacherOf(moodle);
  const { id } = siteState.courses.find('idnumber', idnumber)[0]!;
  const userid = (studentId: number) => siteState.userByIdnumber(`oec_student_${studentId}`)!.id;
  return {
    id,
    teacher,
    userid,
    addActivity: (name = 'Attendance', groupmode = 0) =>
      teacher.activities.addAttendance(id, { name, groupmode }),
    addSession: (attendanceid: number, session: { groupid?: number; sessdate?: number } = {}) =>
      teacher.attendance.addSession(attendanceid, { sessdate: nine.seconds - 3600, ...session }),
    /** Takes attendance, by student: an acronym of the usual statuses, or undefined for none. */
    take(
      attendanceid: number,
      sessionid: number,
      marks: Record<number, string | undefined>,
      { at = nine.seconds, remarks = '' } = {},
    ): void {
      const own: Mark[] = Object.entries(marks).map(([studentId, acronym]) => ({
        userid: userid(Number(studentId)),
        ...(acronym && { statusid: teacher.attendance.statusId(attendanceid, acronym) }),
        remarks,
      }));
      teacher.attendance.take(sessionid, own, { at });
    },
  };
}

/** Plans a pull of attendance as the schedule does, and waits until all is done that it causes. */
export async function pullAttendance(kit: Kit): Promise<void> {
  await kit.cloud.invoke('pull-planner', { pull: 'attendance' });
  await kit.settle();
}

/** All records of a model as they are in the table. */
export async function wholeRecords(kit: Kit, model: string): Promise<Item[]> {
  const { Items = [] } = await kit.cloud.clients.dynamodb.send(
    new QueryCommand({
      TableName: kit.cloud.resource('RecordsTableName'),
      ConsistentRead: true,
      KeyConditionExpression: 'model = :model',
      ExpressionAttributeValues: { ':model': model },
    }),
  );
  return Items;
}

/** All records of a model, by id, without what every write of a pull has another of. */
export async function recordsOf(kit: Kit, model: string): Promise<Record<string, Item>> {
  return Object.fromEntries(
    (await wholeRecords(kit, model)).map(({ model: _model, sync_stamp: _stamp, pulled_at: _at, ...item }) => [
      String(item.id),
      item,
    ]),
  );
}

/** What lines say, by id: the field that is true, or `withdrawn`. */
export async function marks(kit: Kit): Promise<Record<string, string>> {
  const lines = Object.entries(await recordsOf(kit, 'op.attendance.line'));
  return Object.fromEntries(
    lines.map(([id, line]) => {
      const said = ['present', 'absent', 'excused', 'late', 'withdrawn'].filter((field) => line[field]);
      return [id, said.join(' and ')];
    }),
  );
}

/** The stamps of all attendance records: another one means that the record was written. */
export async function stamps(kit: Kit): Promise<string[]> {
  const models = ['op.attendance.register', 'op.attendance.sheet', 'op.attendance.line'];
  const pages = await Promise.all(models.map((model) => wholeRecords(kit, model)));
  return pages.flat().map(({ id, sync_stamp }) => `${id} ${sync_stamp}`);
}

/** Activities of a course as Moodle has them: name and sessions, and in each the mark of each student by number. */
export async function attendanceIn(kit: Kit, idnumber = course) {
  const { moodle, client } = kit.site();
  const { id } = moodle.siteState.courses.find('idnumber', idnumber)[0]!;
  const modules = moodle.siteState.activities.modules
    .find('course', id)
    .filter(({ modname }) => modname === 'attendance');
  const functions = ['mod_attendance_get_sessions'];
  return Promise.all(
    modules.map(async ({ name, instance }) => {
      const sessions = await getAttendanceSessions(client, functions, instance);
      return {
        name,
        sessions: sessions.map(
          ({ sessdate, duration, groupid, description, statuses, attendance_log: log }) => ({
            time: new Date(sessdate * 1000).toISOString(),
            duration,
            group: moodle.siteState.groups.get(groupid)?.idnumber ?? '',
            description,
            marks: Object.fromEntries(
              log.map(({ studentid, statusid }) => [
                moodle.siteState.users.get(studentid)?.idnumber.replace('oec_student_', '') ?? studentid,
                statuses.find((status) => status.id === statusid)?.acronym,
              ]),
            ),
          }),
        ),
      };
    }),
  );
}

/** The marks in all sessions of a course, in the order in which they were made. */
export async function marksIn(kit: Kit, idnumber?: string) {
  const activities = await attendanceIn(kit, idnumber);
  return activities.flatMap(({ sessions }) => sessions.map(({ marks }) => marks));
}

/** The last value that pull-worker published of each metric, added up over all its runs. */
export function pullCounts(kit: Kit): Record<string, number> {
  const names = ['RecordsPulled', 'CoursesUnchanged', 'ValuesSkipped', 'PeopleUnknown', 'PullsRefused'];
  const counts: Record<string, number> = {};
  for (const line of kit.cloud.logs('pull-worker')) {
    if (!line.includes('"CloudWatchMetrics"')) continue;
    const metrics = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, number | number[]>;
    for (const name of names) {
      const value = metrics[name];
      if (value !== undefined) counts[name] = (counts[name] ?? 0) + sum(value);
    }
  }
  return counts;
}

function sum(value: number | number[]): number {
  return Array.isArray(value) ? value.reduce((a, b) => a + b, 0) : value;
}
