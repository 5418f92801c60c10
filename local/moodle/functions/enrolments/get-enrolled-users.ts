import { missingRecord } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import { alphanumext, int, object, optionalList, raw } from '../../parameters/description.ts';
import type { Enrolment } from '../../state/records.ts';
import type { Participant } from '../../state/site-state.ts';
import { escapeName } from '../escape-name.ts';
import { fullName, userAnswer } from '../users/user-answer.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';

/**
 * `core_enrol_get_enrolled_users` with the options userfields, groupid, onlyactive, onlysuspended, limitfrom and
 * limitnumber; other options are accepted and change nothing. The answer never says who is suspended.
 */
export const getEnrolledUsers = webServiceFunction({
  name: 'core_enrol_get_enrolled_users',
  parameters: object({
    courseid: int(),
    options: optionalList(object({ name: alphanumext(), value: raw() })),
  }),
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
});

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
