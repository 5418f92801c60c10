import { holds } from '../capabilities.ts';
import type { Assignment, CourseModule } from '../state/activities.ts';
import { modulesOf } from '../state/course-modules.ts';
import type { SiteState } from '../state/site-state.ts';
import { isActive } from './enrolments.ts';
import { escapeName } from './values.ts';
import type { CallContext, WebServiceFunctions } from './web-service-function.ts';

export const assignmentFunctions = {
  /**
   * Without `includenotenrolledcourses` only courses in which the token's user is enrolled; the others are
   * warnings with code 2, and those that are not there warnings with code 1.
   */
  mod_assign_get_assignments: {
    run: ({ courseids, capabilities, includenotenrolledcourses }, context) => {
      const own = ownCourses(context);
      const isOpen = (id: number): boolean => includenotenrolledcourses || own.includes(id);
      const asked = courseids.length === 0 ? own : courseids.filter(isOpen);
      const there = asked.filter((id) => context.state.courses.get(id));
      const isAllowed = capabilities.every((name) => holds(context.settings, name));
      return {
        courses: isAllowed ? [...new Set(there)].flatMap((id) => courseAnswer(id, context.state)) : [],
        warnings: [
          ...courseids.filter((id) => !isOpen(id)).map(notEnrolled),
          ...asked.filter((id) => !there.includes(id)).map(notThere),
        ],
      };
    },
  },
} satisfies Partial<WebServiceFunctions>;

function ownCourses({ state, callerId }: CallContext): number[] {
  return state.enrolments
    .find('user', callerId)
    .filter(isActive)
    .map(({ courseid }) => courseid);
}

function courseAnswer(courseid: number, state: SiteState) {
  const course = state.courses.get(courseid);
  if (!course) return [];
  return [
    {
      id: course.id,
      fullname: escapeName(course.fullname),
      shortname: escapeName(course.shortname),
      timemodified: course.timemodified,
      assignments: modulesOf(state, courseid, 'assign').flatMap((module: CourseModule) => {
        const assignment = state.activities.assignments.get(module.instance);
        return assignment ? [assignmentAnswer(module, assignment)] : [];
      }),
    },
  ];
}

function notEnrolled(itemid: number) {
  const message = 'User is not enrolled or does not have requested capability';
  return { item: 'course', itemid, warningcode: '2', message };
}

function notThere(itemid: number) {
  const message = "No access rights in course context Can't find data record in database table course.";
  return { item: 'course', itemid, warningcode: '1', message };
}

/** An assignment with the settings that Moodle gives a new one. */
function assignmentAnswer(module: CourseModule, assignment: Assignment) {
  const { id, grade, allowsubmissionsfromdate, duedate } = assignment;
  return {
    id,
    cmid: module.id,
    course: module.courseid,
    name: escapeName(module.name),
    nosubmissions: 0,
    submissiondrafts: 0,
    sendnotifications: 0,
    sendlatenotifications: 0,
    sendstudentnotifications: 1,
    duedate,
    allowsubmissionsfromdate,
    grade,
    timemodified: module.timemodified,
    completionsubmit: 0,
    cutoffdate: 0,
    gradingduedate: 0,
    teamsubmission: 0,
    requireallteammemberssubmit: 0,
    teamsubmissiongroupingid: 0,
    blindmarking: assignment.blindmarking ? 1 : 0,
    hidegrader: 0,
    revealidentities: assignment.revealidentities ? 1 : 0,
    attemptreopenmethod: 'untilpass',
    maxattempts: 1,
    markingworkflow: assignment.markingworkflow ? 1 : 0,
    markingallocation: 0,
    markinganonymous: 0,
    requiresubmissionstatement: 0,
    preventsubmissionnotingroup: 0,
    configs: [{ plugin: 'comments', subtype: 'assignsubmission', name: 'enabled', value: '0' }],
    intro: '',
    introformat: 1,
    introfiles: [],
    introattachments: [],
    timelimit: 0,
    submissionattachments: 0,
  };
}
