import { deleteCourse, unenrol } from '../state/deleting.ts';
import { TeacherActivities } from './activities.ts';
import { TeacherAttendance } from './attendance.ts';
import { TeacherCompletion } from './completion.ts';
import { TeacherGradebook } from './gradebook.ts';
import { TeacherPeople } from './people.ts';
import { SiteVisitor } from './site-visitor.ts';

/**
 * What teachers do on Moodle's own pages: they make activities, grade, take attendance, hide and delete, and decide who
 * is in their courses. Times are Unix seconds, now unless told.
 */
export class Teacher extends SiteVisitor {
  readonly activities = new TeacherActivities(this.state);
  readonly gradebook = new TeacherGradebook(this.state);
  readonly completion = new TeacherCompletion(this.state);
  readonly attendance = new TeacherAttendance(this.state);
  readonly people = new TeacherPeople(this.state);

  hideCourse(courseid: number): void {
    this.state.courses.update(courseid, { visible: false });
  }

  showCourse(courseid: number): void {
    this.state.courses.update(courseid, { visible: true });
  }

  moveCourse(courseid: number, categoryid: number): void {
    this.state.courses.update(courseid, { categoryid });
  }

  renameCourse(courseid: number, fullname: string): void {
    this.state.courses.update(courseid, { fullname });
  }

  /** Takes everybody out of a course, as its reset does where all roles are chosen. */
  resetCourse(courseid: number): void {
    for (const { userid } of this.state.enrolments.find('course', courseid))
      unenrol(this.state, courseid, userid);
  }

  /** Deletes a course with all that is in it. */
  deleteCourse(courseid: number): void {
    deleteCourse(this.state, courseid);
  }
}
