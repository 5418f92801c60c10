import { bool, int, object, withDefault } from '../../parameters/description.ts';
import type { Course, Enrolment } from '../../state/records.ts';
import { escapeName } from '../escape-name.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';
import { completionAnswer } from './completion-answer.ts';
import { isActive } from './get-enrolled-users.ts';
import { isStudent } from './is-student.ts';

/**
 * `core_enrol_get_users_courses`: the courses in which the user's enrolment is active, visible ones first, and of one
 * category the newest first. Hidden ones are there only for who may see them. An unknown user simply has none.
 */
export const getUsersCourses = webServiceFunction({
  name: 'core_enrol_get_users_courses',
  parameters: object({ userid: int(), returnusercount: withDefault(bool(), true) }),
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
});

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
