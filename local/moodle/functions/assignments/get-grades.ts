import { int, list, object, withDefault } from '../../parameters/description.ts';
import type { AssignmentGrade } from '../../state/activities.ts';
import { webServiceFunction } from '../web-service-function.ts';

/**
 * `mod_assign_get_grades`: grades changed at `since` or later, also of people who are not enrolled any more. An
 * assignment without any, or that is not there, is a warning with code 3. What was overridden in the gradebook does
 * not show here.
 */
export const getAssignmentGrades = webServiceFunction({
  name: 'mod_assign_get_grades',
  parameters: object({ assignmentids: list(int()), since: withDefault(int(), 0) }),
  run: ({ assignmentids, since }, { state }) => {
    const answers = assignmentids.map((assignmentid) => ({
      assignmentid,
      grades: state.activities.assignmentGrades
        .find('assignment', assignmentid)
        .filter(({ timemodified }) => timemodified >= since)
        .map(gradeAnswer),
    }));
    return {
      assignments: answers
        .filter(({ grades }) => grades.length > 0)
        .sort((a, b) => a.assignmentid - b.assignmentid),
      warnings: answers.filter(({ grades }) => grades.length === 0).map(nothingFound),
    };
  },
});

function gradeAnswer({ id, userid, timecreated, timemodified, grader, grade }: AssignmentGrade) {
  return { id, userid, attemptnumber: 0, timecreated, timemodified, grader, grade: grade.toFixed(5) };
}

function nothingFound({ assignmentid }: { assignmentid: number }) {
  return { item: 'assignment', itemid: assignmentid, warningcode: '3', message: 'No grades found' };
}
