import type { MoodleSettings } from '#local/moodle/settings.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { studentIdnumber } from '#shared/models/references.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { createUsers } from '#shared/moodle/functions/users.ts';
import { gradebookPull } from '#shared/moodle/gradebook/gradebook-pull.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { planPull, runPull } from '#shared/moodle/pulls/pull.ts';
import type { PulledRecord, PulledRecords, PullRow, PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullTask } from '#shared/moodle/pulls/pull-service.ts';
import { type Activity, attendeeKey, examKey, resultKey } from '#shared/moodle/pulls/pulled-ids.ts';
import { VirtualClock } from '#shared/operate/plan/virtual-clock.ts';
import { type BrakeState, sharedBrake } from '#shared/sync/limits/brake.ts';
import type { Log } from '#shared/sync/ports.ts';
import { Site } from '#test/integration/site.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { MemoryMappings } from '#test/unit/push/push-kit.ts';
import { memoryBrakes } from './memory-brakes.ts';

/** The course of subject 1 in program 1. */
export const course = 'oec_subj_1_course_1';

/** What the pull has made of a grade. */
export type Brought = Record<string, unknown> | undefined;

/**
 * The pull of a course alone, in this process: records and mappings in memory, a virtual clock, and a Moodle with a
 * course, its students and a teacher. What travels through tables and queues is for the integration tests.
 */
export class PullKit {
  readonly moodle: SimulatedMoodle;
  readonly site: Site;
  readonly mappings = new MemoryMappings();
  readonly clock = new VirtualClock(Date.parse('2026-11-02T10:00:00Z'));
  /** What was counted since the kit was started. */
  readonly counts: Record<string, number> = {};
  readonly warnings: string[] = [];
  readonly brakes = new Map<string, BrakeState>();
  instance: Instance;
  courseId = 0;
  readonly #records = new Map<string, RecordItem>();
  readonly #rows = new Map<string, PullRow>();
  readonly #users = new Map<number, number>();
  #stamp = 0;

  private constructor(moodle: SimulatedMoodle, settings: Record<string, unknown>) {
    this.moodle = moodle;
    this.site = new Site(moodle);
    this.instance = instanceSchema.parse({ id: 'demo', base_url: moodle.url, ...settings });
  }

  /** @param settings the instance's, where not as by default */
  static async start({
    students = 3,
    settings = {},
    moodle = {},
  }: {
    students?: number;
    settings?: Record<string, unknown>;
    moodle?: Partial<MoodleSettings>;
  } = {}): Promise<PullKit> {
    const kit = new PullKit(await SimulatedMoodle.start({ settings: moodle }), settings);
    const { client } = kit.site;
    const [category] = await createCategories(client, [{ name: 'P', parent: 0, idnumber: 'oec_course_1' }]);
    const [made] = await createCourses(client, [
      { fullname: 'Subject 1', shortname: 'S1', idnumber: course, categoryid: category!.id },
    ]);
    kit.courseId = made!.id;
    await kit.#map(course, 'subjects', made!.id);
    for (let id = 1; id <= students; id += 1) await kit.enrol(id);
    return kit;
  }

  get teacher() {
    return teacherOf(this.moodle);
  }

  /** Makes a student's account, unless there is one, and puts it into the course. */
  async enrol(student: number): Promise<void> {
    const { client } = this.site;
    if (!this.#users.has(student)) {
      const [made] = await createUsers(client, [
        {
          username: `s${student}`,
          firstname: 'Student',
          lastname: String(student),
          email: `s${student}@example.org`,
          idnumber: studentIdnumber(String(student)),
          password: 'Password-1!',
        },
      ]);
      this.#users.set(student, made!.id);
      await this.#map(studentIdnumber(String(student)), 'students', made!.id);
      const enrolment = { model: 'op.student.course', id: String(student), student_id: student };
      this.put({ ...enrolment, course_id: 1, batch_id: 1, state: 'running' });
    }
    await enrolUsers(client, [{ roleid: 5, userid: this.user(student), courseid: this.courseId }]);
  }

  unenrol(student: number): void {
    this.teacher.people.unenrol(this.courseId, this.user(student));
  }

  /** Moodle's id of a student's account. */
  user(student: number): number {
    const id = this.#users.get(student);
    if (id === undefined) throw new Error(`Student ${student} has no account.`);
    return id;
  }

  /** Writes a record as the ERP does. */
  put(item: RecordItem): void {
    this.#records.set(`${item.model}#${item.id}`, item);
  }

  /** Lets a schedule's hour pass and pulls. @returns what was written, as `{model} {id}`, and the calls to Moodle */
  async pull(): Promise<{ written: string[]; calls: Record<string, number> }> {
    this.clock.advanceTo(this.clock.now() + 3_600_000);
    const before = new Map(this.#records);
    this.moodle.resetCalls();
    const tasks: PullTask[] = [];
    const ports = { ...this.#ports(), queue: { send: async (sent: PullTask[]) => void tasks.push(...sent) } };
    await planPull(gradebookPull, this.instance, ports);
    for (const task of tasks)
      await runPull(gradebookPull, task, this.instance, this.site.client, ports, false);
    const calls: Record<string, number> = {};
    for (const { function: name } of this.moodle.calls) calls[name] = (calls[name] ?? 0) + 1;
    const written = [...this.#records].filter(([key, item]) => before.get(key) !== item);
    return { written: written.map(([key]) => key.replace('#', ' ')).sort(), calls };
  }

  line(itemid: number, student: number): Brought {
    return this.#records.get(`op.result.line#${resultKey('demo', itemid, String(student))}`);
  }

  attendee(activity: Activity, student: number): Brought {
    return this.#records.get(`op.exam.attendees#${attendeeKey('demo', activity, String(student))}`);
  }

  exam(activity: Activity): Brought {
    return this.#records.get(`op.exam#${examKey('demo', activity)}`);
  }

  /** All pulled records of a model. */
  all(model: string): RecordItem[] {
    return [...this.#records.values()].filter((item) => item.model === model);
  }

  /** Marks of result lines that are not withdrawn, by column and student: `812/1`. */
  marks(): Record<string, unknown> {
    const lines = this.all('op.result.line').filter(({ withdrawn }) => withdrawn === false);
    return Object.fromEntries(
      lines.map(({ id, student_id, grade_raw }) => [
        `${/_item_(\d+)_/.exec(id)?.[1]}/${student_id}`,
        grade_raw,
      ]),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.moodle.stop();
  }

  async #map(idnumber: string, service: Mapping['service'], moodleId: number): Promise<void> {
    const source = { model: service === 'subjects' ? 'op.subject' : 'op.student', id: '1' } as const;
    const row = newMapping('demo', idnumber, service, source);
    await this.mappings.save({ ...row, status: 'synced', active: true, moodle_id: moodleId });
  }

  #ports() {
    const log: Log = {
      debug() {},
      info() {},
      warn: (message) => void this.warnings.push(message),
      error: (message) => void this.warnings.push(message),
    };
    return {
      mappings: this.mappings,
      records: { getMany: async (model: string, ids: string[]) => this.#many(model, ids) },
      links: { sources: async () => this.all('op.student.course').map(({ id }) => id) },
      pulled: this.#pulled(),
      states: this.#states(),
      brake: sharedBrake(memoryBrakes(this.brakes), this.clock, log),
      instances: {
        getBreaker: async () => ({ revision: 0, failures: 0, probes: 0 }),
        saveBreaker: async () => true,
      },
      clock: this.clock,
      log,
      count: (name: string, count: number) => {
        this.counts[name] = (this.counts[name] ?? 0) + count;
      },
      hasTime: () => true,
    };
  }

  #many(model: string, ids: string[]): Map<string, RecordItem> {
    return new Map(
      ids.flatMap((id) => {
        const item = this.#records.get(`${model}#${id}`);
        return item ? [[id, item] as const] : [];
      }),
    );
  }

  #pulled(): PulledRecords {
    const write = (record: RecordItem | PulledRecord) => {
      this.#stamp += 1;
      this.put({ ...record, sync_stamp: `stamp-${this.#stamp}` });
    };
    return {
      put: async (_instance, records) => records.forEach(write),
      putNew: async (_instance, records) =>
        records.filter(({ model, id }) => !this.#records.has(`${model}#${id}`)).forEach(write),
      setFields: async (_instance, { model, id }, fields, read) => {
        const item = this.#records.get(`${model}#${id}`);
        if (!item || item[read.name] !== read.value) return false;
        write({ ...item, ...fields });
        return true;
      },
    };
  }

  #states(): PullStates {
    return {
      list: async (_instance, prefix) => [...this.#rows.values()].filter(({ key }) => key.startsWith(prefix)),
      // As a table keeps it: what is undefined is not there.
      put: async (_instance, rows) => {
        for (const row of rows) this.#rows.set(row.key, JSON.parse(JSON.stringify(row)));
      },
      note: async (_instance, idnumber, pull, values) => {
        const mapping = this.mappings.rows.get(idnumber);
        if (mapping) this.mappings.rows.set(idnumber, { ...mapping, [`pull_${pull}`]: values } as Mapping);
      },
      claim: async () => true,
    };
  }
}
