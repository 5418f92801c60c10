import { int, object, optionalList } from '../../parameters/description.ts';
import { modulesOf } from '../../state/course-modules.ts';
import { isActive } from '../enrolments/get-enrolled-users.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { quizAnswer } from './quiz-answer.ts';

/** `mod_quiz_get_quizzes_by_courses`: a course that is not there is a warning; without ids the caller's own courses. */
export const getQuizzesByCourses = webServiceFunction({
  name: 'mod_quiz_get_quizzes_by_courses',
  parameters: object({ courseids: optionalList(int()) }),
  run: ({ courseids }, { state, callerId }) => {
    const own = state.enrolments.find('user', callerId).filter(isActive);
    const asked = courseids.length === 0 ? own.map(({ courseid }) => courseid) : courseids;
    const quizzes = [...new Set(asked)]
      .flatMap((courseid) => modulesOf(state, courseid, 'quiz'))
      .flatMap((module) => {
        const quiz = state.activities.quizzes.get(module.instance);
        return quiz ? [quizAnswer(module, quiz)] : [];
      });
    const missing = asked.filter((courseid) => !state.courses.get(courseid));
    return { quizzes, warnings: missing.map(notThere) };
  },
});

function notThere(itemid: number) {
  return { item: 'course', itemid, warningcode: '1', message: 'No access rights in course context' };
}
