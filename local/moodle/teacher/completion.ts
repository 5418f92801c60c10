import { nowInSeconds } from '../now-in-seconds.ts';
import { SiteVisitor } from './site-visitor.ts';

/** What makes a course complete, and who has completed what. */
export class TeacherCompletion extends SiteVisitor {
  /** A course is complete with these activities. Moodle's cron finds out later: see `completeCourse`. */
  requireActivities(courseid: number, cmids: readonly number[]): void {
    const { criteria } = this.state.completion;
    criteria.deleteAll('course', courseid);
    for (const cmid of cmids) {
      this.state.activities.modules.update(cmid, { completion: true });
      criteria.insert({ courseid, cmid });
    }
  }

  /** Ticks an activity off for a student. */
  completeActivity(cmid: number, userid: number): void {
    const { activities } = this.state.completion;
    if (activities.count('place', `${cmid}/${userid}`) === 0) activities.insert({ cmid, userid });
  }

  /** What the cron does once everything that is required is done. */
  completeCourse(courseid: number, userid: number, { at = nowInSeconds() }: { at?: number } = {}): void {
    const { courses } = this.state.completion;
    if (courses.count('place', `${courseid}/${userid}`) === 0)
      courses.insert({ courseid, userid, timecompleted: at });
  }
}
