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
      course: 'courseid',
      activity: 'cmid',
    }),
    activities: new MoodleTable<ActivityCompletion, 'activity' | 'place'>(journal, {
      activity: 'cmid',
      place: ['cmid', 'userid'],
    }),
    courses: new MoodleTable<CourseCompletion, 'course' | 'place'>(journal, {
      course: 'courseid',
      place: ['courseid', 'userid'],
    }),
  };
}
