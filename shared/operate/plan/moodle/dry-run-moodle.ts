import type { z } from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import type { FormArguments } from '#shared/moodle/client/form.ts';
import { isWriting } from '#shared/moodle/client/statistics.ts';
import type { Warnings } from '#shared/moodle/client/warnings.ts';
import type {
  AttendanceMark,
  NewAttendance,
  NewAttendanceSession,
} from '#shared/moodle/functions/attendance.ts';
import type { CategoryChange, NewCategory } from '#shared/moodle/functions/categories.ts';
import type { CourseChange, NewCourse } from '#shared/moodle/functions/courses.ts';
import type { EnrolmentEnd, NewEnrolment } from '#shared/moodle/functions/enrolments.ts';
import type { GroupChange, GroupMember, NewGroup } from '#shared/moodle/functions/groups.ts';
import type { NewUser, UserChange, UserField } from '#shared/moodle/functions/users.ts';
import { AccountsCopy } from './accounts-copy.ts';
import { AttendanceCopy } from './attendance-copy.ts';
import { CategoriesCopy } from './categories-copy.ts';
import { CoursesCopy } from './courses-copy.ts';
import { type CourseOfGroup, GroupsCopy } from './groups-copy.ts';
import { PlacesCopy } from './places-copy.ts';
import { SiteCopy } from './site-copy.ts';

/** They are answered without what the dry run changes: it is asked what was there before. */
const passedOn = new Set([
  'core_webservice_get_site_info',
  'core_enrol_get_users_courses',
  'core_enrol_get_enrolled_users',
]);

/** Answers one function. */
type Answer = (args: FormArguments) => Promise<unknown>;

export interface DryRunSite {
  /** The Moodle: only reading functions of it are called. */
  moodle: MoodleCaller;
  courseOfGroup: CourseOfGroup;
  /** Whether it is believed to take several accounts with one e-mail address: none of its functions tells. */
  sharesEmails: boolean;
  /** Moodle's id of the student's role. */
  studentRole: number;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Stands in for a Moodle in a dry run. What is read comes from the Moodle, what is written goes into a copy of the
 * rows concerned, and is there when they are read again; the copy refuses what Moodle's own rules refuse: a taken
 * e-mail address, username, short name, ID number or group name, and a reference to what is not there.
 *
 * What no function of Moodle tells cannot be foreseen: a capability that the token lacks only for writing, what a plugin
 * refuses.
 */
export class DryRunMoodle implements MoodleCaller {
  readonly accounts: AccountsCopy;
  readonly categories: CategoriesCopy;
  readonly courses: CoursesCopy;
  readonly groups: GroupsCopy;
  readonly places: PlacesCopy;
  readonly attendance: AttendanceCopy;
  /** Writing calls that Moodle would have carried out, as a whole or in part. */
  writes = 0;
  readonly #moodle: MoodleCaller;
  readonly #answers: Record<string, Answer>;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ moodle, courseOfGroup, sharesEmails, studentRole, now }: DryRunSite) {
    const site = new SiteCopy(moodle, sharesEmails);
    this.#moodle = moodle;
    this.accounts = new AccountsCopy(site);
    this.categories = new CategoriesCopy(site);
    this.courses = new CoursesCopy(site, this.categories);
    this.groups = new GroupsCopy(site, this.courses, courseOfGroup);
    this.places = new PlacesCopy(site, this);
    this.attendance = new AttendanceCopy(site, this.places, studentRole, now);
    this.#answers = { ...this.#reading(), ...this.#writing(), ...this.#attendanceAnswers() };
  }

  /** Of the calls that were really made. */
  get statistics() {
    return this.#moodle.statistics;
  }

  /** @throws Error for a function of which it is not known what it would do or answer: nothing is ever written */
  async call<T>(moodleFunction: string, formArguments: FormArguments, schema: z.ZodType<T>): Promise<T> {
    const answer = this.#answers[moodleFunction.replace('mod_wsattendance_', 'mod_attendance_')];
    if (!answer) {
      if (passedOn.has(moodleFunction)) return this.#moodle.call(moodleFunction, formArguments, schema);
      throw new Error(`A dry run does not know what ${moodleFunction} would do.`);
    }
    const answered = schema.parse(await this.#inTurn(() => answer(formArguments)));
    if (isWriting(moodleFunction) && !isAllRefused(formArguments, answered)) this.writes += 1;
    return answered;
  }

  /** One call after another: what one has begun to read must not look missing to the next. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #reading(): Record<string, Answer> {
    return {
      core_user_get_users_by_field: takes(({ field, values }: { field: UserField; values: unknown[] }) =>
        this.accounts.find(field, values.map(String)),
      ),
      core_course_get_categories: takes(({ criteria }: { criteria: { key: string; value: string }[] }) =>
        this.categories.find(criteria),
      ),
      core_course_get_courses_by_field: takes(({ field, value }: { field: string; value: string | number }) =>
        this.courses.find(field, String(value)),
      ),
      core_group_get_course_groups: takes(({ courseid }: InCourse) => this.groups.find(courseid)),
      core_course_get_contents: takes(({ courseid }: InCourse) => this.attendance.find(courseid)),
    };
  }

  #writing(): Record<string, Answer> {
    const { accounts, categories, courses, groups, places } = this;
    return {
      core_user_create_users: takes(({ users }: { users: NewUser[] }) => accounts.create(users)),
      core_user_update_users: takes(({ users }: { users: UserChange[] }) => accounts.update(users)),
      core_course_create_categories: takes((args: { categories: NewCategory[] }) =>
        categories.create(args.categories),
      ),
      core_course_update_categories: takes((args: { categories: CategoryChange[] }) =>
        categories.update(args.categories),
      ),
      core_course_create_courses: takes((args: { courses: NewCourse[] }) => courses.create(args.courses)),
      core_course_update_courses: takes((args: { courses: CourseChange[] }) => courses.update(args.courses)),
      core_group_create_groups: takes((args: { groups: NewGroup[] }) => groups.create(args.groups)),
      core_group_update_groups: takes((args: { groups: GroupChange[] }) => groups.update(args.groups)),
      core_group_add_group_members: takes(({ members }: Members) => places.join(members)),
      core_group_delete_group_members: takes(({ members }: Members) => places.leave(members)),
      enrol_manual_enrol_users: takes((args: { enrolments: NewEnrolment[] }) =>
        places.enrol(args.enrolments),
      ),
      enrol_manual_unenrol_users: takes((args: { enrolments: EnrolmentEnd[] }) =>
        places.unenrol(args.enrolments),
      ),
    };
  }

  #attendanceAnswers(): Record<string, Answer> {
    const { attendance } = this;
    return {
      mod_attendance_get_sessions: takes(({ attendanceid }: { attendanceid: number }) =>
        attendance.sessionsOf(attendanceid),
      ),
      mod_attendance_add_attendance: takes((activity: NewAttendance) => attendance.addActivity(activity)),
      mod_attendance_add_session: takes((session: NewAttendanceSession) => attendance.addSession(session)),
      mod_attendance_update_user_status: takes((mark: AttendanceMark) => attendance.mark(mark)),
    };
  }
}

/** Whether an update warns of each of its items. */
function isAllRefused(formArguments: FormArguments, answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('warnings' in answer)) return false;
  const [items] = Object.values(formArguments);
  return (answer as Warnings).warnings.length === (items as unknown[]).length;
}

type InCourse = { courseid: number };
type Members = { members: GroupMember[] };

/** An answer to arguments as shared/moodle/functions puts them together: those are the only callers. */
function takes<Arguments>(answer: (args: Arguments) => Promise<unknown>): Answer {
  return (args) => answer(args as unknown as Arguments);
}
