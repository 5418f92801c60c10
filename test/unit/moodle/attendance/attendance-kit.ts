import type { MoodleSettings } from '#local/moodle/settings.ts';
import type { Mark } from '#local/moodle/teacher/attendance.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { pullAttendanceOf } from '#shared/moodle/attendance/pull/attendance-course.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import type { PulledRecords, PullRow, PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { type BrakeState, sharedBrake } from '#shared/sync/limits/brake.ts';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { memoryBrakes } from '#test/unit/pull/memory-brakes.ts';
import { PushKit } from '#test/unit/push/push-kit.ts';

/** The course that the tests are about. */
export const course = 'oec_subj_1_course_1';

/** Records in memory, as a pull writes them. */
class MemoryPulled implements PulledRecords {
  readonly items = new Map<string, RecordItem>();

  async put(_instance: string, records: RecordItem[]): Promise<void> {
    for (const record of records) this.items.set(`${record.model}#${record.id}`, record);
  }

  async putNew(_instance: string, records: RecordItem[]): Promise<void> {
    for (const record of records) {
      const key = `${record.model}#${record.id}`;
      if (!this.items.has(key)) this.items.set(key, record);
    }
  }

  async getMany(model: string, ids: string[]): Promise<Map<string, RecordItem>> {
    const found = ids.flatMap((id) => this.items.get(`${model}#${id}`) ?? []);
    return new Map(found.map((item) => [item.id, structuredClone(item)]));
  }

  async setFields(...[_instance, { model, id }, fields, read]: Parameters<PulledRecords['setFields']>) {
    const item = this.items.get(`${model}#${id}`);
    if (!item || item[read.name] !== read.value) return false;
    Object.assign(item, fields);
    return true;
  }
}

/** Attendance in one course, pulled in this process: three students of batch 1, whom a push has enrolled. */
export class AttendanceKit {
  readonly push: PushKit;
  readonly pulled = new MemoryPulled();
  readonly counts: Record<string, number> = {};
  readonly warnings: string[] = [];
  readonly brakes = new Map<string, BrakeState>();
  readonly #rows = new Map<string, PullRow>();
  #state: Record<string, unknown> | undefined;

  private constructor(push: PushKit) {
    this.push = push;
  }

  static async start({
    settings = {},
    moodle = {},
  }: {
    settings?: Record<string, unknown>;
    moodle?: Partial<MoodleSettings>;
  } = {}): Promise<AttendanceKit> {
    const push = await PushKit.start({ settings, moodle });
    await push.sync(program(1, { subject_ids: [1] }), subject(1), batch(1, 1));
    for (const id of [1, 2, 3]) await push.sync(student(id), enrolment(id, id, 1, 1));
    return new AttendanceKit(push);
  }

  /** Takes settings of the instance over. */
  configure(settings: Record<string, unknown>): void {
    Object.assign(this.push.instance, settings);
  }

  get attendance() {
    return teacherOf(this.push.moodle).attendance;
  }

  /** What the pull has noted of the course. */
  get note(): Record<string, unknown> | undefined {
    return this.#state;
  }

  get states(): Pick<PullStates, 'list'> {
    return { list: (instance, prefix) => this.#states().list(instance, prefix) };
  }

  /** @returns the activity's id */
  addActivity(): number {
    const { id } = this.push.moodle.siteState.courses.find('idnumber', course)[0]!;
    return teacherOf(this.push.moodle).activities.addAttendance(id, { name: 'Attendance' }).id;
  }

  /** Adds a session. @param at ISO 8601 @returns its id */
  addSession(attendanceid: number, at = '2026-09-07T08:00:00Z'): number {
    return this.attendance.addSession(attendanceid, { sessdate: Date.parse(at) / 1000 });
  }

  /** Takes attendance, by student: the id of a status. */
  take(sessionid: number, statuses: Record<number, number>): void {
    const marks = Object.entries(statuses).map(
      ([id, statusid]): Mark => ({ userid: this.push.mapping(`oec_student_${id}`)!.moodle_id!, statusid }),
    );
    this.attendance.take(sessionid, marks, { at: Date.parse('2026-09-07T09:00:00Z') / 1000 });
  }

  /** Pulls the course once. */
  async pull(): Promise<void> {
    const { site, instance, mappings, clock } = this.push;
    const { functions } = await getSiteInfo(site.client);
    const mapping = this.push.mapping(course)!;
    const log = {
      debug() {},
      info() {},
      warn: (message: string) => void this.warnings.push(message),
      error: (message: string) => void this.warnings.push(message),
    };
    const session = {
      instance,
      brake: sharedBrake(memoryBrakes(this.brakes), clock, log),
      client: site.client,
      mappings,
      clock,
      pulled: this.pulled,
      states: this.#states(),
      links: { sources: async (target: string) => this.#linesOn(target) },
      records: this.pulled,
      log,
      count: (name: string, count: number) => {
        this.counts[name] = (this.counts[name] ?? 0) + count;
      },
      hasTime: () => true,
    } as unknown as PullSession;
    const planned = { idnumber: course, moodleId: mapping.moodle_id!, extraData: mapping.extra_data };
    await pullAttendanceOf({ ...planned, ...(this.#state && { state: this.#state }) }, functions, session);
  }

  /** What the lines say, by session and student: `12/1`, and `withdrawn` for one that was taken back. */
  marks(): Record<string, string> {
    const lines = [...this.pulled.items.values()].filter(({ model }) => model === 'op.attendance.line');
    return Object.fromEntries(
      lines.map((line) => {
        const said = ['present', 'absent', 'excused', 'late', 'withdrawn'].filter((field) => line[field]);
        const [, session, studentId] = /_session_(\d+)_student_(\d+)$/.exec(line.id) ?? [];
        return [`${session}/${studentId}`, said.join(' and ')];
      }),
    );
  }

  /** The sheet of a session, which the ERP may edit. */
  sheet(sessionid: number): RecordItem | undefined {
    return this.pulled.items.get(`op.attendance.sheet#moodle_demo_session_${sessionid}`);
  }

  line(sessionid: number, studentId: number): RecordItem | undefined {
    const id = `moodle_demo_session_${sessionid}_student_${studentId}`;
    return this.pulled.items.get(`op.attendance.line#${id}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.push[Symbol.asyncDispose]();
  }

  /** Ids of the lines on a sheet, as the links name it. */
  #linesOn(target: string): string[] {
    const sheet = target.slice(target.indexOf('#') + 1);
    const lines = [...this.pulled.items.values()].filter(({ attendance_id: id }) => id === sheet);
    return lines.map(({ id }) => id);
  }

  #states(): PullStates {
    return {
      list: async (_instance, prefix) =>
        structuredClone([...this.#rows.values()].filter(({ key }) => key.startsWith(prefix))),
      put: async (_instance, rows) => {
        for (const row of structuredClone(rows)) this.#rows.set(row.key, row);
      },
      note: async (_instance, _idnumber, _pull, values) => {
        this.#state = values;
        Object.assign(this.push.mapping(course)!, { pull_attendance: values });
      },
      claim: async () => true,
    };
  }
}
