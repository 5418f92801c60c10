import { holds } from '../../capabilities.ts';
import { bool, capability, int, object, optionalList, withDefault } from '../../parameters/description.ts';
import type { CourseModule } from '../../state/activities.ts';
import { modulesOf } from '../../state/course-modules.ts';
import type { SiteState } from '../../state/site-state.ts';
import { isActive } from '../enrolments/get-enrolled-users.ts';
import { escapeName } from '../escape-name.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';
import { assignmentAnswer } from './assignment-answer.ts';

/**
 * `mod_assign_get_assignments`: without `includenotenrolledcourses` only courses in which the token's user is
 * enrolled; the others are warnings with code 2, and those that are not there warnings with code 1.
 */
export const getAssignments = webServiceFunction({
  name: 'mod_assign_get_assignments',
  parameters: object({
    courseids: optionalList(int()),
    capabilities: optionalList(capability()),
    includenotenrolledcourses: withDefault(bool(), false),
  }),
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
});

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
