import type { Course, Enrolment } from '../../state/records.ts';
import type { CallContext } from '../web-service-function.ts';
import { isStudent } from './is-student.ts';

/** How far somebody is in a course; nothing is known where completion is switched off in it. */
export function completionAnswer(course: Course, enrolment: Enrolment, { state, settings }: CallContext) {
  if (!course.enablecompletion)
    return {
      completed: null,
      progress: null,
      completionhascriteria: false,
      completionusertracked: false,
    };
  const isTracked = isStudent(enrolment, settings);
  return {
    completed: state.completion.courses.count('place', `${course.id}/${enrolment.userid}`) > 0,
    progress: isTracked ? progressOf(course.id, enrolment.userid, state) : null,
    completionhascriteria: state.completion.criteria.count('course', course.id) > 0,
    completionusertracked: isTracked,
  };
}

/** Per cent of the activities that are tracked, required or not; null where none is. */
function progressOf(courseid: number, userid: number, state: CallContext['state']): number | null {
  const tracked = state.activities.modules.find('course', courseid).filter(({ completion }) => completion);
  if (tracked.length === 0) return null;
  const done = tracked.filter(({ id }) => state.completion.activities.count('place', `${id}/${userid}`) > 0);
  return (done.length / tracked.length) * 100;
}
