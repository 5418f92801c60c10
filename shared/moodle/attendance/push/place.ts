import {
  type CourseAttendance,
  courseAttendanceOf,
  type SheetFields,
} from '#shared/moodle/attendance/state.ts';
import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import {
  type AttendanceSession,
  addAttendance,
  addAttendanceSession,
  getAttendanceSessions,
} from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { type Claimable, claimFrom, isClaimed } from '#shared/sync/units/claim.ts';

/** The name of the activities that we make, and by which we know them again. */
const activityName = 'Attendance';
/** Sessions for everybody or for one group, as each sheet needs it. */
const anyGroups = 2;

/** A sheet cannot be pushed now: something is missing, or another worker is at it. */
export class NotNow extends Error {
  override name = 'NotNow';
  /** Undefined where another worker is at it. */
  readonly failure: Failure | undefined;
  /** Idnumbers of what Moodle no longer has. */
  readonly forget: string[];

  constructor(failure?: Failure, forget: string[] = []) {
    super(failure?.reason ?? 'Another worker is at it.');
    this.failure = failure;
    this.forget = forget;
  }
}

/** @param name how a person knows it @param forget idnumbers whose mapping has to be looked up anew */
export function goneFromMoodle(name: string, forget: string[] = []): NotNow {
  const failure: Failure = {
    class: 'dependency',
    code: 'gone',
    reason: `Moodle no longer has ${name}.`,
    advice:
      forget.length > 0 ? 'Nothing; it is made again by itself.' : 'Nothing; there is nowhere to mark it.',
  };
  return new NotNow(failure, forget);
}

/**
 * Makes what Moodle makes one more of at each call: it is claimed before, so that no other worker makes it too.
 *
 * @param note writes the claim down; false where another worker was sooner
 * @param make makes it, and answers its id
 * @throws NotNow where another worker is at it
 */
export async function makeClaimed(
  state: Claimable,
  now: number,
  note: (claim: Claimable) => Promise<boolean>,
  make: () => Promise<number>,
): Promise<number> {
  if (isClaimed(state, now) || !(await note({ claimed_until: claimFrom(now) }))) throw new NotNow();
  try {
    return await make();
  } catch (error) {
    // A refusal has made nothing; without an answer nobody knows, and the claim stays.
    if (error instanceof MoodleError) await note({ claimed_until: undefined });
    throw error;
  }
}

/**
 * The attendance activities and sessions of one Moodle as one push sees them: each activity is read once, and once
 * more after something was made in it.
 */
export class AttendancePlaces {
  readonly #context: PushContext;
  readonly #functions: string[];
  readonly #activities = new Map<string, number>();
  readonly #sessions = new Map<number, AttendanceSession[]>();

  constructor(context: PushContext, functions: string[]) {
    this.#context = context;
    this.#functions = functions;
  }

  /** All sessions of an activity; undefined where Moodle does not have it. */
  async sessionsOf(attendanceid: number): Promise<AttendanceSession[] | undefined> {
    const known = this.#sessions.get(attendanceid);
    if (known) return known;
    try {
      const sessions = await getAttendanceSessions(this.#context.client, this.#functions, attendanceid);
      this.#sessions.set(attendanceid, sessions);
      return sessions;
    } catch (error) {
      if (error instanceof MoodleError && error.errorcode === 'invalidrecordunknown') return undefined;
      throw error;
    }
  }

  /** Has an activity read anew when it is asked for next. */
  forget(attendanceid: number): void {
    this.#sessions.delete(attendanceid);
  }

  /**
   * The activity that the ERP's sheets of a course are in: the one they are in already, else the one that is named as
   * ours, else the only one there; else it is made.
   *
   * @throws NotNow
   */
  async activityOf(course: string): Promise<number> {
    const known = this.#activities.get(course);
    if (known !== undefined) return known;
    const { activity: noted } = await this.#courseState(course);
    const isThere = noted !== undefined && (await this.sessionsOf(noted)) !== undefined;
    const activity = isThere ? noted : ((await this.#find(course)) ?? (await this.#make(course)));
    this.#activities.set(course, activity);
    if (activity !== noted)
      await noteOnCourse(this.#context.view, course, { activity, claimed_until: undefined });
    return activity;
  }

  /** Makes a session, known again by the sheet's idnumber in its description. @returns its id */
  async addSession(attendanceid: number, sheet: string, fields: SheetFields): Promise<number> {
    const { time, duration, group } = fields;
    const session = { attendanceid, sessiontime: time, duration, description: sheet };
    const { client, view } = this.#context;
    this.forget(attendanceid);
    if (group === '') return addAttendanceSession(client, this.#functions, session);
    const groupid = await view.moodleId(group);
    try {
      return await addAttendanceSession(client, this.#functions, { ...session, groupid });
    } catch (error) {
      // An activity that a teacher made may have no groups: then its sessions are for everybody.
      if (!(error instanceof MoodleError) || error.errorcode !== 'invalidparameter') throw error;
      return addAttendanceSession(client, this.#functions, session);
    }
  }

  async #courseState(course: string): Promise<CourseAttendance> {
    const mapping = await this.#context.view.mapping(course);
    return courseAttendanceOf(mapping?.extra_data);
  }

  async #find(course: string): Promise<number | undefined> {
    const { client, view } = this.#context;
    const courseid = await view.moodleId(course);
    const modules = await getCourseModules(client, courseid, { modname: 'attendance' }).catch((error) => {
      throw error instanceof MoodleError && isMissingRecord(error.errorcode)
        ? goneFromMoodle(course, [course])
        : error;
    });
    const named = modules.find(({ name }) => name === activityName);
    return (named ?? (modules.length === 1 ? modules[0] : undefined))?.instance;
  }

  async #make(course: string): Promise<number> {
    const { client, view, clock } = this.#context;
    return makeClaimed(
      await this.#courseState(course),
      clock.now(),
      (claim) => noteOnCourse(view, course, claim),
      async () => {
        const courseid = await view.moodleId(course);
        const activity = { courseid, name: activityName, groupmode: anyGroups } as const;
        return addAttendance(client, this.#functions, activity);
      },
    );
  }
}

/** Notes something on the mapping of a course. @returns false where another worker has written it since */
export async function noteOnCourse(
  view: RecordView,
  course: string,
  changes: CourseAttendance,
): Promise<boolean> {
  const mapping = (await view.mapping(course))!;
  const attendance = { ...courseAttendanceOf(mapping.extra_data), ...changes };
  return view.save({ ...mapping, extra_data: { ...mapping.extra_data, attendance } });
}
