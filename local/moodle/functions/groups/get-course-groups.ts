import { int, object } from '../../parameters/description.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { groupAnswer } from './group-answer.ts';
import { requireCourseContext } from './group-rules.ts';

/** `core_group_get_course_groups`: by name, as Moodle sorts them. */
export const getCourseGroups = webServiceFunction({
  name: 'core_group_get_course_groups',
  capability: 'moodle/course:managegroups',
  parameters: object({ courseid: int() }),
  run: ({ courseid }, { state }) => {
    requireCourseContext(state, courseid);
    return state
      .groupList(courseid)
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(groupAnswer);
  },
});
