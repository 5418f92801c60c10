import { missingRecord } from '../moodle-exception.ts';
import { itemOfActivity } from '../state/grades.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

export const quizFunctions = {
  /**
   * Of anybody who has an account, enrolled and active or not. What was overridden in the gradebook does not
   * show here. `gradetopass` is left out where there is none.
   */
  mod_quiz_get_user_best_grade: {
    run: ({ quizid, userid }, { state, callerId }) => {
      if (!state.activities.quizzes.get(quizid)) throw missingRecord('quiz');
      const user = state.users.get(userid === 0 ? callerId : userid);
      if (!user) throw missingRecord('user');
      const best = state.activities.quizGrades.first('place', `${quizid}/${user.id}`);
      const gradetopass = itemOfActivity(state, 'quiz', quizid)?.gradepass ?? 0;
      return {
        hasgrade: best !== undefined,
        ...(best && { grade: best.grade }),
        ...(gradetopass !== 0 && { gradetopass }),
        warnings: [],
      };
    },
  },
} satisfies Partial<WebServiceFunctions>;
