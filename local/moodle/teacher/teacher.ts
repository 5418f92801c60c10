import { deleteCourse } from '../state/delete-course.ts';
import type { SiteState } from '../state/site-state.ts';
import { TeacherActivities } from './activities.ts';
import { TeacherAttendance } from './attendance.ts';
import { TeacherCompletion } from './completion.ts';
import { TeacherGradebook } from './gradebook.ts';

/**
 * What teachers do on Moodle's own pages and no web service of the sync can do: they make activities, grade, take
 * attendance, and delete. Times are Unix seconds, now unless told.
 */
export class Teacher {
  readonly activities: TeacherActivities;
  readonly gradebook: TeacherGradebook;
  readonly completion: TeacherCompletion;
  readonly attendance: TeacherAttendance;
  readonly #state: SiteState;

  constructor(state: SiteState) {
    this.#state = state;
    this.activities = new TeacherActivities(state);
    this.gradebook = new TeacherGradebook(state);
    this.completion = new TeacherCompletion(state);
    this.attendance = new TeacherAttendance(state);
  }

  /** Deletes a course with all that is in it. */
  deleteCourse(courseid: number): void {
    deleteCourse(this.#state, courseid);
  }
}
