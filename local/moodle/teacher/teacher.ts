import { deleteCourse, unenrol } from '../state/deleting.ts';
import type { SiteState } from '../state/site-state.ts';
import { TeacherActivities } from './activities.ts';
import { TeacherAttendance } from './attendance.ts';
import { TeacherCompletion } from './completion.ts';
import { TeacherGradebook } from './gradebook.ts';
import { TeacherPeople } from './people.ts';

/**
 * What teachers do on Moodle's own pages: they make activities, grade, take attendance, hide and delete, and decide who
 * is in their courses. Times are Unix seconds, now unless told.
 */
export class Teacher {
  readonly activities: TeacherActivities;
  readonly gradebook: TeacherGradebook;
  readonly completion: TeacherCompletion;
  readonly attendance: TeacherAttendance;
  readonly people: TeacherPeople;
  readonly #state: SiteState;

  constructor(state: SiteState) {
    this.#state = state;
    this.activities = new TeacherActivities(state);
    this.gradebook = new TeacherGradebook(state);
    this.completion = new TeacherCompletion(state);
    this.attendance = new TeacherAttendance(state);
    this.people = new TeacherPeople(state);
  }

  hideCourse(courseid: number): void {
    this.#state.courses.update(courseid, { visible: false });
  }

  showCourse(courseid: number): void {
    this.#state.courses.update(courseid, { visible: true });
  }

  moveCourse(courseid: number, categoryid: number): void {
    this.#state.courses.update(courseid, { categoryid });
  }

  renameCourse(courseid: number, fullname: string): void {
    this.#state.courses.update(courseid, { fullname });
  }

  /** Takes everybody out of a course, as its reset does where all roles are chosen. */
  resetCourse(courseid: number): void {
    for (const { userid } of this.#state.enrolments.find('course', courseid))
      unenrol(this.#state, courseid, userid);
  }

  /** Deletes a course with all that is in it. */
  deleteCourse(courseid: number): void {
    deleteCourse(this.#state, courseid);
  }
}
