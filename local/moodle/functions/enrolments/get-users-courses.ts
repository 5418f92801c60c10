import { bool, int, object, withDefault } from '../../parameters/description.ts';
import type { Course } from '../../state/records.ts';
import { escapeName } from '../escape-name.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';
import { isActive } from './get-enrolled-users.ts';

/** `core_enrol_get_users_courses`: the courses in which the user's enrolment is active. */
export const getUsersCourses = webServiceFunction({
  name: 'core_enrol_get_users_courses',
  parameters: object({ userid: int(), returnusercount: withDefault(bool(), true) }),
  run: ({ userid, returnusercount }, context) =>
    context.state.enrolments
      .find('user', userid)
      .filter(isActive)
      .flatMap(({ courseid }) => context.state.courses.get(courseid) ?? [])
      .map((course) => courseAnswer(course, returnusercount, context)),
});

function courseAnswer(course: Course, withUserCount: boolean, { state }: CallContext) {
  return {
    id: course.id,
    shortname: escapeName(course.shortname),
    fullname: escapeName(course.fullname),
    displayname: escapeName(course.fullname),
    ...(withUserCount && { enrolledusercount: state.enrolments.count('course', course.id) }),
    idnumber: course.idnumber,
    visible: course.visible ? 1 : 0,
    summary: course.summary,
    summaryformat: 1,
    format: course.format,
    showgrades: true,
    lang: course.lang,
    enablecompletion: course.enablecompletion,
    completionhascriteria: false,
    completionusertracked: false,
    category: course.categoryid,
    progress: null,
    completed: null,
    startdate: course.startdate,
    enddate: course.enddate,
    marker: 0,
    lastaccess: null,
    isfavourite: false,
    hidden: false,
    overviewfiles: [],
    showactivitydates: true,
    showcompletionconditions: true,
    timemodified: course.timemodified,
  };
}
