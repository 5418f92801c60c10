import type { Journal } from '#local/state/journal.ts';
import { MoodleTable } from './table.ts';

/** An activity that must be completed for the course to be. */
export type CompletionCriterion = { readonly id: number; courseid: number; cmid: number };
export type ActivityCompletion = { readonly id: number; cmid: number; userid: number };
export type CourseCompletion = {
  readonly id: number;
  courseid: number;
  userid: number;
  timecompleted: number;
};

export function completionTables(journal: Journal) {
  return {
    criteria: new MoodleTable<CompletionCriterion, 'course' | 'activity'>(journal, {
      course: (criterion) => criterion.courseid,
      activity: (criterion) => criterion.cmid,
    }),
    activities: new MoodleTable<ActivityCompletion, 'activity' | 'place'>(journal, {
      activity: (completion) => completion.cmid,
      place: (completion) => `${completion.cmid}/${completion.userid}`,
    }),
    courses: new MoodleTable<CourseCompletion, 'course' | 'place'>(journal, {
      course: (completion) => completion.courseid,
      place: (completion) => `${completion.courseid}/${completion.userid}`,
    }),
  };
}
