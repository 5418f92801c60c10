import { missingRecord } from '../../moodle-exception.ts';
import { int, list, object, optional } from '../../parameters/description.ts';
import { requireActiveUser } from '../../state/require-user.ts';
import { unenrol } from '../../state/unenrol.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { noManualEnrolment } from './enrol-users.ts';

/**
 * `enrol_manual_unenrol_users`: all or nothing; somebody who is not enrolled is fine. All roles and the memberships
 * of the course's groups go with the enrolment, whatever `roleid` says, and so does everything in the gradebook, which
 * does not come back with a new enrolment. What activities keep themselves stays. Answers null.
 */
export const unenrolUsers = webServiceFunction({
  name: 'enrol_manual_unenrol_users',
  capability: 'enrol/manual:unenrol',
  parameters: object({
    enrolments: list(object({ userid: int(), courseid: int(), roleid: optional(int()) })),
  }),
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
});
