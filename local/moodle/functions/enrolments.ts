import type { Received } from '#shared/moodle/functions/parameters.ts';
import { invalidParameter, MoodleException, missingRecord } from '../moodle-exception.ts';
import { nowInSeconds } from '../now-in-seconds.ts';
import type { MoodleSettings } from '../settings.ts';
import type { Course, Enrolment } from '../state/records.ts';
import type { Participant } from '../state/site-state.ts';
import { unenrol } from '../state/unenrol.ts';
import { requireActiveUser } from './user-rules.ts';
import { fullName, userAnswer } from './users.ts';
import { escapeName } from './values.ts';
import type { CallContext, WebServiceFunctions } from './web-service-function.ts';

type NewEnrolment = Received<'enrol_manual_enrol_users'>['enrolments'][number];

export const enrolmentFunctions = {
  /** All or nothing; creates or updates, and adds the role to those there. Answers null. */
  enrol_manual_enrol_users: {
    capability: 'enrol/manual:enrol',
    locks: ({ enrolments }) => [...new Set(enrolments.map(({ userid }) => `user ${userid}`))],
    run: ({ enrolments }, context) => {
      for (const enrolment of enrolments) enrol(enrolment, context);
      return null;
    },
  },
  /**
   * All or nothing; somebody who is not enrolled is fine. All roles and the memberships of the course's
   * groups go with the enrolment, whatever `roleid` says, and so does everything in the gradebook, which
   * does not come back with a new enrolment. What activities keep themselves stays. Answers null.
   */
  enrol_manual_unenrol_users: {
    capability: 'enrol/manual:unenrol',
    run: ({ enrolments }, { state }) => {
      for (const { userid, courseid } of enrolments) {
        const course = state.courses.get(courseid);
        if (!course) throw missingRecord('course');
        if (!course.manualEnrolment) throw noManualEnrolment(courseid);
        requireActiveUser(state, userid);
        unenrol(state, courseid, userid);
      }
      return null;
    },
  },
  /**
   * With the options userfields, groupid, onlyactive, onlysuspended, limitfrom and limitnumber; other
   * options are accepted and change nothing. The answer never says who is suspended.
   */
  core_enrol_get_enrolled_users: {
    run: ({ courseid, options }, context) => {
      if (!context.state.courses.get(courseid)) throw missingRecord('course');
      const option = new Map(options.map(({ name, value }) => [name, value]));
      const from = Number(option.get('limitfrom') ?? 0);
      const count = Number(option.get('limitnumber') ?? 0) || Number.POSITIVE_INFINITY;
      return context.state
        .participants(courseid)
        .filter((participant) => isWanted(participant, option))
        .sort((a, b) => a.user.id - b.user.id)
        .slice(from, from + count)
        .map((participant) => participantAnswer(participant, option.get('userfields')?.split(','), context));
    },
  },
  /**
   * The courses in which the user's enrolment is active, visible ones first, and of one category the newest
   * first. Hidden ones are there only for who may see them. An unknown user simply has none.
   */
  core_enrol_get_users_courses: {
    run: ({ userid, returnusercount }, context) =>
      context.state.enrolments
        .find('user', userid)
        .filter(isActive)
        .flatMap((enrolment) => {
          const course = context.state.courses.get(enrolment.courseid);
          return course && isVisible(course, enrolment, context) ? [{ course, enrolment }] : [];
        })
        .sort((a, b) => inCourseOrder(a.course, b.course))
        .map(({ course, enrolment }) => courseAnswer(course, enrolment, returnusercount, context)),
  },
} satisfies Partial<WebServiceFunctions>;

function enrol(wanted: NewEnrolment, { state, settings }: CallContext): void {
  const { courseid, userid, roleid } = wanted;
  const course = state.courses.get(courseid);
  if (!course) throw invalidParameter();
  requireActiveUser(state, userid);
  if (!settings.roles.some((role) => role.id === roleid && role.assignable && !role.overUsers))
    throw new MoodleException(
      'wsusercannotassign',
      `You don't have the permission to assign this role (${roleid}) to this user (${userid}) in this course(${courseid}).`,
    );
  if (!course.manualEnrolment) throw noManualEnrolment(courseid);
  const before = state.enrolment(courseid, userid);
  const row = {
    courseid,
    userid,
    roleids: [...new Set([...(before?.roleids ?? []), roleid])],
    suspended: Boolean(wanted.suspend),
    timestart: wanted.timestart ?? 0,
    timeend: wanted.timeend ?? 0,
  };
  if (before) state.enrolments.update(before.id, row);
  else state.enrolments.insert(row);
}

/** The course has lost its manual enrolment method. */
function noManualEnrolment(courseId: number): MoodleException {
  return new MoodleException(
    'wsnoinstance',
    `Manual enrolment plugin instance doesn't exist or is disabled for the course (id = ${courseId})`,
  );
}

/** Only the enrolment counts: who has a suspended account is listed as active. */
function isWanted({ enrolment, groups }: Participant, option: Map<string, string>): boolean {
  const groupId = Number(option.get('groupid') ?? 0);
  return (
    (groupId === 0 || groups.some((group) => group.id === groupId)) &&
    (option.get('onlyactive') !== '1' || isActive(enrolment)) &&
    (option.get('onlysuspended') !== '1' || !isActive(enrolment))
  );
}

/** Not suspended, begun and not over. */
export function isActive({ suspended, timestart, timeend }: Enrolment): boolean {
  const now = nowInSeconds();
  return !suspended && timestart <= now && (timeend === 0 || timeend > now);
}

function participantAnswer(
  participant: Participant,
  userFields: readonly string[] | undefined,
  context: CallContext,
): Record<string, unknown> {
  const isAsked = (field: string): boolean => userFields?.includes(field) ?? true;
  const details = Object.entries(userAnswer(participant.user, context.siteUrl));
  return {
    ...Object.fromEntries(details.filter(([field]) => isAsked(field))),
    id: participant.user.id,
    fullname: fullName(participant.user),
    ...(isAsked('groups') && { groups: groupsAnswer(participant) }),
    ...(isAsked('roles') && { roles: rolesAnswer(participant, context) }),
    ...(isAsked('enrolledcourses') && { enrolledcourses: coursesAnswer(participant, context) }),
  };
}

function groupsAnswer({ groups }: Participant) {
  return groups.map(({ id, name, description }) => ({
    id,
    name: escapeName(name),
    description,
    descriptionformat: 1,
  }));
}

function rolesAnswer({ enrolment }: Participant, { settings }: CallContext) {
  return settings.roles
    .filter((role) => enrolment.roleids.includes(role.id))
    .map(({ id, name, shortname }) => ({ roleid: id, name, shortname, sortorder: 0 }));
}

function coursesAnswer({ user }: Participant, { state }: CallContext) {
  return state.enrolments.find('user', user.id).flatMap((enrolment) => {
    const course = isActive(enrolment) ? state.courses.get(enrolment.courseid) : undefined;
    return course
      ? [{ id: course.id, fullname: escapeName(course.fullname), shortname: escapeName(course.shortname) }]
      : [];
  });
}

/** All of Moodle's own roles but the student's see hidden courses. */
function isVisible(course: Course, enrolment: Enrolment, { state, settings }: CallContext): boolean {
  const isMore = enrolment.roleids.length > 1 || !isStudent(enrolment, settings);
  return course.visible || isMore || state.users.get(enrolment.userid)?.siteAdmin === true;
}

/** A new course is put on top of its category. */
function inCourseOrder(a: Course, b: Course): number {
  return Number(b.visible) - Number(a.visible) || a.categoryid - b.categoryid || b.id - a.id;
}

function courseAnswer(course: Course, enrolment: Enrolment, withUserCount: boolean, context: CallContext) {
  return {
    id: course.id,
    shortname: escapeName(course.shortname),
    fullname: escapeName(course.fullname),
    displayname: escapeName(course.fullname),
    ...(withUserCount && { enrolledusercount: context.state.enrolments.count('course', course.id) }),
    idnumber: course.idnumber,
    visible: course.visible ? 1 : 0,
    summary: course.summary,
    summaryformat: 1,
    format: course.format,
    courseimage: `${context.siteUrl}/pluginfile.php/${course.id}/course/generated/course.svg`,
    showgrades: true,
    lang: course.lang,
    enablecompletion: course.enablecompletion,
    ...completionAnswer(course, enrolment, context),
    category: course.categoryid,
    startdate: course.startdate,
    enddate: course.enddate,
    marker: 0,
    lastaccess: null,
    isfavourite: false,
    hidden: false,
    overviewfiles: [],
    showactivitydates: true,
    showcompletionconditions: course.enablecompletion ? true : null,
    timemodified: course.timemodified,
  };
}

/** How far somebody is in a course; nothing is known where completion is switched off in it. */
function completionAnswer(course: Course, enrolment: Enrolment, { state, settings }: CallContext) {
  if (!course.enablecompletion)
    return {
      completed: null,
      progress: null,
      completionhascriteria: false,
      completionusertracked: false,
    };
  const isTracked = isStudent(enrolment, settings);
  return {
    completed: state.completion.courses.count('place', `${course.id}/${enrolment.userid}`) > 0,
    progress: isTracked ? progressOf(course.id, enrolment.userid, state) : null,
    completionhascriteria: state.completion.criteria.count('course', course.id) > 0,
    completionusertracked: isTracked,
  };
}

/** Per cent of the activities that are tracked, required or not; null where none is. */
function progressOf(courseid: number, userid: number, state: CallContext['state']): number | null {
  const tracked = state.activities.modules.find('course', courseid).filter(({ completion }) => completion);
  if (tracked.length === 0) return null;
  const done = tracked.filter(({ id }) => state.completion.activities.count('place', `${id}/${userid}`) > 0);
  return (done.length / tracked.length) * 100;
}

/**
 * Whether the person is a student of the course: only they are in the gradebook, in attendance lists and tracked for
 * completion, as far as nobody has changed Moodle's own roles.
 */
export function isStudent({ roleids }: Enrolment, { roles }: Pick<MoodleSettings, 'roles'>): boolean {
  return roles.some(({ id, shortname }) => shortname === 'student' && roleids.includes(id));
}
