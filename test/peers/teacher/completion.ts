import { TeacherCompletion } from '#local/moodle/teacher/completion.ts';

export class Completion extends TeacherCompletion {
  /** Takes a course's completion back, as when its criteria are unlocked and changed. */
  reopenCourse(courseid: number, userid: number): void {
    const { courses } = this.state.completion;
    courses.deleteAll('place', `${courseid}/${userid}`);
  }
}
