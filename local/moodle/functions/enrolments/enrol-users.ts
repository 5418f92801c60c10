import { invalidParameter, MoodleException } from '../../moodle-exception.ts';
import { type Infer, int, list, object, optional } from '../../parameters/description.ts';
import { requireActiveUser } from '../../state/require-user.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';

const enrolUsersParameters = object({
  enrolments: list(
    object({
      roleid: int(),
      userid: int(),
      courseid: int(),
      timestart: optional(int()),
      timeend: optional(int()),
      suspend: optional(int()),
    }),
  ),
});

type NewEnrolment = Infer<typeof enrolUsersParameters>['enrolments'][number];

/** `enrol_manual_enrol_users`: all or nothing; creates or updates, and adds the role to those there. Answers null. */
export const enrolUsers = webServiceFunction({
  name: 'enrol_manual_enrol_users',
  capability: 'enrol/manual:enrol',
  parameters: enrolUsersParameters,
  locks: ({ enrolments }) => [...new Set(enrolments.map(({ userid }) => `user ${userid}`))],
  run: ({ enrolments }, context) => {
    for (const enrolment of enrolments) enrol(enrolment, context);
    return null;
  },
});

function enrol(wanted: NewEnrolment, { state, settings }: CallContext): void {
  const { courseid, userid, roleid } = wanted;
  const course = state.courses.get(courseid);
  if (!course) throw invalidParameter();
  requireActiveUser(state, userid);
  if (!settings.roles.some((role) => role.id === roleid && role.assignable))
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
export function noManualEnrolment(courseId: number): MoodleException {
  return new MoodleException(
    'wsnoinstance',
    `Manual enrolment plugin instance doesn't exist or is disabled for the course (id = ${courseId})`,
  );
}
