import type { SiteState } from '#local/moodle/state/site-state.ts';
import { unenrol } from '#local/moodle/state/unenrol.ts';
import { SiteVisitor } from '#local/moodle/teacher/site-visitor.ts';
import { Activities } from './activities.ts';
import { Attendance } from './attendance.ts';
import { Completion } from './completion.ts';
import { deleteCourse } from './deleting.ts';
import { Gradebook } from './gradebook.ts';
import { People } from './people.ts';

/**
 * What teachers do on Moodle's own pages: they make activities, grade, take attendance, hide and delete, and decide who
 * is in their courses. Times are Unix seconds, now unless told.
 */
export class Teacher extends SiteVisitor {
  readonly activities = new Activities(this.state);
  readonly gradebook = new Gradebook(this.state);
  readonly completion = new Completion(this.state);
  readonly attendance = new Attendance(this.state);
  readonly people = new People(this.state);

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

/** The teachers of a simulated Moodle. */
export function teacherOf({ siteState }: { siteState: SiteState }): Teacher {
  return new Teacher(siteState);
}
