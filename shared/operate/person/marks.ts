import { acronymOf, fieldOf } from '#shared/models/fields/attendance-acronym.ts';
import { recordTarget } from '#shared/models/links.ts';
import type { LinkReader, RecordItem, RecordReader } from '#shared/models/records.ts';
import { studentIdnumber } from '#shared/models/references.ts';
import { KnownSessions } from '#shared/moodle/attendance/pull/known-sessions.ts';
import { isMark } from '#shared/moodle/attendance/pull/marks.ts';
import { completionAttribute, entriesOf } from '#shared/moodle/completion/moodle-completion.ts';
import { courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import { gradedColumns } from '#shared/moodle/gradebook/known-grades.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { MappingReader } from '#shared/moodle/mappings/mapping.ts';
import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import { pulledLineId, resultKey } from '#shared/moodle/pulls/pulled-ids.ts';
import type { ErpMapping, ErpMappingStore } from '#shared/odoo/import/mapping.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';

export interface MarksPorts {
  records: RecordReader<string>;
  links: LinkReader;
  mappings: Pick<MappingReader, 'getMany'>;
  states: Pick<PullStates, 'list'>;
  /** Undefined where the stack has no ERP. */
  erpMappings: Pick<ErpMappingStore, 'getMany'> | undefined;
}

/** What became of a record from Moodle in the ERP; undefined where nothing was tried yet, or the stack has no ERP. */
type InErp = Pick<ErpMapping, 'status' | 'erp_id' | 'next_attempt_at' | 'failure'>;

/** What every record from Moodle has. */
interface FromMoodle {
  instance: string;
  /** Idnumber. */
  course: string;
  /** In the records table. */
  id: string;
  in_erp: InErp | undefined;
}

export interface PulledGrade extends FromMoodle {
  /** What was graded, as the gradebook calls it. */
  name: string;
  /** As OpenEduCat counts, and as Moodle does; null for a grade that was taken back. */
  marks: number | null;
  grade_raw: number | null;
  grade_max: number | null;
  status: 'pass' | 'fail' | null;
  /** As Odoo writes times. */
  graded_at: string | null;
}

export interface PulledAttendance extends FromMoodle {
  /** `YYYY-MM-DD` */
  date: string;
  /** Null for a mark that was taken back. */
  says: 'present' | 'absent' | 'excused' | 'late' | null;
}

export interface PulledCompletion extends Omit<FromMoodle, 'instance'> {
  completed: boolean | null;
  /** Per cent. */
  progress: number | null;
}

/** What has come back from Moodle of a student. */
export interface PulledMarks {
  grades: PulledGrade[];
  attendance: PulledAttendance[];
  completion: PulledCompletion[];
}

/**
 * Finds a student's marks by what the pulls remember of the courses that the student is, or was, in: by keys, since no
 * index leads to them and there are millions. Attendance that was taken in a sheet of the ERP's own is the ERP's.
 */
export async function marksOf(
  student: string,
  instances: readonly Instance[],
  ports: MarksPorts,
): Promise<PulledMarks> {
  const found = await Promise.all(instances.map((instance) => marksIn(instance, student, ports)));
  return {
    grades: found.flatMap(({ grades }) => grades).toSorted(byLatest((grade) => grade.graded_at ?? '')),
    attendance: found.flatMap(({ attendance }) => attendance).toSorted(byLatest((line) => line.date)),
    completion: await completionOf(student, ports),
  };
}

/** The newest first; of one time, by their ids. */
function byLatest<Row extends FromMoodle>(timeOf: (row: Row) => string): (a: Row, b: Row) => number {
  return (a, b) => timeOf(b).localeCompare(timeOf(a)) || a.id.localeCompare(b.id);
}

async function marksIn(instance: Instance, student: string, ports: MarksPorts) {
  const { mappings, states } = ports;
  const [account, enrolments] = [studentIdnumber(student), `${studentIdnumber(student)}@enrolments`];
  const rows = await mappings.getMany(instance.id, [account, enrolments]);
  const user = String(rows.get(account)?.moodle_id);
  const [graded, taken] = [new Map<string, string>(), new Map<string, string>()];
  for (const course of Object.keys(courseStatesOf(rows.get(enrolments)?.extra_data))) {
    for (const column of await gradedColumns(states, instance.id, { course, student }))
      graded.set(resultKey(instance.id, column, student), course);
    for (const [session, { marks }] of (await KnownSessions.read(course, { instance, states })).all())
      if (isMark(marks[user])) taken.set(pulledLineId(instance.id, session, student), course);
  }
  const own = { instance: instance.id };
  const lines = await recordsWithErp('op.result.line', [...graded.keys()], ports);
  const marks = await recordsWithErp('op.attendance.line', [...taken.keys()], ports);
  return {
    grades: lines.map(({ item, in_erp }) => ({
      ...own,
      course: graded.get(item.id)!,
      in_erp,
      ...gradeOf(item),
    })),
    attendance: marks.map(({ item, in_erp }) => ({
      ...own,
      course: taken.get(item.id)!,
      in_erp,
      ...lineOf(item),
    })),
  };
}

async function completionOf(student: string, ports: MarksPorts): Promise<PulledCompletion[]> {
  const ids = await ports.links.sources(recordTarget('op.student', student), 'op.student.course');
  const enrolments = await recordsWithErp('op.student.course', ids, ports);
  return enrolments.flatMap(({ item, in_erp }) =>
    entriesOf(item[completionAttribute]).flatMap(({ courses }) =>
      Object.entries(courses).map(([course, { completed, progress }]) => {
        return { course, id: item.id, in_erp, completed, progress };
      }),
    ),
  );
}

/** Records with what became of them in the ERP; those that are gone are left out. */
async function recordsWithErp(model: ImportedModel, ids: string[], { records, erpMappings }: MarksPorts) {
  const items = await records.getMany(model, ids);
  const rows = await erpMappings?.getMany(model, [...items.keys()]);
  return [...items.values()].map((item) => ({ item, in_erp: inErpOf(rows?.get(item.id)) }));
}

function inErpOf(row: ErpMapping | undefined): InErp | undefined {
  if (!row) return undefined;
  const { status, erp_id, next_attempt_at, failure } = row;
  return { status, erp_id, next_attempt_at, failure };
}

function gradeOf(item: RecordItem) {
  const { id, item_name, marks, grade_raw, grade_max, status, graded_at } = item;
  return {
    id,
    name: String(item_name ?? ''),
    marks: numberOf(marks),
    grade_raw: numberOf(grade_raw),
    grade_max: numberOf(grade_max),
    status: status === 'pass' || status === 'fail' ? status : null,
    graded_at: typeof graded_at === 'string' ? graded_at : null,
  } as const;
}

function lineOf({ id, attendance_date, withdrawn, ...flags }: RecordItem) {
  const is = (name: string) => flags[name] === true;
  const said = { present: is('present'), absent: is('absent'), excused: is('excused'), late: is('late') };
  return {
    id,
    date: String(attendance_date ?? ''),
    says: withdrawn === true ? null : fieldOf(acronymOf(said)),
  };
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : null);
