import { TeacherActivities } from './activities.ts';
import { TeacherAttendance } from './attendance.ts';
import { TeacherCompletion } from './completion.ts';
import { TeacherGradebook } from './gradebook.ts';
import { SiteVisitor } from './site-visitor.ts';

/** What the demo's teachers do on Moodle's own pages. Times are Unix seconds, now unless told. */
export class DemoTeacher extends SiteVisitor {
  readonly activities = new TeacherActivities(this.state);
  readonly gradebook = new TeacherGradebook(this.state);
  readonly completion = new TeacherCompletion(this.state);
  readonly attendance = new TeacherAttendance(this.state);
}
